"""What members of a room do: commit, send, signal, leave, close."""

from dataclasses import replace
from typing import Any

from roomkey.errors import (
    EpochConflict,
    NotAdmitted,
    RoomFull,
    RoomLocked,
    StaleEpoch,
)
from roomkey.wire import limits
from roomkey.wire.transcripts import close_transcript, leave_transcript

from .decree import Decree
from .fanout import Fanout
from .fields import Fields
from .limits import Limits
from .sequencer import Draft, Sequencer
from .session import Presence, Session
from .signatures import require_signature
from .store import Departure, EpochSecret, Room, Store, Transaction

Answer = dict[str, Any]


class Delivery:
    """The events of members in a room (docs/protocol/delivery.md)."""

    def __init__(
        self,
        store: Store,
        sequencer: Sequencer,
        limits_: Limits,
        presence: Presence,
        fanout: Fanout,
    ) -> None:
        self._store = store
        self._sequencer = sequencer
        self._limits = limits_
        self._presence = presence
        self._fanout = fanout

    def commit(self, session: Session, fields: Fields) -> Answer:
        """Store a commit and all that travels with it, if it is the first for its epoch."""
        room, epoch = fields.room(), fields.epoch()
        joined = fields.leaf_or_none("joined")
        if joined is None:
            leaf = session.leaf_in(room)
        elif joined in (session.admitted.get(room), session.member.get(room)):
            leaf = joined
        else:
            raise NotAdmitted
        body = fields.bounded("message", limits.MAX_COMMIT_BYTES)
        welcome = fields.optional("welcome", limits.MAX_WELCOME_BYTES)
        sealed = fields.optional("history", limits.MAX_SEALED_HISTORY_BYTES)
        removed = fields.keys("removed", limits.MAX_MEMBERS_CLASSICAL)
        group_info = fields.bounded("group_info", limits.MAX_GROUP_INFO_BYTES)
        decree = Decree(fields)
        ended: list[bytes] = []
        # Who is admitted has shown the room key, and may have named anybody's leaf.
        is_proved = leaf == session.member.get(room)
        with self._store.read() as stored:
            is_host = stored.hosts.has(room, leaf)
        size = len(body) + len(welcome or b"")
        self._limits.commit(session, room, leaf, size, is_host=is_host)

        def work(transaction: Transaction, found: Room) -> None:
            if not is_proved and _is_known(transaction, room, leaf):
                raise NotAdmitted
            if found.epoch != epoch:
                raise _conflict(transaction, found, epoch)
            following = replace(decree.carry_out(transaction, found, leaf), epoch=epoch + 1)
            # From others than hosts it names those who have left, and ends no membership.
            ended[:] = removed if transaction.hosts.has(room, leaf) else ()
            transaction.members.remove(room, ended)
            transaction.departures.remove(room, removed)
            if joined is not None:
                _join(transaction, found, joined)
            transaction.rooms.begin_epoch(following, group_info)
            if sealed is not None:
                secret = EpochSecret(epoch + 1, following.key_id, found.head + 1, sealed)
                transaction.history.add_secret(room, secret)

        draft = Draft(
            "commit",
            room,
            leaf,
            fields.request(),
            body,
            welcome=welcome,
            history=sealed,
            root=decree.root,
        )
        answer = self._sequencer.carry_out(session, draft, work, joining=joined is not None)
        for gone in ended:
            self._fanout.drop_member(room, gone)
        if joined is not None:
            self._presence.enter(session, room, joined)
            self._fanout.entered(room, answer["seq"])
        return answer

    def send(self, session: Session, fields: Fields) -> Answer:
        """Store a message of the room's current epoch; StaleEpoch if the group has moved on."""
        room, epoch = fields.room(), fields.epoch()
        leaf = session.leaf_in(room)
        body = fields.bounded("message", limits.MAX_MESSAGE_BYTES)
        archive = fields.optional("archive", limits.MAX_ARCHIVE_BYTES)
        self._limits.send(session, room, len(body) + len(archive or b""))

        def check(found: Room) -> None:
            if found.epoch != epoch:
                raise StaleEpoch(answer={"epoch": found.epoch})

        draft = Draft("message", room, leaf, fields.request(), body, archive=archive)
        return self._sequencer.append(session, draft, check)

    def signal(self, session: Session, fields: Fields) -> Answer:
        """Pass a short encrypted note to the others who are connected; it is never stored."""
        room = fields.room()
        leaf = session.leaf_in(room)
        self._limits.signal(session)
        body = fields.bounded("body", limits.MAX_SIGNAL_BYTES)
        signal = {"room": room, "leaf": leaf, "body": body}
        self._fanout.push("room.signal", room, signal, session.sid)
        return {}

    def leave(self, session: Session, fields: Fields) -> Answer:
        """End a membership by its own signed statement, which lets others remove the leaf."""
        room = fields.room()
        # Who has left already may ask again, and is answered as the first time.
        leaf = session.left.get(room) or session.leaf_in(room)
        statement = fields.signature()
        require_signature(leaf, leave_transcript(room, leaf), statement)

        def work(transaction: Transaction, _found: Room) -> None:
            transaction.members.remove(room, [leaf])
            transaction.departures.remove(room, [leaf])
            transaction.departures.add(room, Departure(leaf, statement))

        draft = Draft("leave", room, leaf, fields.request(), statement)
        answer = self._sequencer.carry_out(session, draft, work)
        self._fanout.drop_member(room, leaf)
        return answer

    def close(self, session: Session, fields: Fields) -> Answer:
        """Close a room for good and delete what it holds, by the signed statement of a host."""
        room = fields.room()
        leaf = session.leaf_in(room)
        statement = fields.signature()
        require_signature(leaf, close_transcript(room, leaf), statement)

        def work(transaction: Transaction, found: Room) -> None:
            if not transaction.hosts.has(room, leaf):
                raise NotAdmitted
            transaction.envelopes.delete_through(room, found.head)
            transaction.rooms.raise_floor(room, found.head + 1)
            transaction.history.delete_all(room)
            transaction.rooms.close(room)

        draft = Draft("close", room, leaf, fields.request(), statement)
        return self._sequencer.carry_out(session, draft, work)


def _is_known(transaction: Transaction, room: bytes, leaf: bytes) -> bool:
    return transaction.members.has(room, leaf) or transaction.hosts.has(room, leaf)


def _join(transaction: Transaction, found: Room, leaf: bytes) -> None:
    if transaction.members.has(found.room, leaf):
        return
    if found.locked:
        raise RoomLocked
    if transaction.members.count(found.room) >= found.max_members:
        raise RoomFull
    transaction.members.add(found.room, leaf)


def _conflict(transaction: Transaction, found: Room, epoch: int) -> EpochConflict:
    answer: Answer = {"epoch": found.epoch}
    winner = transaction.envelopes.commit_of(found.room, epoch)
    if winner is not None:
        answer["winner"] = winner.to_map()
    return EpochConflict(answer=answer)
