"""What somebody with the room key cannot do to those who share the room."""

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable

import pytest
from client_toolkit import KEY, Listener, Relay, said, scene, soon, two_people
from insider import Insider, an_insider

import roomkey
from roomkey import ConnectionState, MemberLeft, MessageUnreadable, RoomTrouble
from roomkey.client.admission import admit, open_room
from roomkey.client.tally import encode_sent
from roomkey.errors import NotAdmitted, RateLimited, TooLarge, WrongRoomKey
from roomkey.mls import Remove
from roomkey.wire.limits import MAX_COMMIT_BYTES, MAX_GROUP_INFO_BYTES, MAX_MESSAGE_BYTES

Attack = Callable[[Insider, roomkey.Room, roomkey.Room], Awaitable[None]]


async def commit_nonsense(mallory: Insider, *_: roomkey.Room) -> None:
    """A commit of random bytes, and a group info that is none."""
    await mallory.commit(os.urandom(500), os.urandom(500))


async def commit_nonsense_for_long(mallory: Insider, *_: roomkey.Room) -> None:
    """Commits of random bytes, one after another, until a host has removed who sends them."""
    with contextlib.suppress(NotAdmitted, WrongRoomKey):
        for _ in range(10):
            await mallory.commit(os.urandom(500), os.urandom(500))


async def commit_with_another_confirmation_tag(mallory: Insider, *_: roomkey.Room) -> None:
    """A commit that agrees with nobody, and the group info of before it."""
    made = mallory.make()
    await mallory.commit(
        made.message[:-1] + bytes([made.message[-1] ^ 1]), mallory.group.group_info()
    )


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
    alone = mallory.make(mallory.remove(*others), after=mallory.make().group)
    epoch = await mallory.epoch()
    # at once, or a host undoes the first before the second is there
    await asyncio.gather(
        mallory.commit(os.urandom(500), os.urandom(500), epoch=epoch),
        mallory.commit(os.urandom(500), alone.group.group_info(), epoch=epoch + 1),
    )


def is_removal_of_mallory(event: object) -> bool:
    return isinstance(event, MemberLeft) and event.was_removed and event.member.name == "Mallory"


UNFOLLOWABLE: list[Attack] = [
    commit_nonsense,
    commit_nonsense_for_long,
    commit_with_another_confirmation_tag,
    remove_everybody,
    remove_the_host,
    remove_everybody_in_two_steps,
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
            for listener in (at_ann, at_bob):
                assert sum(map(is_removal_of_mallory, listener.events)) == 1

    play()


@scene
async def test_all_come_in_again_though_the_first_signs_the_group_info_in_the_hosts_place(
    relay: Relay,
) -> None:
    async with two_people(relay) as (ann, bob, at_ann, at_bob), relay.client("c") as c:
        cid = await c.join(ann.code, KEY, "Cid")
        at_cid = Listener(cid)
        async with an_insider(relay, ann.code) as mallory:
            for room, listener in ((ann, at_ann), (bob, at_bob), (cid, at_cid)):
                await listener.until(lambda _, room=room: len(room.members()) == 4)  # type: ignore[misc]
            await commit_nonsense(mallory)
            for room in (bob, cid, ann):
                await said(room, f"from {room.name}")
            for listener in (at_ann, at_bob, at_cid):
                for name in ("Ann", "Bob", "Cid"):
                    await listener.text(f"from {name}")
                await listener.until(is_removal_of_mallory)
        assert ann.safety_code() == bob.safety_code() == cid.safety_code()


@scene
async def test_a_room_stands_still_and_loses_nothing_until_a_host_is_online(relay: Relay) -> None:
    async with relay.client("b") as b:
        async with relay.client("a") as a:
            ann = await a.create(KEY, "Ann")
            bob = await b.join(ann.code, KEY, "Bob")
            at_bob = Listener(bob)
        async with an_insider(relay, bob.code) as mallory:
            await at_bob.until(lambda _: len(bob.members()) == 3)
            await commit_nonsense(mallory)
            await at_bob.until(lambda e: isinstance(e, RoomTrouble) and e.code == "room_broken")
            waiting = await bob.send("written meanwhile")
            async with relay.client("a") as a:
                ann = await a.resume(bob.code)
                await soon(waiting.stored())
                await Listener(ann).text("written meanwhile")
                await at_bob.until(is_removal_of_mallory)
                assert ann.safety_code() == bob.safety_code()


@scene
async def test_of_two_hosts_one_undoes_and_the_other_goes_along(relay: Relay) -> None:
    async with two_people(relay) as (ann, bob, at_ann, at_bob):
        await at_ann.until(lambda _: len(ann.members()) == 2)
        await soon(ann.name_host(next(m for m in ann.members() if m.name == "Bob")))
        await at_bob.until(lambda _: bob.is_host)
        async with an_insider(relay, ann.code) as mallory:
            await at_ann.until(lambda _: len(ann.members()) == 3)
            await at_bob.until(lambda _: len(bob.members()) == 3)
            await commit_nonsense(mallory)
            await said(ann, "from Ann")
            await said(bob, "from Bob")
            await at_bob.text("from Ann")
            await at_ann.text("from Bob")
        assert ann.safety_code() == bob.safety_code()
        assert ann.is_host
        assert bob.is_host
        undone = [
            event
            for event in (*at_ann.events, *at_bob.events)
            if isinstance(event, RoomTrouble) and event.code == "change_undone"
        ]
        assert len(undone) == 1


@scene
async def test_a_group_info_by_which_nobody_can_join_is_put_right_by_a_host(relay: Relay) -> None:
    async with (
        two_people(relay) as (ann, bob, at_ann, at_bob),
        relay.client("c") as c,
        an_insider(relay, ann.code) as mallory,
    ):
        await at_ann.until(lambda _: len(ann.members()) == 3)
        before, made = ann._state.joined.epoch, mallory.make()
        history = mallory.state.sealed_history(made.group)
        await mallory.commit(made.message, b"no group info", history=history)
        await at_ann.until(lambda _: ann._state.joined.epoch == before + 2)
        cid = await c.join(ann.code, KEY, "Cid")
        await said(cid, "in")
        await at_bob.text("in")
        assert ann.safety_code() == bob.safety_code() == cid.safety_code()


@scene
async def test_a_commit_without_history_is_mended_at_once_and_with_it_the_group_info(
    relay: Relay,
) -> None:
    async with (
        two_people(relay) as (ann, _, at_ann, _),
        relay.client("c") as c,
        an_insider(relay, ann.code) as mallory,
    ):
        await at_ann.until(lambda _: len(ann.members()) == 3)
        before = ann._state.joined.epoch
        await mallory.commit(mallory.make().message, b"no group info", history=b"nonsense")
        await at_ann.until(lambda _: ann._state.joined.epoch >= before + 2)
        await said(ann, "written after it")
        cid = await c.join(ann.code, KEY, "Cid")
        await Listener(cid).state(ConnectionState.ONLINE)
        assert "written after it" in [m.text for m in await cid.history()]


@scene
async def test_proposals_that_are_sent_as_messages_stop_nobody(relay: Relay) -> None:
    async with (
        two_people(relay) as (ann, bob, at_ann, at_bob),
        an_insider(relay, ann.code) as mallory,
    ):
        await at_ann.until(lambda _: len(ann.members()) == 3)
        group = mallory.group
        for index in range(2):
            await mallory.send(group.propose(Remove(index)))
        await mallory.send(group.propose_update())
        await mallory.send(mallory.make().message)
        await at_ann.until(
            lambda _: sum(isinstance(e, MessageUnreadable) for e in at_ann.events) == 4
        )
        await soon(ann.set_title("Garden"))
        await at_bob.until(lambda _: bob.title == "Garden")
        assert [m.name for m in bob.members()] == ["Ann", "Bob", "Mallory"]
        await said(bob, "still here")
        await at_ann.text("still here")


@scene
async def test_giant_and_strange_messages_are_refused_or_shown_as_unreadable(relay: Relay) -> None:
    async with two_people(relay) as (ann, _, at_ann, at_bob):
        async with an_insider(relay, ann.code) as mallory:
            await at_ann.until(lambda _: len(ann.members()) == 3)
            for fields in (
                {"message": bytes(MAX_MESSAGE_BYTES + 1)},
                {"message": b"x", "archive": bytes(MAX_MESSAGE_BYTES + 1)},
            ):
                with pytest.raises(TooLarge):
                    await mallory.send(**fields)
            for commit in (
                (bytes(MAX_COMMIT_BYTES + 1), b"info"),
                (b"commit", bytes(MAX_GROUP_INFO_BYTES + 1)),
            ):
                with pytest.raises(TooLarge):
                    await mallory.commit(*commit)
            deep = b"\x81" * 100_000
            for sent, content in enumerate((os.urandom(100_000), deep, b"", bytes(120_000))):
                counted = encode_sent(sent)
                await mallory.send(mallory.group.protect(content, authenticated_data=counted))
            await mallory.send(os.urandom(MAX_MESSAGE_BYTES), archive=os.urandom(MAX_MESSAGE_BYTES))
            await said(ann, "after all that")
            await at_bob.text("after all that")
        assert at_bob.texts() == ["after all that"]
        assert [m.text for m in await ann.history()] == ["after all that"]


@scene
async def test_a_flood_of_commits_and_messages_is_slowed_and_ends_with_a_removal(
    relay: Relay,
) -> None:
    async with two_people(relay) as (ann, bob, at_ann, at_bob):
        async with an_insider(relay, ann.code) as mallory:
            await at_ann.until(lambda _: len(ann.members()) == 3)
            refused = 0

            async def flood() -> None:
                nonlocal refused
                made = mallory.make()
                while True:
                    history = mallory.state.sealed_history(made.group)
                    try:
                        await mallory.commit(made.message, made.group.group_info(), history=history)
                    except RateLimited:
                        refused += 1
                        await asyncio.sleep(0.1)
                    else:
                        made = mallory.make(after=made.group)

            flooding = asyncio.ensure_future(flood())
            for number in range(3):
                await said(ann, f"a{number}")
                await said(bob, f"b{number}")
            while not refused:
                await asyncio.sleep(0.05)
                assert not flooding.done()
            await soon(ann.remove(next(m for m in ann.members() if m.name == "Mallory")))
            with pytest.raises(WrongRoomKey):
                await flooding
        await at_bob.until(lambda e: isinstance(e, MemberLeft) and e.member.name == "Mallory")
        await said(bob, "quiet")
        await at_ann.text("quiet")
        expected = {f"{who}{number}" for who in "ab" for number in range(3)} | {"quiet"}
        assert set(at_ann.texts()) == set(at_bob.texts()) == expected


@scene
async def test_what_is_a_hosts_is_refused_by_the_relay_whoever_asks(relay: Relay) -> None:
    async with two_people(relay) as (ann, bob, at_ann, _), an_insider(relay, ann.code) as mallory:
        await at_ann.until(lambda _: len(ann.members()) == 3)
        made = mallory.make()
        rekey = {"key_id": 1, "admission": bytes(32), "chain": b"chain", "root": b"root"}
        for beside in (
            {"locked": True},
            {"retention": 3600},
            {"hosts": [mallory.state.leaf_key]},
            {"rekey": rekey},
        ):
            with pytest.raises(NotAdmitted):
                await mallory.commit(made.message, made.group.group_info(), **beside)
        leaves = [room._state.leaf_key for room in (ann, bob)]
        await mallory.commit(made.message, made.group.group_info(), removed=leaves)
        await said(ann, "nobody was cut off")
        await said(bob, "here neither")
        states = [e for e in at_ann.events if isinstance(e, roomkey.ConnectionChanged)]
        assert ConnectionState.OFFLINE not in [event.state for event in states]


@scene
async def test_nobody_acts_under_the_leaf_of_somebody_else(relay: Relay) -> None:
    async with (
        two_people(relay) as (ann, bob, at_ann, at_bob),
        an_insider(relay, ann.code) as mallory,
    ):
        await at_ann.until(lambda _: len(ann.members()) == 3)
        epoch = await mallory.epoch()
        rekey = {"key_id": 1, "admission": bytes(32), "chain": b"chain", "root": b"root"}
        for victim in (ann, bob):
            leaf = victim._state.leaf_key
            opened = await open_room(mallory.transport, ann.code)
            # the room key is all that this takes
            await admit(mallory.transport, opened, mallory.state.secrets, leaf)
            for beside in ({}, {"locked": True}, {"rekey": rekey}, {"hosts": [leaf]}):
                fields = {"room": opened.room_id, "epoch": epoch, "request": os.urandom(16)}
                fields |= {"message": b"commit", "group_info": b"info", "joined": leaf}
                with pytest.raises(NotAdmitted):
                    await mallory.transport.request("room.commit", {**fields, **beside})
        await said(ann, "as before")
        await at_bob.text("as before")
        assert not ann.is_locked
        assert [m.name for m in bob.members()] == ["Ann", "Bob", "Mallory"]
