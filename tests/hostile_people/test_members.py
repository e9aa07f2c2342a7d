"""What somebody with the room key cannot do to those who share the room."""

import os
from collections.abc import Awaitable, Callable

import pytest
from client_toolkit import KEY, Listener, Relay, said, scene, soon, two_people
from insider import Insider, an_insider

import roomkey
from roomkey import ConnectionState, RoomTrouble
from roomkey.errors import RateLimited, RoomkeyError, TooLarge, WrongRoomKey
from roomkey.wire.limits import MAX_COMMIT_BYTES, MAX_MESSAGE_BYTES

Attack = Callable[[Insider, roomkey.Room, roomkey.Room], Awaitable[None]]


async def commit_nonsense(mallory: Insider, *_: roomkey.Room) -> None:
    """A commit of random bytes, and a group info that is none."""
    await mallory.commit(os.urandom(500), os.urandom(500))


async def commit_nonsense_for_long(mallory: Insider, *_: roomkey.Room) -> None:
    """Ten commits of random bytes, one after another."""
    for _ in range(10):
        await mallory.commit(os.urandom(500), os.urandom(500))


async def commit_with_another_confirmation_tag(mallory: Insider, *_: roomkey.Room) -> None:
    """A commit that agrees with nobody, and the group info of before it."""
    made = mallory.make()
    await mallory.commit(
        made.message[:-1] + bytes([made.message[-1] ^ 1]), mallory.group.group_info()
    )


async def keep_the_group_info(mallory: Insider, *_: roomkey.Room) -> None:
    """A commit that everybody follows, with a group info by which nobody comes in."""
    await mallory.commit(mallory.make().message, b"none")


async def remove_everybody(mallory: Insider, *others: roomkey.Room) -> None:
    """A commit that only a host may make, and all that follows from it."""
    made = mallory.make(mallory.remove(*others))
    leaves = [room._state.leaf_key for room in others]
    await mallory.commit(made.message, made.group.group_info(), removed=leaves)


async def remove_the_host(mallory: Insider, ann: roomkey.Room, _bob: roomkey.Room) -> None:
    """The same against the host alone: the other would be left with Mallory."""
    await remove_everybody(mallory, ann)


async def remove_everybody_in_two_steps(mallory: Insider, *others: roomkey.Room) -> None:
    """Nonsense first, so that nobody sees the removal itself."""
    await mallory.commit(os.urandom(500), os.urandom(500))
    made = mallory.make([]).group.commit([], include_pending=False)
    leaves = [room._state.leaf_key for room in others]
    await mallory.commit(os.urandom(500), made.group.group_info(), removed=leaves)


UNFOLLOWABLE: list[Attack] = [
    commit_nonsense,
    commit_nonsense_for_long,
    commit_with_another_confirmation_tag,
    remove_everybody,
    remove_the_host,
]


@pytest.mark.parametrize("attack", UNFOLLOWABLE, ids=lambda attack: attack.__name__)
def test_a_host_undoes_what_nobody_can_follow_and_all_go_on(relay: Relay, attack: Attack) -> None:
    @scene
    async def play() -> None:
        async with two_people(relay) as (ann, bob, at_ann, at_bob):
            await said(ann, "before")
            await at_bob.text("before")
            async with an_insider(relay, ann.code) as mallory:
                await at_ann.until(lambda _: len(ann.members()) == 3)
                await at_bob.until(lambda _: len(bob.members()) == 3)
                await attack(mallory, ann, bob)
                await said(ann, "from the host")
                await at_bob.text("from the host")
                await said(bob, "from the other")
                await at_ann.text("from the other")
                assert [m.name for m in ann.members()] == ["Ann", "Bob"]
                assert [m.name for m in bob.members()] == ["Ann", "Bob"]
                assert ann.safety_code() == bob.safety_code()
                assert ann.is_host
                with pytest.raises(WrongRoomKey):
                    await mallory.send(b"still here")
            troubles = {e.code for e in at_ann.events if isinstance(e, RoomTrouble)}
            assert "change_undone" in troubles

    play()
