"""Edits, deletions, reactions and messages that expire, between people and for those who join."""

import json

import pytest
from client_toolkit import KEY, Listener, Relay, said, scene, soon, two_people

import roomkey
from roomkey import ConnectionState, MessageReceived, SentMessage
from roomkey.client.receiver import MustRejoin
from roomkey.errors import DecodeError, PolicyViolation


async def stored(sent: SentMessage) -> bytes:
    await soon(sent.stored())
    return sent.id


@scene
async def test_what_changes_a_message_is_told_to_all_and_read_by_who_joins_later(
    relay: Relay,
) -> None:
    async with (
        two_people(relay) as (ann, bob, at_ann, at_bob),
        relay.client("c") as c,
    ):
        first = await stored(await ann.send("frist"))
        await stored(await ann.send("second", in_reply_to=first))
        third = await stored(await bob.send("third"))
        await at_ann.text("third")
        await at_bob.text("second")
        await stored(await ann.edit(first, "first"))
        changed = await at_bob.of(roomkey.MessageChanged)
        assert (changed.message.id, changed.message.text) == (first, "first")
        thumb = await stored(await bob.react(first, "👍"))
        heart = await stored(await bob.react(first, "❤️"))
        added = await at_ann.of(roomkey.ReactionAdded)
        assert (added.reaction.id, added.reaction.sign) == (thumb, "👍")
        await stored(await bob.unreact(heart))
        removed = await at_ann.of(roomkey.ReactionRemoved)
        assert removed.reaction.sender.name == "Bob"
        await stored(await bob.delete(third))
        deleted = await at_ann.of(roomkey.MessageDeleted)
        assert (deleted.message.id, deleted.message.text) == (third, "")
        cid = await c.join(ann.code, KEY, "Cid")
        await Listener(cid).state(ConnectionState.ONLINE)
        histories = [await room.history() for room in (ann, bob, cid)]
        for one, two, three in histories:
            assert (one.text, one.is_edited, one.is_deleted) == ("first", True, False)
            assert [(r.sign, r.sender.name) for r in one.reactions] == [("👍", "Bob")]
            assert (two.text, two.is_edited, two.in_reply_to) == ("second", False, first)
            assert (three.text, three.is_deleted) == ("", True)
        assert [m.is_history for m in histories[2]] == [True] * 3
        exported = json.loads(bob.export("json"))
        assert exported["room"] == ann.code
        assert [m["text"] for m in exported["messages"]] == ["first", "second", ""]
        assert exported["messages"][0]["reactions"] == [{"sign": "👍", "name": "Bob"}]
        assert exported["messages"][0]["id"] == first.hex()
        lines = bob.export().splitlines()
        assert lines[2].endswith("Ann: first (edited)")
        assert lines[3].strip() == "👍"
        assert lines[5].endswith("Bob: (deleted)")
        for event in at_bob.events:
            assert not isinstance(event, MessageReceived) or event.text != "first"


@scene
async def test_only_who_wrote_a_message_changes_it(relay: Relay) -> None:
    async with two_people(relay) as (ann, bob, at_ann, at_bob):
        first = await stored(await ann.send("mine"))
        thumb = await stored(await ann.react(first, "+"))
        await at_bob.of(roomkey.ReactionAdded)
        for attempt in (bob.edit(first, "his"), bob.delete(first), bob.unreact(thumb)):
            with pytest.raises(PolicyViolation):
                await attempt
        for nothing in (bob.edit(bytes(32), "x"), bob.react(thumb, "+")):
            with pytest.raises(DecodeError):
                await nothing
        for sign in ("", " ", "x" * 65):
            with pytest.raises(DecodeError):
                await bob.react(first, sign)
        # past one's own client, as somebody would who does not play by the rules
        outbox = bob._session.outbox
        outbox.add("his", replaces=first)
        outbox.add(None, replaces=first)
        outbox.add(None, replaces=thumb, disposition=2)
        await said(bob, "done")
        await at_ann.text("done")
        for room in (ann, bob):
            message = (await room.history())[0]
            assert (message.text, message.is_edited) == ("mine", False)
            assert [r.sign for r in message.reactions] == ["+"]
        told = [type(event) for event in at_ann.events]
        assert roomkey.MessageChanged not in told
        assert roomkey.MessageDeleted not in told
        assert roomkey.ReactionRemoved not in told


@scene
async def test_a_message_that_expires_goes_everywhere_and_was_never_archived(relay: Relay) -> None:
    async with relay.client("a") as a, relay.client("c") as c:
        ann = await a.create(KEY, "Ann")
        at_ann = Listener(ann)
        async with relay.client("b") as b:
            bob = await b.join(ann.code, KEY, "Bob")
            at_bob = Listener(bob)
            with pytest.raises(DecodeError):
                await ann.send("never", expires_after=0)
            short = await stored(await ann.send("gone soon", expires_after=2))
            await stored(await ann.edit(short, "gone as soon"))
            long = await stored(await ann.send("gone later", expires_after=3600))
            received = await at_bob.text("gone later")
            assert received.expires_at is not None
            cid = await c.join(ann.code, KEY, "Cid")
            await Listener(cid).state(ConnectionState.ONLINE)
            assert await cid.history() == []
            for listener in (at_ann, at_bob):
                expired = await listener.of(roomkey.MessageExpired)
                assert expired.id == short
            assert [m.id for m in await ann.history()] == [long]
            assert [m.id for m in await bob.history()] == [long]
            rows = bob._state.store._database
            rows.run("UPDATE transcript SET expires_at = 1 WHERE expires_at IS NOT NULL")
        async with relay.client("b") as b:
            bob = await b.resume(ann.code)
            assert await bob.history() == []


@scene
async def test_a_gap_that_a_resync_left_is_filled_with_changes_to_what_was_known(
    relay: Relay,
) -> None:
    def fail(_envelope: object) -> list[object]:
        raise MustRejoin

    async with relay.client("a") as a:
        ann = await a.create(KEY, "Ann")
        async with relay.client("b") as b:
            bob = await b.join(ann.code, KEY, "Bob")
            known = await stored(await ann.send("known"))
            at_bob = Listener(bob)
            await at_bob.text("known")
            seq = bob._state.cursor
        missed = await stored(await ann.send("missed"))
        await stored(await ann.edit(missed, "missed, edited"))
        await stored(await ann.edit(known, "known, edited"))
        await stored(await ann.react(known, "+"))
        async with relay.client("b") as b:
            bob = await b.resume(ann.code)
            # its group is lost to it, and it comes in again from outside
            bob._state.generations = {}
            bob._session._follower._receiver.receive = fail  # type: ignore[method-assign]
            at_bob = Listener(bob)
            received = await at_bob.text("missed, edited")
            assert (received.is_edited, received.is_history) == (True, True)
            changed = await at_bob.of(roomkey.MessageChanged)
            assert changed.message.text == "known, edited"
            assert (await at_bob.of(roomkey.ReactionAdded)).message_id == known
            assert bob._state.cursor > seq
            assert [m.text for m in await bob.history()] == [
                "known, edited",
                "missed, edited",
            ]


@scene
async def test_what_is_unread_is_counted_and_stays_so_when_the_room_is_opened_again(
    relay: Relay,
) -> None:
    async with relay.client("a") as a:
        ann = await a.create(KEY, "Ann")
        await said(ann, "before Bob came")
        async with relay.client("b") as b:
            bob = await b.join(ann.code, KEY, "Bob")
            at_bob = Listener(bob)
            await at_bob.state(ConnectionState.ONLINE)
            await bob.history()
            assert bob.unread == 0
            await said(bob, "own")
            await said(ann, "one")
            await said(ann, "two")
            first = await at_bob.text("one")
            await at_bob.text("two")
            assert bob.unread == 2
            bob.mark_read(first.seq)
            bob.mark_read(1)
            assert bob.unread == 1
        async with relay.client("b") as b:
            bob = await b.resume(ann.code)
            assert bob.unread == 1
