"""A room key that a person gives: taken where it fits, tried where that is not known."""

import asyncio
from pathlib import Path

import pytest
from fake_relay import Device, FakeRelay, play

from roomkey.client.changes import Change
from roomkey.client.room_key_wait import RoomKeyWait
from roomkey.errors import RelayUnreachable, WrongRoomKey
from roomkey.keys.root import derive_secrets

NEW, OTHER = derive_secrets(b"n" * 32), derive_secrets(b"o" * 32)


async def lose_the_key(relay: FakeRelay, ann: Device, bob: Device) -> None:
    """Have Ann change the room key, and the relay keep that from Bob."""
    session, change = ann.start(), Change(new_root=b"n" * 32)
    session.committer.add(change)
    session.wake()
    await change.done
    del relay.log[-1]["root"]
    bob.start()
    await bob.until(lambda: bob.state.joined.epoch == relay.epoch)
    assert bob.state.needs_room_key


def test_the_key_that_the_rules_name_is_taken_and_another_is_not(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        await lose_the_key(relay, ann, bob)
        assert bob.session is not None
        with pytest.raises(WrongRoomKey):
            await bob.session.key_wait.give(OTHER)
        assert bob.state.needs_room_key
        await bob.session.key_wait.give(NEW)
        assert not bob.state.needs_room_key
        assert [keys.key_id for keys in bob.state.ring.past] == [0]
        # given once more, it changes nothing
        before = bob.state.ring
        await bob.session.key_wait.give(NEW)
        assert bob.state.ring is before

    play(tmp_path, scene)


def test_one_key_is_tried_at_a_time_and_whoever_gave_it_is_answered(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        wait = RoomKeyWait(bob.state)
        wait.begin()
        trying = asyncio.ensure_future(wait.give(NEW))
        await wait.end()
        assert (wait.is_on, wait.offered) == (False, NEW)
        with pytest.raises(WrongRoomKey):
            await wait.give(OTHER)
        wait.answer(RelayUnreachable())
        with pytest.raises(RelayUnreachable):
            await trying
        assert wait.offered is None
        wait.begin()
        trying = asyncio.ensure_future(wait.give(NEW))
        await wait.end()
        wait.answer(None)
        await trying

    play(tmp_path, scene)


def test_who_does_not_wait_for_the_answer_keeps_nobody_from_going_on(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        wait = RoomKeyWait(bob.state)
        wait.begin()
        trying = asyncio.ensure_future(wait.give(NEW))
        await wait.end()
        trying.cancel()
        await asyncio.wait((trying,))
        for error in (None, WrongRoomKey()):
            wait.answer(error)
        assert wait.offered is None

    play(tmp_path, scene)
