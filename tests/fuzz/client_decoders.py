"""What a client takes from a relay, and from its own files."""

import contextlib
import functools
from collections.abc import Callable, Mapping
from typing import Any
from unittest.mock import patch

import cbor2
import msgpack
from socketio.packet import ACK, CONNECT, EVENT

from roomkey.client.admission import Opened, open_room, reserve, resume
from roomkey.client.content import Content
from roomkey.client.follower import Follower
from roomkey.client.history import fetch_history
from roomkey.client.inbox import Envelope
from roomkey.client.joining import enter
from roomkey.client.keystore import Keystore
from roomkey.client.outbox import Outbox
from roomkey.client.packets import checked_packets
from roomkey.client.receiver import MustRejoin, Receiver, RoomWasClosed, WasRemoved
from roomkey.client.room_state import RoomState
from roomkey.client.room_store import RoomStore
from roomkey.client.signaller import Signaller
from roomkey.client.signals import Signal, SignalKind, seal_signal, signal_key
from roomkey.client.tally import Tally
from roomkey.client.transcript import Transcript
from roomkey.client.transport import Map, _refusal_code
from roomkey.crypto.suite import X25519_SUITE
from roomkey.errors import (
    DecodeError,
    GhostMember,
    NotAMember,
    RelayFault,
    RelayInconsistent,
    RoomkeyError,
    StateError,
    UnsupportedSuite,
)
from roomkey.mls import Group
from roomkey.wire.codes import ERRORS_BY_CODE, error_for
from roomkey.wire.limits import MAX_SEQ

from .decoder import Decoder, Prepared, Read
from .room_world import KEY, ROOM_ID, OneRelay, admission, at_once, folder, person, world

SHOWN = (RelayFault, RelayInconsistent)
ENTERING = (*SHOWN, GhostMember, NotAMember, UnsupportedSuite)
ENDS = (MustRejoin, WasRemoved, RoomWasClosed)
NOW = 1_800_000_000_000


def unpacked(take: Callable[[Any], object]) -> Read:
    """Read MessagePack as the library does that the client is connected by."""

    @functools.wraps(take)
    def read(data: bytes) -> object:
        try:
            value = msgpack.unpackb(data)
        except Exception:
            return None
        return take(value)

    return read


def _packed(*values: Any) -> tuple[bytes, ...]:
    return tuple(msgpack.packb(value) for value in values)


def _map(envelope: Envelope) -> Map:
    fields = {name: getattr(envelope, name) for name in Envelope.__slots__}
    return {"room": ROOM_ID, **{name: v for name, v in fields.items() if v is not None}}


def _ben() -> RoomState:
    return world().ben


class _Kept:
    """Ben's room, the same for each input: what was stored is taken back."""

    def __init__(self) -> None:
        self.state = _ben()

    def within(self, work: Callable[[], object]) -> object:
        state = self.state
        before = (state.group, state.cursor, state.rules, state.policy.ring)
        # what is counted is counted in place
        generations, counts = dict(state.generations), dict(state.tally.counts)
        snapshot = None if state.group is None else state.group.encode()
        try:
            with state.store.transaction():
                try:
                    return work()
                finally:
                    raise _TakenBackError
        except _TakenBackError as taken_back:
            error = taken_back.__context__
            if isinstance(error, Exception) and not isinstance(error, ENDS):
                raise error from None
            return None
        finally:
            state.pending = None
            state.group, state.cursor, state.rules, state.policy.ring = before
            state.generations, state.tally = generations, Tally(counts)
            if snapshot is not None and state.joined.encode() != snapshot:
                state.reload()


class _TakenBackError(Exception):
    pass


def _follower(state: RoomState) -> Follower:
    return Follower(state, Transcript(state), lambda _: None, lambda _: None)


def _pushed() -> Prepared:
    kept, made = _Kept(), world()

    def take(fields: Any) -> object:
        if isinstance(fields, dict):
            _follower(kept.state).pushed(fields)
        return None

    return Prepared(unpacked(take), _packed(*map(_map, made.sent)))


def _received() -> Prepared:
    kept, made = _Kept(), world()

    def take(fields: Any) -> object:
        envelope = Envelope.read(fields)
        receiver = Receiver(kept.state, Transcript(kept.state))
        return kept.within(lambda: receiver.receive(envelope))

    return Prepared(unpacked(take), _packed(*map(_map, made.sent)))


def _synced() -> Prepared:
    kept, made = _Kept(), world()
    envelopes = [_map(envelope) for envelope in made.sent]
    page = {"envelopes": envelopes[:1], "head": 2, "floor": 1, "more": False}
    gone = {"envelopes": [], "head": 9, "floor": 7, "more": False}

    def take(answer: Any) -> object:
        follower = _follower(kept.state)
        follower.start(MAX_SEQ)
        return kept.within(lambda: at_once(follower._pull(OneRelay({"": answer}))))

    return Prepared(unpacked(take), _packed(page, gone, {**page, "envelopes": envelopes}))


class _Newcomer:
    """Somebody who tries to come in, again and again."""

    def __init__(self, name: str, suite: int) -> None:
        self.state, self.group = person(name, suite), world(suite).ada.joined
        self.opened = Opened(ROOM_ID, bytes(32))
        self.admission = {**admission(self.group), "head": 2}

    def enter(self, **answers: Any) -> object:
        given = {"room.admit": self.admission, "room.commit": {"seq": 3, "time": NOW}}
        given["room.sync"] = {"envelopes": [_left(2)], "head": 3, "floor": 1, "more": False}
        given |= {f"room.{event}": answer for event, answer in answers.items()}
        state = self.state
        state.rules = state.group = None
        state.cursor = 0
        return at_once(enter(OneRelay(given), state, self.opened))


def _admitted() -> Prepared:
    newcomer = _Newcomer("Eve", X25519_SUITE)
    chain = [{"key_id": 1, "chain": bytes(112)}]
    left = [{"leaf": world().ada.leaf_key, "signature": bytes(64)}]
    full = {**newcomer.admission, "chain": chain, "left": left}
    examples = _packed(newcomer.admission, full)
    return Prepared(unpacked(lambda answer: newcomer.enter(admit=answer)), examples)


def _left(seq: int) -> Map:
    """An envelope in which somebody leaves."""
    leaf = world().ada.leaf_key
    sent = {"epoch": 1, "leaf": leaf, "request": bytes(16), "body": bytes(64)}
    return {"seq": seq, "time": NOW, "kind": "leave", **sent}


def _joined() -> Prepared:
    return _joining("commit", 2, {"ok": True, "seq": 3, "time": NOW})


def _between() -> Prepared:
    page = {"envelopes": [_left(2)], "head": 3, "floor": 1, "more": False}
    return _joining("sync", 1, page)


def _joining(event: str, head: int, example: Map) -> Prepared:
    newcomer = _Newcomer("Joe", X25519_SUITE)
    newcomer.admission["head"] = head
    made: list[Any] = []

    def once(*given: Any, **named: Any) -> Any:
        # what is made for each join takes much longer than reading the answer to it
        if not made:
            made.append(joining(*given, **named))
        return made[0]

    joining = Group.join_external

    def take(answer: Any) -> object:
        with patch.object(Group, "join_external", once):
            return newcomer.enter(**{event: answer})

    return Prepared(unpacked(take), _packed(example))


def _sent() -> Prepared:
    state = _ben()
    outbox = Outbox(state, Transcript(state))

    def take(answer: Any) -> object:
        envelope = at_once(outbox.send_first(OneRelay({"": answer})))
        if envelope is not None:
            Receiver(state, Transcript(state)).receive_skipped(envelope)
        if state.store.count_queued() == 0:
            _queue(state)
        return None

    _queue(state)
    return Prepared(unpacked(take), _packed({"ok": True, "seq": 3, "time": NOW}))


def _queue(state: RoomState) -> None:
    content = Content(bytes(16), "Hello").encode()
    with state.store.transaction():
        state.store.enqueue(bytes(16), bytes(32), content)


def _history() -> Prepared:
    kept, made = _Kept(), world()

    def take(answer: Any) -> object:
        transport = OneRelay({"": answer})
        work = fetch_history(transport, kept.state, Transcript(kept.state), 9, 5)
        return kept.within(lambda: at_once(work))

    return Prepared(unpacked(take), _packed(made.archives, {**made.archives, "more": True}))


def _signals() -> Prepared:
    state, made = _ben(), world()
    signaller = Signaller(state, lambda _: None)
    group, private = made.ada.joined, made.ada.identity.private_key
    key = signal_key(group, made.ada.leaf_key)
    here = Signal(SignalKind.TYPING, NOW)
    body = seal_signal(key, private, ROOM_ID, group.epoch, here)

    def take(fields: Any) -> object:
        if isinstance(fields, dict):
            signaller.heard(fields)
        return None

    return Prepared(unpacked(take), _packed({"leaf": made.ada.leaf_key, "body": body}))


def _coming() -> Prepared:
    """The answers on the way to a room."""
    state = _ben()

    def take(answer: Any) -> object:
        given = OneRelay({"": answer})
        for work in (
            reserve(given),
            open_room(given, state.code),
            resume(given, state.code, state.room_id, state.identity),
        ):
            with contextlib.suppress(RoomkeyError):
                at_once(work)
        return None

    answer = {"room": ROOM_ID, "nonce": bytes(32), "code": "7GQ2M0XK4T", "head": 7}
    return Prepared(unpacked(take), _packed(answer))


def _refused() -> Prepared:
    def take(answer: Any) -> object:
        _refusal_code([answer])
        if not isinstance(answer, dict):
            return None
        error = error_for(answer)
        return str(error), error.next_step, error.code

    codes = [{"ok": False, "code": code, "retry_after": 3} for code in ERRORS_BY_CODE]
    connect = {"message": "unsupported_version", "data": {"code": "too_many_connections"}}
    return Prepared(unpacked(take), _packed(*codes, connect))


class _Facts(RoomStore):
    """A store whose facts are the input's; the rest is Ben's."""

    def __init__(self, real: RoomStore, facts: Mapping[str, bytes]) -> None:
        self._database, self.transcript = real._database, real.transcript
        self._tree = self._epoch = None
        self._facts = facts

    def get(self, name: str) -> bytes | None:
        return self._facts.get(name)


def _stored_facts() -> Prepared:
    state = _ben()
    names = ["suite", "signing", "pseudonym", "relay", "code", "room", "name", "secrets", "past"]
    names += ["cursor", "rules", "generations", "tally", "names", "pending"]
    state.store.set("names", cbor2.dumps({state.leaf_key: [b"sealed", "Ben"]}))
    facts = {name: state.store.get(name) for name in names}
    commit = state.joined.commit(public=True)
    facts["pending"] = cbor2.dumps([bytes(16), 1, {}, None, commit.encode()])
    given = cbor2.dumps({name: value for name, value in facts.items() if value is not None})

    def load(data: bytes) -> object:
        try:
            facts = cbor2.loads(data)
        except Exception:
            return None
        if not isinstance(facts, dict) or not all(isinstance(v, bytes) for v in facts.values()):
            return None
        with _ben().store.transaction():
            return RoomState.load(_Facts(state.store, facts))

    return Prepared(load, (given,))


def _stored_file() -> Prepared:
    """The file of a room as somebody with the device's disk could have changed it."""
    made = person("file")
    path = made.store.path
    with made.store.transaction():
        made.save_identity()
    made.store._database.run("PRAGMA wal_checkpoint(TRUNCATE)")
    made.store.close()
    example = path.read_bytes()
    beside = [path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal")]

    def load(data: bytes) -> object:
        for leftover in beside:
            leftover.unlink(missing_ok=True)
        path.write_bytes(data)
        store = RoomStore(path, KEY)
        try:
            return RoomState.load(store)
        finally:
            store.close()

    return Prepared(load, (example,))


def _state_key() -> Prepared:
    Keystore(folder()).key()

    def load(data: bytes) -> object:
        (folder() / "state.key").write_bytes(data)
        return Keystore(folder()).key()

    return Prepared(load, (bytes(32),))


def _packets() -> Prepared:
    """A packet that is none ends the connection: reading it raises nothing."""
    packet = checked_packets(lambda: None)
    pushed = ["room.envelope", {"room": ROOM_ID, "envelope": _left(2)}]
    made = (
        packet(EVENT, data=pushed, namespace="/"),
        packet(ACK, data=[{"ok": True}], namespace="/", id=1),
        packet(CONNECT, data={"sid": "s"}, namespace="/"),
    )
    return Prepared(
        lambda data: packet(encoded_packet=data), tuple(example.encode() for example in made)
    )


def decoders() -> list[Decoder]:
    """List them."""
    return [
        Decoder("packet to the client", _packets, ()),
        Decoder("relay refuses", _refused, ()),
        Decoder("relay on the way in", _coming, ()),
        Decoder("relay admits", _admitted, ENTERING),
        Decoder("relay takes a join", _joined, SHOWN),
        Decoder("relay says who left before a join", _between, (RelayFault,)),
        Decoder("relay takes a message", _sent, (RelayFault,)),
        Decoder("relay pushes an envelope", _pushed, ()),
        Decoder("relay gives an envelope", _received, (RelayFault,)),
        Decoder("relay gives the log", _synced, SHOWN),
        Decoder("relay gives history", _history, (RelayFault,)),
        Decoder("relay passes a signal on", _signals, ()),
        Decoder("state facts", _stored_facts, (StateError, DecodeError)),
        Decoder("state file", _stored_file, (StateError,)),
        Decoder("state key", _state_key, (StateError,)),
    ]
