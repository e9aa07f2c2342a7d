"""A host's tools, and a room that is made once however often the answer is lost."""

import asyncio

import pytest
from client_toolkit import KEY, Listener, Relay, said, scene, soon, two_people
from meddling import Meddling

import roomkey
from roomkey import ConnectionState, Member, MemberJoined, MemberLeft, Room, RoomTrouble
from roomkey.errors import (
    DecodeError,
    NotAMember,
    PolicyViolation,
    RelayUnreachable,
    RoomClosed,
    RoomLocked,
    WrongRoomKey,
)


def named(room: Room, name: str) -> Member:
    return next(member for member in room.members() if member.name == name)


@scene
async def test_a_locked_room_takes_nobody_new_and_takes_back_its_own(relay: Relay) -> None:
    async with relay.client("a") as a, relay.client("c") as c:
        ann = await a.create(KEY, "Ann")
        at_ann = Listener(ann)
        async with relay.client("b") as b:
            bob = await b.join(ann.code, KEY, "Bob")
            await at_ann.of(MemberJoined)
            with pytest.raises(PolicyViolation):
                await bob.set_locked(True)
            await soon(ann.set_locked(True))
            await Listener(bob).of(roomkey.RulesChanged)
            assert ann.is_locked
            assert bob.is_locked
        with pytest.raises(RoomLocked):
            await c.join(ann.code, KEY, "Cid")
        with pytest.raises(WrongRoomKey):
            await c.join(ann.code, "not the key of this room", "Cid")
        async with relay.client("b") as b:
            bob = await b.resume(ann.code)
            await said(bob, "still in")
            await at_ann.text("still in")
        await soon(ann.set_locked(False))
        cid = await c.join(ann.code, KEY, "Cid")
        await said(cid, "in at last")
        await at_ann.text("in at last")


@scene
async def test_title_retention_and_hosts_change_for_everybody(relay: Relay) -> None:
    async with (
        two_people(relay) as (ann, bob, at_ann, at_bob),
        relay.client("c") as c,
    ):
        cid = await c.join(ann.code, KEY, "Cid")
        at_cid = Listener(cid)
        await at_bob.of(MemberJoined)
        await at_ann.until(lambda e: isinstance(e, MemberJoined) and e.member.name == "Cid")
        await soon(ann.set_title("Garden"))
        await soon(ann.set_retention(7200))
        await soon(ann.name_host(named(ann, "Bob")))
        with pytest.raises(DecodeError):
            await ann.set_retention(3599)
        with pytest.raises(DecodeError):
            await ann.set_title("x" * 257)
        await at_bob.until(lambda _: bob.is_host)
        assert (bob.title, bob.retention) == ("Garden", 7200)
        with pytest.raises(PolicyViolation):
            await bob.remove(named(bob, "Bob"))
        await soon(bob.remove(named(bob, "Ann")))
        await at_ann.state(ConnectionState.REMOVED)
        with pytest.raises(NotAMember):
            await ann.set_title("no longer hers")
        assert bob._state.rules is not None
        assert bob._state.rules.hosts == (bob._state.leaf_key,)
        await soon(bob.set_title("Harvest"))
        await at_cid.until(lambda _: cid.title == "Harvest")
        left = [e for e in at_cid.events if isinstance(e, MemberLeft)]
        assert [(e.member.name, e.was_removed) for e in left] == [("Ann", True)]


@scene
async def test_changes_that_meet_all_take_effect_in_turn(relay: Relay) -> None:
    async with two_people(relay) as (ann, bob, at_ann, at_bob):
        await at_ann.of(MemberJoined)
        await soon(ann.name_host(named(ann, "Bob")))
        await at_bob.until(lambda _: bob.is_host)
        await soon(
            asyncio.gather(
                ann.set_title("One"),
                bob.set_locked(True),
                ann.set_retention(3600),
                bob.change_room_key("quartz meadow harbor violin"),
                ann.set_locked(True),
            )
        )
        await said(ann, "all done")
        await at_bob.text("all done")
        await said(bob, "here too")
        await at_ann.text("here too")
        for room in (ann, bob):
            assert (room.title, room.is_locked, room.retention) == ("One", True, 3600)
            assert (room.key_id, room.needs_room_key) == (1, False)
        assert ann.safety_code() == bob.safety_code()


@scene
async def test_a_closed_room_ends_for_everybody_also_for_who_comes_later(relay: Relay) -> None:
    async with two_people(relay) as (ann, bob, at_ann, at_bob):
        await at_ann.of(MemberJoined)
        async with relay.client("c") as c:
            cid = await c.join(ann.code, KEY, "Cid")
            at_cid = Listener(cid)
            await said(cid, "kept here")
        await at_bob.text("kept here")
        with pytest.raises(PolicyViolation):
            await bob.close_room()
        await said(ann, "last")
        await soon(ann.close_room())
        for listener in (at_ann, at_bob):
            await listener.state(ConnectionState.REMOVED)
            trouble = await listener.of(RoomTrouble)
            assert trouble.code == "room_closed"
        assert [m.text for m in await bob.history()] == ["kept here", "last"]
        assert (bob._state.group, bob.title, bob.members()) == (None, "", [])
        assert "kept here" in bob.export()
        with pytest.raises(RoomClosed):
            async with relay.client("d") as d:
                await d.join(ann.code, KEY, "Dan")
        async with relay.client("c") as c:
            cid = await c.resume(ann.code)
            at_cid = Listener(cid)
            assert (await at_cid.of(RoomTrouble)).code == "room_closed"


@pytest.mark.parametrize("times", [1, 3])
@scene
async def test_a_room_is_made_once_however_often_the_answer_is_lost(
    relay: Relay, times: int
) -> None:
    lose = ["room.create"] * times
    meddling = relay.client("a", transport=lambda url: Meddling(url, lose=lose))
    async with meddling as a, relay.client("b") as b:
        ann = await a.create(KEY, "Ann")
        assert lose == []
        bob = await b.join(ann.code, KEY, "Bob")
        await said(ann, "one room")
        await Listener(bob).text("one room")
        assert [m.name for m in bob.members()] == ["Ann", "Bob"]
        assert len(a.rooms()) == 1


@scene
async def test_a_room_whose_making_was_cut_off_is_made_when_it_is_resumed(relay: Relay) -> None:
    lose = ["room.create"] * 100
    meddling = relay.client("a", transport=lambda url: Meddling(url, lose=lose))
    async with meddling as a, relay.client("b") as b:
        with pytest.raises(RelayUnreachable):
            await a.create(KEY, "Ann")
        lose.clear()
        (stored,) = a.rooms()
        ann = await a.resume(stored.code)
        await said(ann, "made after all")
        bob = await b.join(stored.code, KEY, "Bob")
        await Listener(bob).state(ConnectionState.ONLINE)
        assert [m.text for m in await bob.history()] == ["made after all"]
