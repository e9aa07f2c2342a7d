"""A relay in memory that does as docs/protocol/delivery.md says, and whatever else a test wants."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from roomkey.client.admission import Opened
from roomkey.client.connection import Backoff
from roomkey.client.creating import LARGE_SUITE, NewRoom, make_room, start_group
from roomkey.client.events import Event, MessageReceived
from roomkey.client.joining import enter
from roomkey.client.outbox import SentMessage
from roomkey.client.room_policy import History
from roomkey.client.room_state import RoomState, new_identity
from roomkey.client.room_store import RoomStore
from roomkey.client.schedule import Schedule
from roomkey.client.session import Session
from roomkey.client.transport import Map, ignore_loss, ignore_push
from roomkey.errors import (
    EpochConflict,
    NotAdmitted,
    RelayUnreachable,
    StaleEpoch,
    WrongRoomKey,
)
from roomkey.keys.key_ring import KeyRing
from roomkey.keys.root import derive_secrets

ROOM, CODE = bytes(16), "0123456789"
SECRETS = derive_secrets(bytes(32))
NOW = int(time.time() * 1000)
NEVER = Schedule(update_seconds=1e9, update_messages=10**9, tidy_seconds=0.01)

Fault = Callable[[str], str | None]
"""Says for an event whether the connection breaks "before" or "after" it is carried out."""


class FakeRelay:
    def __init__(self) -> None:
        self.log: list[Map] = []
        self.answers: dict[tuple[bytes, bytes], Map] = {}
        self.members: set[bytes] = set()
        self.left: list[Map] = []
        self.epoch, self.floor = 0, 1
        self.group_info = b""
        self.key_id = 0
        self.chain: list[Map] = []
        self.key_ids: dict[int, int] = {}
        self.history: dict[int, bytes] = {}
        self.archives: dict[int, bytes] = {}
        self.connected: list[FakeTransport] = []
        self.signals: list[Map] = []
        self.fault: Fault = lambda _event: None

    def append(self, kind: str, leaf: bytes, request: bytes, body: bytes, **more: Any) -> Map:
        seq = len(self.log) + 1
        envelope = {"seq": seq, "time": NOW + seq, "kind": kind, "epoch": self.epoch}
        envelope |= {"leaf": leaf, "request": request, "body": body, "room": ROOM, **more}
        self.log.append(envelope)
        for transport in list(self.connected):
            transport.on_push("room.envelope", dict(envelope))
        return {"seq": seq, "time": NOW + seq}

    def answer(self, event: str, leaf: bytes, fields: Mapping[str, Any]) -> Map:
        change = (leaf, fields.get("request", b""))
        if change in self.answers:
            return self.answers[change]
        answer = self._answer(event, leaf, fields)
        if "request" in fields:
            self.answers[change] = answer
        return answer

    def _answer(self, event: str, leaf: bytes, fields: Mapping[str, Any]) -> Map:
        head = len(self.log)
        if event == "room.open":
            return {"room": ROOM, "nonce": bytes(32)}
        if event == "room.create":
            self.members, self.group_info = {leaf}, fields["group_info"]
            self.history[0] = fields.get("history", b"")
            return {"seq": 0, "time": 1}
        if event == "room.admit":
            known = {"key_id": self.key_id, "epoch": self.epoch, "head": head}
            known |= {"left": list(self.left), "chain": list(self.chain)}
            return {**known, "group_info": self.group_info}
        if event == "room.commit" and (leaf in self.members or fields.get("joined") == leaf):
            return self._commit(leaf, fields)
        if leaf not in self.members:
            raise WrongRoomKey if event == "room.resume" else NotAdmitted
        if event == "room.resume":
            return {"head": head, "epoch": self.epoch}
        if event == "room.send":
            if fields["epoch"] != self.epoch:
                raise StaleEpoch(answer={"epoch": self.epoch})
            if "archive" in fields:
                self.archives[head + 1] = fields["archive"]
            return self.append("message", leaf, fields["request"], fields["message"])
        if event == "room.history":
            found = [e for e in self.log if e["seq"] in self.archives]
            found = [e for e in reversed(found) if e["seq"] < fields["before"]]
            page = found[: fields["limit"]]
            archives = [{**e, "archive": self.archives[e["seq"]]} for e in page]
            epochs = [
                {"epoch": n, "key_id": self.key_ids.get(n, 0), "sealed": sealed}
                for n, sealed in self.history.items()
            ]
            more = len(found) > len(page)
            chain = list(self.chain)
            return {"archives": archives, "epochs": epochs, "chain": chain, "more": more}
        if event == "room.leave":
            self.members.discard(leaf)
            self.left.append({"leaf": leaf, "signature": fields["signature"]})
            return self.append("leave", leaf, fields["request"], fields["signature"])
        if event == "room.signal":
            for transport in list(self.connected):
                if transport.leaf != leaf:
                    signal = {"room": ROOM, "leaf": leaf, "body": fields["body"]}
                    self.signals.append(signal)
                    transport.on_push("room.signal", signal)
            return {}
        assert event == "room.sync"
        found = self.log[fields["after"] :][: fields["limit"]]
        return {"envelopes": list(found), "head": head, "more": False, "floor": self.floor}

    def _commit(self, leaf: bytes, fields: Mapping[str, Any]) -> Map:
        if fields["epoch"] != self.epoch:
            raise EpochConflict(answer={"epoch": self.epoch})
        more = {"history": fields["history"]} if "history" in fields else {}
        if "rekey" in fields:
            rekey = fields["rekey"]
            assert rekey["key_id"] == self.key_id + 1
            self.key_id, more["root"] = rekey["key_id"], rekey["root"]
            self.chain.insert(0, {"key_id": rekey["key_id"], "chain": rekey["chain"]})
        self.members |= {leaf}
        self.members -= set(fields.get("removed", ()))
        self.group_info = fields["group_info"]
        answer = self.append("commit", leaf, fields["request"], fields["message"], **more)
        self.epoch += 1
        self.history[self.epoch] = fields.get("history", b"")
        self.key_ids[self.epoch] = self.key_id
        return answer


class FakeTransport:
    def __init__(self, relay: FakeRelay, leaf: bytes) -> None:
        self._relay, self.leaf = relay, leaf
        self.on_push, self.on_lost = ignore_push, ignore_loss

    async def connect(self) -> None:
        await asyncio.sleep(0)
        self._relay.connected.append(self)

    async def request(self, event: str, fields: Mapping[str, Any]) -> Map:
        await asyncio.sleep(0)
        fault = self._relay.fault(event)
        if self not in self._relay.connected or fault == "before":
            self._break()
            raise RelayUnreachable
        answer = self._relay.answer(event, self.leaf, fields)
        if fault == "after":
            self._break()
            raise RelayUnreachable
        await asyncio.sleep(0)
        return answer

    def _break(self) -> None:
        if self in self._relay.connected:
            self._relay.connected.remove(self)
        self.on_lost()

    async def close(self) -> None:
        if self in self._relay.connected:
            self._relay.connected.remove(self)


class Device:
    """One member: its state on disk, and a session when it runs."""

    def __init__(self, relay: FakeRelay, path: Path, name: str) -> None:
        self.relay, self.path = relay, path
        self.events: list[Event] = []
        self._happened = asyncio.Event()
        self.state = RoomState(
            RoomStore(path, bytes(32), create=True),
            relay="fake",
            code=CODE,
            room_id=ROOM,
            name=name,
            identity=new_identity(LARGE_SUITE),
            ring=KeyRing(SECRETS),
        )
        self.session: Session | None = None

    def transport(self) -> FakeTransport:
        return FakeTransport(self.relay, self.state.leaf_key)

    async def create(self, history: History = "shared") -> None:
        transport = self.transport()
        await transport.connect()
        wanted = NewRoom(history, 3600, LARGE_SUITE, "")
        start_group(self.state, wanted)
        await make_room(transport, self.state, Opened(ROOM, bytes(32)))
        await transport.close()

    async def join(self) -> None:
        transport = self.transport()
        await transport.connect()
        await enter(transport, self.state)
        await transport.close()

    def start(self, schedule: Schedule = NEVER) -> Session:
        self.session = Session(
            self.state, self.transport, self._tell, schedule, Backoff(0.001, 0.002)
        )
        self.session.start()
        return self.session

    async def restart(self, schedule: Schedule = NEVER) -> Session:
        await self.stop()
        self.state = RoomState.load(RoomStore(self.path, bytes(32)))
        return self.start(schedule)

    async def stop(self) -> None:
        if self.session is not None:
            await self.session.stop()
        self.state.store.close()

    def _tell(self, event: Event) -> None:
        self.events.append(event)
        self._happened.set()

    async def until(self, is_it: Callable[[], bool]) -> None:
        async def wait() -> None:
            while not is_it():
                self._happened.clear()
                await self._happened.wait()

        await asyncio.wait_for(wait(), 60)

    def send(self, text: str) -> SentMessage:
        assert self.session is not None
        sent = self.session.outbox.add(text)
        self.session.wake()
        return sent

    @property
    def texts(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, MessageReceived)]


def play(tmp_path: Path, scene: Callable[[FakeRelay, Device, Device], Awaitable[None]]) -> None:
    """Act a scene of Ann, whose room it is, and Bob, who has joined it."""

    async def run() -> None:
        relay = FakeRelay()
        ann = Device(relay, tmp_path / "a.room", "Ann")
        bob = Device(relay, tmp_path / "b.room", "Bob")
        await ann.create()
        await bob.join()
        try:
            await asyncio.wait_for(scene(relay, ann, bob), 100)
        finally:
            await ann.stop()
            await bob.stop()

    asyncio.run(run())
