"""A host changes the room key: who stays is told, who was removed is kept out."""

import pytest
from client_toolkit import KEY, Listener, Relay, said, scene, soon, two_people
from meddling import Meddling

from roomkey import ConnectionState, Member, MemberJoined, Room, RoomKeyChanged, RoomTrouble
from roomkey.client.room_store import RoomStore
from roomkey.client.transport import Map
from roomkey.errors import (
    NotAMember,
    PolicyViolation,
    RoomKeyNeeded,
    RoomKeyUnacceptable,
    WrongRoomKey,
)

NEW_KEY = "quartz meadow harbor violin"


def named(room: Room, name: str) -> Member:
    return next(member for member in room.members() if member.name == name)


def codes(listener: Listener) -> list[str]:
    return [event.code for event in listener.events if isinstance(event, RoomTrouble)]


@scene
async def test_who_is_removed_with_a_new_room_key_cannot_come_back(relay: Relay) -> None:
    async with (
        two_people(relay, title="Plans") as (ann, bob, at_ann, at_bob),
        relay.client("c") as c,
        relay.client("d") as d,
    ):
        cid = await c.join(ann.code, KEY, "Cid")
        at_cid = Listener(cid)
        await said(bob, "before")
        await at_cid.text("before")
        await at_ann.text("before")
        with pytest.raises(PolicyViolation):
            await bob.change_room_key(NEW_KEY)
        with pytest.raises(RoomKeyUnacceptable):
            await ann.change_room_key("short")
        await soon(ann.change_room_key(NEW_KEY, remove=[named(ann, "Cid")]))
        assert (ann.key_id, ann.title) == (1, "Plans")
        assert (await at_bob.of(RoomKeyChanged)).key_id == 1
        await at_cid.state(ConnectionState.REMOVED)
        await said(bob, "after")
        assert (bob.title, bob.needs_room_key, codes(at_bob)) == ("Plans", False, [])
        await cid.close()
        with pytest.raises(WrongRoomKey):
            await c.join(ann.code, KEY, "Cid")
        dan = await d.join(ann.code, NEW_KEY, "Dan")
        await Listener(dan).state(ConnectionState.ONLINE)
        assert [m.name for m in dan.members()] == ["Ann", "Bob", "Dan"]
        assert [m.text for m in await dan.history()] == ["before", "after"]
        assert dan.title == "Plans"
        await at_bob.of(MemberJoined)
        await said(dan, "hello")
        await at_bob.text("hello")
        assert dan.safety_code() == bob.safety_code() == ann.safety_code()
        assert "after" not in at_cid.texts()


@scene
async def test_who_was_offline_learns_every_new_room_key_on_coming_back(relay: Relay) -> None:
    async with relay.client("a") as a:
        ann = await a.create(KEY, "Ann")
        async with relay.client("b") as b:
            bob = await b.join(ann.code, KEY, "Bob")
            await said(bob, "zero")
        await soon(ann.change_room_key(NEW_KEY))
        await said(ann, "one")
        await soon(ann.change_room_key(KEY))
        await said(ann, "two")
        async with (
            relay.client("b") as b,
            relay.client("c") as c,
        ):
            bob = await b.resume(ann.code)
            at_bob = Listener(bob)
            await at_bob.text("two")
            cid = await c.join(ann.code, KEY, "Cid")
            await Listener(cid).state(ConnectionState.ONLINE)
            assert [m.text for m in await cid.history()] == ["zero", "one", "two"]
            assert {m.name for m in cid.members()} == {"Ann", "Bob", "Cid"}
            assert (await at_bob.of(MemberJoined)).member.name == "Cid"
            changes = [e.key_id for e in at_bob.events if isinstance(e, RoomKeyChanged)]
            assert changes == [1, 2]
            assert codes(at_bob) == []


@pytest.mark.parametrize("how", ["dropped", "forged"])
@scene
async def test_a_relay_that_withholds_the_new_root_is_found_out_and_the_key_given(
    relay: Relay, how: str
) -> None:
    def strip(envelope: Map) -> None:
        if "root" in envelope:
            if how == "dropped":
                del envelope["root"]
            else:
                envelope["root"] = bytes(len(envelope["root"]))

    async with (
        relay.client("a") as a,
        relay.client("b", transport=lambda url: Meddling(url, strip=strip)) as b,
        relay.client("d") as d,
    ):
        ann = await a.create(KEY, "Ann")
        bob = await b.join(ann.code, KEY, "Bob")
        at_ann, at_bob = Listener(ann), Listener(bob)
        await at_ann.of(MemberJoined)
        await soon(ann.name_host(named(ann, "Bob")))
        await soon(ann.change_room_key(NEW_KEY))
        await at_bob.of(RoomTrouble)
        assert codes(at_bob) == ["room_key_needed"]
        assert bob.needs_room_key
        await said(ann, "still read")
        await at_bob.text("still read")
        await said(bob, "still sent")
        await at_ann.text("still sent")
        with pytest.raises(RoomKeyNeeded):
            await soon(bob.change_room_key("another key than these"))
        dan = await d.join(ann.code, NEW_KEY, "Dan")
        await said(dan, "not to be followed yet")
        await at_bob.state(ConnectionState.OFFLINE)
        assert "not to be followed yet" not in at_bob.texts()
        with pytest.raises(WrongRoomKey):
            await bob.give_room_key(KEY)
        await bob.give_room_key(NEW_KEY)
        await at_bob.text("not to be followed yet")
        assert not bob.needs_room_key
        assert {m.name for m in bob.members()} == {"Ann", "Bob", "Dan"}
        await said(bob, "all three")
        await Listener(dan).text("all three")
        assert bob.safety_code() == dan.safety_code()


@scene
async def test_who_was_removed_while_away_is_asked_for_the_key_and_then_told(relay: Relay) -> None:
    async with relay.client("a") as a:
        ann = await a.create(KEY, "Ann")
        at_ann = Listener(ann)
        async with relay.client("b") as b:
            await b.join(ann.code, KEY, "Bob")
            await at_ann.of(MemberJoined)
        await soon(ann.remove(named(ann, "Bob"), NEW_KEY))
        async with relay.client("b") as b:
            bob = await b.resume(ann.code)
            at_bob = Listener(bob)
            await at_bob.of(RoomTrouble)
            assert codes(at_bob) == ["room_key_needed"]
            assert bob.needs_room_key
            with pytest.raises(WrongRoomKey):
                await soon(bob.give_room_key("something else entirely"))
            with pytest.raises(NotAMember):
                await soon(bob.give_room_key(NEW_KEY))
            await at_bob.state(ConnectionState.REMOVED)


@scene
async def test_joining_again_with_the_new_key_goes_on_as_the_same_member(relay: Relay) -> None:
    def strip(envelope: Map) -> None:
        envelope.pop("root", None)

    async with relay.client("a") as a, relay.client("c") as c:
        ann = await a.create(KEY, "Ann")
        at_ann = Listener(ann)
        meddling = relay.client("b", transport=lambda url: Meddling(url, strip=strip))
        async with meddling as b:
            bob = await b.join(ann.code, KEY, "Bob")
            await at_ann.of(MemberJoined)
            await soon(ann.change_room_key(NEW_KEY))
            await Listener(bob).of(RoomTrouble)
        await c.join(ann.code, NEW_KEY, "Cid")
        async with relay.client("b") as b:
            bob = await b.join(ann.code, NEW_KEY, "Bob")
            await said(bob, "here again")
            await at_ann.text("here again")
            assert not bob.needs_room_key
            assert [m.name for m in bob.members()] == ["Ann", "Bob", "Cid"]


@scene
async def test_who_was_away_too_long_comes_back_with_the_new_key(relay: Relay) -> None:
    async with relay.client("a") as a:
        ann = await a.create(KEY, "Ann")
        at_ann = Listener(ann)
        async with relay.client("b") as b:
            bob = await b.join(ann.code, KEY, "Bob")
            await at_ann.of(MemberJoined)
            await said(bob, "early")
        await soon(ann.change_room_key(NEW_KEY))
        async with relay.client("b") as b:
            store = RoomStore(b._keystore.path(relay.url, ann.code), b._keystore.key())
            # a place in the log that its group is past, as after a failure of the disk
            store.set("cursor", (0).to_bytes(8, "big"))
            store.close()
            bob = await b.resume(ann.code)
            at_bob = Listener(bob)
            await at_bob.until(lambda e: isinstance(e, RoomTrouble) and e.code == "room_key_needed")
            await soon(bob.give_room_key(NEW_KEY))
            await at_bob.of(RoomKeyChanged)
            await said(bob, "here again")
            await at_ann.text("here again")
            assert len(ann.members()) == 2
            assert [m.text for m in await bob.history()] == ["early", "here again"]
