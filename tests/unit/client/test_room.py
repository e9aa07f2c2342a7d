"""A room as its people use it: what it refuses before anything is sent, and how it ends."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from fake_relay import CODE, NEVER, Device, FakeRelay

from roomkey.client.changes import title_of
from roomkey.client.connection import Backoff, ConnectionState
from roomkey.client.events import ConnectionChanged, Event, MessageReceived
from roomkey.client.keystore import RoomLock
from roomkey.client.policy import room_policy_of
from roomkey.client.room import Room
from roomkey.client.text import clean_name
from roomkey.errors import (
    DecodeError,
    NotAMember,
    PolicyViolation,
    RelayUnreachable,
    StateError,
    StateLocked,
)
from roomkey.wire import room_code
from roomkey.wire.limits import MAX_HOSTS, MAX_RETENTION_SECONDS, MAX_SEQ, MIN_RETENTION_SECONDS


class Person:
    """A device, its room, and all that the room has told."""

    def __init__(self, device: Device) -> None:
        self.device, self.lock = device, RoomLock(device.path)
        self.ended: list[Room] = []
        self.room = Room(
            device.state,
            self.lock,
            device.transport,
            lambda: device.path.unlink(),
            schedule=NEVER,
            backoff=Backoff(0.001, 0.002),
            closed=self.ended.append,
        )
        self.events = aiter(self.room)

    async def until(self, is_it: Callable[[Event], bool]) -> Event:
        while True:
            event = await asyncio.wait_for(anext(self.events), 60)
            if is_it(event):
                return event

    async def state(self, state: ConnectionState) -> None:
        await self.until(lambda e: isinstance(e, ConnectionChanged) and e.state is state)

    async def text(self, text: str) -> MessageReceived:
        event = await self.until(lambda e: isinstance(e, MessageReceived) and e.text == text)
        assert isinstance(event, MessageReceived)
        return event


def play(tmp_path: Path, scene: Callable[[FakeRelay, Person, Person], Awaitable[None]]) -> None:
    """Act a scene of Ann, whose room it is, and Bob: both are online."""

    async def run() -> None:
        relay = FakeRelay()
        ann = Device(relay, tmp_path / "a.room", "Ann")
        bob = Device(relay, tmp_path / "b.room", "Bob")
        await ann.create()
        await bob.join()
        people = Person(ann), Person(bob)
        for person in people:
            person.room.start()
            await person.state(ConnectionState.ONLINE)
        try:
            await asyncio.wait_for(scene(relay, *people), 100)
        finally:
            for person in people:
                await person.room.close()

    asyncio.run(run())


def test_only_who_wrote_something_changes_it(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Person, bob: Person) -> None:
        sent = await ann.room.send("hers")
        await sent.stored()
        await bob.text("hers")
        waiting = len(relay.log)
        for change in (bob.room.edit(sent.id, "his"), bob.room.delete(sent.id)):
            with pytest.raises(PolicyViolation):
                await change
        sign = await bob.room.react(sent.id, "+")
        await sign.stored()
        await bob.room.unreact(sign.id)
        for absent in (bob.room.edit(bytes(32), "x"), bob.room.react(bytes(32), "+")):
            with pytest.raises(DecodeError):
                await absent
        # what is no reaction is not taken back as one, and what is one is not edited
        for other in (ann.room.unreact(sent.id), bob.room.edit(sign.id, "-")):
            with pytest.raises(DecodeError):
                await other
        await (await ann.room.edit(sent.id, "hers still")).stored()
        await bob.until(lambda e: getattr(getattr(e, "message", None), "text", "") == "hers still")
        assert len(relay.log) == waiting + 3

    play(tmp_path, scene)


@pytest.mark.parametrize(
    "ask",
    [
        lambda room: room.set_title("t" * 257),
        lambda room: room.set_title("ü" * 129),
        lambda room: room.set_retention(MIN_RETENTION_SECONDS - 1),
        lambda room: room.set_retention(MAX_RETENTION_SECONDS + 1),
        lambda room: room.send("x", expires_after=0),
        lambda room: room.send("x", expires_after=2**32),
    ],
)
def test_what_has_no_form_is_not_sent(tmp_path: Path, ask: Callable[[Room], Any]) -> None:
    async def scene(relay: FakeRelay, ann: Person, bob: Person) -> None:
        with pytest.raises(DecodeError):
            await ask(ann.room)
        assert ann.room.waiting == 0
        assert len(relay.log) == 1

    play(tmp_path, scene)


@pytest.mark.parametrize("sign", ["", " ", "s" * 65, "ü" * 33])
def test_what_is_no_sign_is_put_under_no_message(tmp_path: Path, sign: str) -> None:
    async def scene(relay: FakeRelay, ann: Person, bob: Person) -> None:
        sent = await ann.room.send("hello")
        await sent.stored()
        with pytest.raises(DecodeError):
            await ann.room.react(sent.id, sign)
        await (await ann.room.react(sent.id, "ü" * 32)).stored()
        assert ann.room.waiting == 0

    play(tmp_path, scene)


def test_what_is_at_the_edge_of_its_form_is_taken(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Person, bob: Person) -> None:
        await ann.room.set_title("ü" * 128)
        for seconds in (MAX_RETENTION_SECONDS, MIN_RETENTION_SECONDS):
            await ann.room.set_retention(seconds)
        await (await ann.room.send("x", expires_after=2**32 - 1)).stored()
        rules = room_policy_of(ann.device.state.joined)
        assert title_of(ann.device.state, rules) == "ü" * 128
        assert ann.room.retention == MIN_RETENTION_SECONDS

    play(tmp_path, scene)


def test_a_room_has_so_many_hosts_and_nobody_names_or_removes_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("roomkey.client.room_hosting.MAX_HOSTS", 2)
    assert MAX_HOSTS == 32

    async def scene(relay: FakeRelay, ann: Person, bob: Person) -> None:
        herself, him = ann.room.members()
        for ask in (ann.room.name_host(herself), ann.room.remove(herself)):
            with pytest.raises(PolicyViolation, match="who goes leaves"):
                await ask
        await ann.room.name_host(him)
        await ann.room.name_host(him)
        cid = Device(relay, tmp_path / "c.room", "Cid")
        await cid.join()
        await (await ann.room.send("after Cid")).stored()
        third = next(member for member in ann.room.members() if member.name == "Cid")
        with pytest.raises(PolicyViolation, match="at most"):
            await ann.room.name_host(third)
        assert len(room_policy_of(ann.device.state.joined).hosts) == 2
        cid.state.store.close()

    play(tmp_path, scene)


def test_who_cannot_tell_the_relay_has_not_left(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Person, bob: Person) -> None:
        relay.fault = lambda event: "before" if event == "room.leave" else None
        with pytest.raises(RelayUnreachable):
            await bob.room.leave()
        assert bob.ended == []
        assert bob.device.path.exists()
        await (await bob.room.send("still here")).stored()
        await ann.text("still here")

    play(tmp_path, scene)


def test_who_is_not_connected_cannot_leave_and_loses_nothing(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Person, bob: Person) -> None:
        cid = Device(relay, tmp_path / "c.room", "Cid")
        await cid.join()
        person = Person(cid)
        with pytest.raises(RelayUnreachable):
            await person.room.leave()
        transport = cid.transport()
        await transport.connect()
        person.room.start(transport)
        # there is a connection now, and nothing was read on it yet
        with pytest.raises(RelayUnreachable):
            await person.room.leave()
        assert person.ended == relay.left == []
        await person.state(ConnectionState.ONLINE)
        await person.room.leave()
        assert [left["leaf"] for left in relay.left] == [cid.state.leaf_key]

    play(tmp_path, scene)


def test_who_was_removed_leaves_without_asking_the_relay(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Person, bob: Person) -> None:
        him = next(member for member in ann.room.members() if not member.is_self)
        await ann.room.remove(him)
        await bob.state(ConnectionState.REMOVED)
        asked: list[str] = []
        relay.fault = asked.append  # type: ignore[assignment]
        await bob.room.leave()
        assert asked == relay.left == []
        assert bob.ended == [bob.room]
        assert not bob.device.path.exists()

    play(tmp_path, scene)


def test_what_waits_to_be_sent_is_changed_by_who_wrote_it_and_goes_out_so(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Person, bob: Person) -> None:
        relay.fault = lambda event: "before" if event == "room.send" else None
        first, second = await ann.room.send("first"), await ann.room.send("second")
        sign = await ann.room.react(second.id, "+")
        await ann.room.unreact(sign.id)
        # a sign that waits is no message, and a message that waits no sign
        for other in (ann.room.edit(sign.id, "-"), ann.room.unreact(first.id)):
            with pytest.raises(DecodeError):
                await other
        await ann.room.edit(first.id, "better")
        last = await ann.room.delete(second.id)
        assert ann.room.waiting == 6
        relay.fault = lambda _event: None
        await last.stored()
        await (await ann.room.send("end")).stored()
        await bob.text("end")
        for person in (ann, bob):
            shown = await person.room.history()
            assert [(m.text, m.is_deleted) for m in shown] == [
                ("better", False),
                ("", True),
                ("end", False),
            ]

    play(tmp_path, scene)


def test_a_room_says_its_code_and_ones_own_name_as_it_is_safe_to_show(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Person, bob: Person) -> None:
        assert bob.room.name == "Bob"
        bob.device.state.name = "B\x1bo\u202eb"
        assert bob.room.name == clean_name("B\x1bo\u202eb")
        assert not {"\x1b", "\u202e"} & {*bob.room.name}

    play(tmp_path, scene)


def test_what_is_held_of_a_room_says_no_key_name_or_text_where_it_is_written_out(
    tmp_path: Path,
) -> None:
    async def scene(relay: FakeRelay, ann: Person, bob: Person) -> None:
        await (await ann.room.send("what was said")).stored()
        relay.fault = lambda event: "before" if event == "room.send" else None
        sent = await ann.room.send("what waits")
        state = ann.device.state
        queued = state.store.first_queued()
        [row] = state.store.transcript.messages(MAX_SEQ, 9)
        assert queued is not None
        assert sent.id == queued.message_id
        code = room_code.show(CODE)
        assert repr(ann.room) == f"Room({code})"
        assert repr(queued) == f"Queued(epoch={queued.epoch})"
        assert repr(row) == f"Stored(seq={row.seq})"
        secrets = [b"what was said", b"what waits", b"Ann", state.secrets.psk, state.leaf_key]
        secrets += [state.identity.private_key, state.pseudonym, sent.id]
        for thing in (ann.room, queued, row, state, state.store):
            for secret in secrets:
                assert repr(secret)[2:-1] not in repr(thing)
                assert secret.hex() not in repr(thing)

    play(tmp_path, scene)


def test_who_leaves_keeps_nothing_and_a_room_that_has_ended_takes_nothing(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Person, bob: Person) -> None:
        other = aiter(bob.room)
        with pytest.raises(StateLocked):
            RoomLock(bob.device.path)
        await bob.room.leave()
        assert not bob.device.path.exists()
        assert relay.left[0]["leaf"] == bob.device.state.leaf_key
        RoomLock(bob.device.path).release()
        with pytest.raises(StateError):
            bob.device.state.store.count_queued()
        # all who listen hear that it is over, once more each time they ask
        for events in (bob.events, other, aiter(bob.room)):
            assert not [event async for event in events if isinstance(event, MessageReceived)]
        for ask in (
            bob.room.send("late"),
            bob.room.set_locked(True),
            bob.room.give_room_key("k" * 30),
        ):
            with pytest.raises(NotAMember):
                await ask
        await bob.room.close()
        assert bob.ended == [bob.room]

    play(tmp_path, scene)


def test_a_title_that_is_no_text_stops_nothing(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Person, bob: Person) -> None:
        await ann.room.set_title("half a \ud83d")
        assert ann.room.title == "half a ?"
        await (await ann.room.send("and on")).stored()

    play(tmp_path, scene)
