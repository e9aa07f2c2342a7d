"""Coming back after something broke at the worst moment, against a relay in memory."""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from fake_relay import SECRETS, Device, FakeRelay, play

from roomkey.client.connection import ConnectionState
from roomkey.client.events import RoomTrouble
from roomkey.client.members import index_of
from roomkey.client.transport import Map
from roomkey.errors import NotAdmitted, RoomkeyError, StateFull, WrongRoomKey
from roomkey.mls import Remove


def troubles(device: Device) -> list[str]:
    return [event.code for event in device.events if isinstance(event, RoomTrouble)]


def test_what_could_not_be_written_is_read_again_however_long_the_disk_is_full(
    tmp_path: Path,
) -> None:
    async def scene(relay: FakeRelay, ann: Device, _bob: Device) -> None:
        is_full = False
        transaction = ann.state.store.transaction

        @contextlib.contextmanager
        def unless_full() -> Iterator[None]:
            if is_full:
                raise StateFull
            with transaction():
                yield

        def fault(event: str) -> str | None:
            nonlocal is_full
            if event != "room.commit":
                return None
            # the commit is accepted, its answer is lost, and then nothing can be written
            is_full = True
            return "after"

        ann.state.store.transaction = unless_full  # type: ignore[method-assign]
        relay.fault = fault
        session = ann.start()
        session.committer.timetable.update_now()
        session.wake()
        await ann.until(lambda: len(troubles(ann)) > 2)
        relay.fault, is_full = lambda _event: None, False
        await ann.send("after").stored()
        assert set(troubles(ann)) == {"state_full"}
        assert ann.state.joined.epoch == relay.epoch == 2

    play(tmp_path, scene)


def test_who_is_removed_on_the_way_in_is_out_and_is_not_asked_for_a_room_key(
    tmp_path: Path,
) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        answer, is_removed = relay.answer, False

        def remove_first(event: str, leaf: bytes, fields: Mapping[str, Any]) -> Map:
            nonlocal is_removed
            if "joined" not in fields or is_removed:
                return answer(event, leaf, fields)
            is_removed = True
            index = index_of(ann.state.joined, bob.state.leaf_key)
            assert index is not None
            made = ann.state.joined.commit([Remove(index)], include_pending=False)
            removal = {
                "request": bytes(range(16)),
                "epoch": relay.epoch,
                "message": made.message,
                "group_info": made.group.group_info(),
                "removed": [bob.state.leaf_key],
            }
            answer("room.commit", ann.state.leaf_key, removal)
            # it was a member's when the relay looked
            raise NotAdmitted

        session = ann.start()
        session.committer.timetable.update_now()
        await ann.until(lambda: ann.state.joined.epoch == 2)
        await session.stop()
        # Bob missed that, and the relay has it no more
        relay.floor = len(relay.log) + 1
        relay.answer = remove_first  # type: ignore[method-assign]
        coming = bob.start()
        await bob.until(lambda: coming.connection.state is ConnectionState.REMOVED)
        assert troubles(bob) == ["not_a_member"]

    play(tmp_path, scene)


def test_who_was_told_wrongly_that_its_room_key_is_wrong_gives_it_again(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, _ann: Device, bob: Device) -> None:
        answer, lies = relay.answer, True

        def lie(event: str, leaf: bytes, fields: Mapping[str, Any]) -> Map:
            if lies and event in ("room.resume", "room.admit"):
                raise WrongRoomKey
            return answer(event, leaf, fields)

        relay.answer = lie  # type: ignore[method-assign]
        session = bob.start()
        await bob.until(lambda: "room_key_needed" in troubles(bob))
        with pytest.raises(RoomkeyError) as refusal:
            await session.key_wait.give(SECRETS)
        assert refusal.value.code == "wrong_room_key"
        lies = False
        await bob.until(lambda: session.key_wait.is_on)
        await session.key_wait.give(SECRETS)
        await bob.send("in again").stored()

    play(tmp_path, scene)
