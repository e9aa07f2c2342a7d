"""Rooms as people use them: several clients and a real relay."""

import asyncio

import pytest
from client_toolkit import KEY, Listener, Relay, said, scene, soon, two_people

from roomkey import ConnectionState, MemberJoined, MemberLeft
from roomkey.errors import NotAMember, PolicyViolation, WrongRoomKey


@pytest.mark.parametrize("size", ["hybrid", "large"])
@scene
async def test_two_people_talk_both_ways(relay: Relay, size: str) -> None:
    async with relay.client("a") as a, relay.client("b") as b:
        ann = await a.create(KEY, "Ann", size=size, title="Plans")  # type: ignore[arg-type]
        bob = await b.join(ann.code.lower(), f"  {KEY} ", "Bob")
        at_ann, at_bob = Listener(ann), Listener(bob)
        await said(ann, "hello Bob")
        await said(bob, "hello Ann")
        first = await at_bob.text("hello Bob")
        assert (first.sender.name, first.is_own) == ("Ann", False)
        assert first.sender.is_host
        second = await at_ann.text("hello Ann")
        assert (second.sender.name, second.sender.is_host) == ("Bob", False)
        assert not second.sender_clock_differs
        assert (await at_bob.text("hello Ann")).id == second.id
        assert (await at_bob.text("hello Ann")).is_own
        assert (await at_ann.of(MemberJoined)).member.name == "Bob"
        assert ann.safety_code() == bob.safety_code()
        assert [m.name for m in ann.members()] == ["Ann", "Bob"]
        assert bob.title == "Plans"
        assert {stored.code for stored in a.rooms()} == {ann.code}


@scene
async def test_a_wrong_key_and_an_unknown_code_are_the_same(relay: Relay) -> None:
    async with relay.client("a") as a, relay.client("b") as b:
        ann = await a.create(KEY, "Ann")
        with pytest.raises(WrongRoomKey):
            await b.join(ann.code, "some other room key", "Bob")
        with pytest.raises(WrongRoomKey):
            await b.join("00000-00000", KEY, "Bob")
        assert b.rooms() == []


@scene
async def test_people_who_join_at_once_all_get_in(relay: Relay) -> None:
    async with (
        relay.client("a") as a,
        relay.client("b") as b,
        relay.client("c") as c,
    ):
        ann = await a.create(KEY, "Ann")
        at_ann = Listener(ann)
        bob, cid = await asyncio.gather(b.join(ann.code, KEY, "Bob"), c.join(ann.code, KEY, "Cid"))
        at_bob, at_cid = Listener(bob), Listener(cid)
        await asyncio.gather(said(ann, "one"), said(bob, "two"), said(cid, "three"))
        for listener in (at_ann, at_bob, at_cid):
            for text in ("one", "two", "three"):
                await listener.text(text)
        orders = [listener.texts() for listener in (at_ann, at_bob, at_cid)]
        assert orders[0] == orders[1] == orders[2]
        assert ann.safety_code() == bob.safety_code() == cid.safety_code()


@scene
async def test_joining_while_everybody_is_offline_and_reading_what_was_said(relay: Relay) -> None:
    async with relay.client("a") as a:
        ann = await a.create(KEY, "Ann")
        for number in range(3):
            await said(ann, f"before {number}")
        code = ann.code
    async with relay.client("b") as b:
        bob = await b.join(code, KEY, "Bob")
        await Listener(bob).state(ConnectionState.ONLINE)
        past = await bob.history()
        assert [m.text for m in past] == ["before 0", "before 1", "before 2"]
        assert all(m.is_history and m.sender.name == "Ann" for m in past)
        assert [m.text for m in await bob.history(2)] == ["before 1", "before 2"]
        assert past[0].id == (await bob.history())[0].id


@scene
async def test_a_strict_room_keeps_the_past_from_those_who_join(relay: Relay) -> None:
    async with relay.client("a") as a, relay.client("b") as b:
        ann = await a.create(KEY, "Ann", history="strict")
        await said(ann, "before")
        bob = await b.join(ann.code, KEY, "Bob")
        at_bob = Listener(bob)
        await said(ann, "after")
        await at_bob.text("after")
        assert [m.text for m in await bob.history()] == ["after"]
        assert [m.text for m in await ann.history()] == ["before", "after"]


@scene
async def test_who_leaves_reads_nothing_more_and_is_removed_by_the_others(relay: Relay) -> None:
    async with relay.client("a") as a, relay.client("b") as b:
        ann = await a.create(KEY, "Ann")
        bob = await b.join(ann.code, KEY, "Bob")
        at_ann, at_bob = Listener(ann), Listener(bob)
        await at_bob.state(ConnectionState.ONLINE)
        before = bob.safety_code()
        await bob.leave()
        assert b.rooms() == []
        left = await at_ann.of(MemberLeft)
        assert (left.member.name, left.was_removed) == ("Bob", False)
        await said(ann, "alone")
        assert ann.safety_code() != before
        assert [m.name for m in ann.members()] == ["Ann"]
        again = await b.join(ann.code, KEY, "Bob")
        assert [m.name for m in again.members()] == ["Ann", "Bob"]


@scene
async def test_only_a_host_removes_somebody(relay: Relay) -> None:
    async with two_people(relay) as (ann, bob, at_ann, at_bob):
        with pytest.raises(PolicyViolation):
            await bob.remove(bob.members()[0])
        await at_ann.of(MemberJoined)
        await ann.remove(ann.members()[1])
        left = await at_ann.of(MemberLeft)
        assert (left.member.name, left.was_removed) == ("Bob", True)
        await at_bob.state(ConnectionState.REMOVED)
        with pytest.raises(NotAMember):
            await bob.send("still here")


@scene
async def test_a_reply_names_what_it_answers(relay: Relay) -> None:
    async with two_people(relay) as (ann, _, _, at_bob):
        asked = await ann.send("who?")
        await soon(asked.stored())
        await soon((await ann.send("me", in_reply_to=asked.id)).stored())
        assert (await at_bob.text("me")).in_reply_to == (await at_bob.text("who?")).id
