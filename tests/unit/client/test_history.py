"""What was said before: what the relay or a member makes up of it is not shown, the rest is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fake_relay import ROOM, SECRETS, Device, FakeRelay, play

from roomkey.client.changes import Change
from roomkey.client.content import Content, pad
from roomkey.client.events import Event, MessageReceived
from roomkey.client.history import fetch_history
from roomkey.client.room_state import RoomState
from roomkey.client.room_store import RoomStore
from roomkey.client.transcript import Transcript
from roomkey.errors import RelayFault
from roomkey.keys.archive import make_archive_copy, seal_archive
from roomkey.keys.key_ring import KeyRing
from roomkey.keys.root import derive_secrets
from roomkey.keys.sealed_name import seal_name

EVERYTHING = 10**6


async def past_of(device: Device) -> list[Event]:
    """Read all that the relay has of the past, on a connection of its own."""
    transport = device.transport()
    await transport.connect()
    transcript = Transcript(device.state)
    events = await fetch_history(transport, device.state, transcript, EVERYTHING, 256)
    await transport.close()
    return events


def texts(events: list[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, MessageReceived)]


def copy_by(
    device: Device,
    *,
    pseudonym: bytes | None = None,
    key_id: int = 0,
    name: bytes | None = None,
    content: bytes | None = None,
) -> bytes:
    """Seal what a member says it has said; it holds the keys, and can write what it likes."""
    state = device.state
    sealed_name = seal_name(SECRETS, ROOM, state.leaf_key, "Bob") if name is None else name
    said = pad(Content(bytes(16), "made up").encode()) if content is None else content
    author = state.pseudonym if pseudonym is None else pseudonym
    epoch, private = state.joined.epoch, state.identity.private_key
    copy = make_archive_copy(private, ROOM, epoch, author, key_id, sealed_name, said)
    return seal_archive(state.history_secret(state.joined), ROOM, epoch, copy)


LIES: dict[str, Callable[[Device, Device], bytes]] = {
    "bytes that nobody sealed": lambda _ann, _bob: bytes(200),
    "somebody else's words": lambda ann, bob: copy_by(bob, pseudonym=ann.state.pseudonym),
    "a name under a room key that nobody was given": lambda _ann, bob: copy_by(bob, key_id=7),
    "a name that does not open": lambda _ann, bob: copy_by(bob, name=bytes(80)),
    "no content": lambda _ann, bob: copy_by(bob, content=b"\xff"),
}


@pytest.mark.parametrize("lie", LIES)
def test_what_a_member_makes_up_of_the_past_is_left_out(tmp_path: Path, lie: str) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        ann.start()
        bob.start()
        await ann.send("one").stored()
        await bob.send("two").stored()
        await ann.send("three").stored()
        [second] = [seq for seq, envelope in enumerate(relay.log, 1) if is_by(bob, envelope)]
        honest, made_up = copy_by(bob), LIES[lie](ann, bob)
        cid = Device(relay, tmp_path / "c.room", "Cid")
        relay.archives[second] = honest
        await cid.join()
        assert texts(await past_of(cid)) == ["three", "made up", "one"]
        dan = Device(relay, tmp_path / "d.room", "Dan")
        relay.archives[second] = made_up
        await dan.join()
        assert texts(await past_of(dan)) == ["three", "one"]
        await cid.stop()
        await dan.stop()

    play(tmp_path, scene)


def is_by(device: Device, envelope: dict[str, Any]) -> bool:
    return envelope["kind"] == "message" and envelope["leaf"] == device.state.leaf_key


def test_a_message_of_the_past_under_another_leaf_is_left_out(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        ann.start()
        await ann.send("hers").stored()
        await ann.send("also hers").stored()
        relay.log[-1]["leaf"] = bob.state.leaf_key
        cid = Device(relay, tmp_path / "c.room", "Cid")
        await cid.join()
        assert texts(await past_of(cid)) == ["hers"]
        await cid.stop()

    play(tmp_path, scene)


@pytest.mark.parametrize("how", ["missing", "damaged", "under a room key nobody was given"])
def test_an_epoch_whose_secret_does_not_open_stays_unread_and_others_are_read(
    tmp_path: Path, how: str
) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        session = ann.start()
        await ann.send("in the first").stored()
        first = relay.epoch
        session.committer.timetable.update_now()
        session.wake()
        await ann.until(lambda: ann.state.joined.epoch == first + 1)
        await ann.send("in the second").stored()
        if how == "missing":
            del relay.history[first]
        elif how == "damaged":
            relay.history[first] = bytes(80)
        else:
            relay.key_ids[first] = 7
        cid = Device(relay, tmp_path / "c.room", "Cid")
        await cid.join()
        assert texts(await past_of(cid)) == ["in the second"]
        await cid.stop()

    play(tmp_path, scene)


def test_a_past_that_does_not_go_back_is_the_relays_fault(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        ann.start()
        await ann.send("one").stored()
        cid = Device(relay, tmp_path / "c.room", "Cid")
        await cid.join()
        answer = relay._answer

        def round_and_round(event: str, leaf: bytes, fields: Any) -> dict[str, Any]:
            if event != "room.history":
                return answer(event, leaf, fields)
            return {**answer(event, leaf, {**fields, "before": EVERYTHING}), "more": True}

        relay._answer = round_and_round  # type: ignore[method-assign]
        with pytest.raises(RelayFault):
            await past_of(cid)
        await cid.stop()

    play(tmp_path, scene)


def test_the_past_is_taken_up_once(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        ann.start()
        await ann.send("one").stored()
        cid = Device(relay, tmp_path / "c.room", "Cid")
        await cid.join()
        assert texts(await past_of(cid)) == ["one"]
        assert texts(await past_of(cid)) == []
        await cid.stop()

    play(tmp_path, scene)


def test_older_room_keys_that_come_with_the_past_open_it_and_are_kept(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        session = ann.start()
        await ann.send("under the first key").stored()
        change = Change(new_root=b"n" * 32)
        session.committer.add(change)
        session.wake()
        await change.done
        # until both have sealed their names again, nobody comes in without the first key
        for epoch, updating in ((3, bob.start()), (4, session)):
            await bob.until(lambda epoch=epoch: bob.state.joined.epoch == epoch - 1)  # type: ignore[misc]
            updating.committer.timetable.update_now()
            updating.wake()
            await ann.until(lambda epoch=epoch: ann.state.joined.epoch == epoch)  # type: ignore[misc]
        await ann.send("under the second key").stored()
        # as if the relay had kept them back when the newcomer was let in
        chain, relay.chain = relay.chain, []
        cid = Device(relay, tmp_path / "c.room", "Cid")
        cid.state.policy.ring = KeyRing(derive_secrets(b"n" * 32))
        await cid.join()
        assert [keys.key_id for keys in cid.state.ring.past] == []
        relay.chain = chain
        assert texts(await past_of(cid)) == ["under the second key", "under the first key"]
        cid.state.store.close()
        stored = RoomState.load(RoomStore(cid.path, bytes(32)))
        assert [keys.key_id for keys in stored.ring.past] == [0]
        stored.store.close()

    play(tmp_path, scene)
