"""What a relay does to the log shows; it loses no message, and lets nobody decide more."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fake_relay import NOW, ROOM, Device, FakeRelay, play

from roomkey.client import follower
from roomkey.client.changes import Change
from roomkey.client.connection import ConnectionState
from roomkey.client.content import SALT_BYTES, Content, padding_for
from roomkey.client.events import MessagesMissing, MessageUnreadable, RoomTrouble
from roomkey.client.policy import room_policy_of
from roomkey.client.schedule import Schedule
from roomkey.client.tally import encode_sent
from roomkey.crypto.signature import ED25519
from roomkey.errors import MalformedRequest, RoomClosed
from roomkey.keys.root import derive_secrets
from roomkey.wire.transcripts import leave_transcript

Answer = dict[str, Any]


def meddle(relay: FakeRelay, event: str, change: Callable[[Answer], Answer]) -> Callable[[], None]:
    """Have the relay change its answers to an event; returns what makes it honest again."""
    honest = relay._answer

    def answer(asked: str, leaf: bytes, fields: Any) -> Answer:
        told = honest(asked, leaf, fields)
        return change(dict(told)) if asked == event else told

    def relent() -> None:
        relay._answer = honest  # type: ignore[method-assign]

    relay._answer = answer  # type: ignore[method-assign]
    return relent


def troubles(device: Device) -> list[str]:
    return [event.code for event in device.events if isinstance(event, RoomTrouble)]


def unreadable(device: Device) -> list[int]:
    return [event.seq for event in device.events if isinstance(event, MessageUnreadable)]


def written(device: Device, text: str) -> bytes:
    """Seal a message as a client does, and send it nowhere."""
    content = Content(os.urandom(SALT_BYTES), text).encode()
    sealed: bytes = device.state.joined.protect(
        content, authenticated_data=encode_sent(0), padding=padding_for(len(content))
    )
    return sealed


LIES: dict[str, tuple[str, Callable[[Answer], Answer]]] = {
    "a gap": ("room.sync", lambda told: {**told, "envelopes": told["envelopes"][1:]}),
    "an end before the head": ("room.sync", lambda told: {**told, "envelopes": []}),
    "a log that is shorter than before": ("room.resume", lambda told: {**told, "head": 0}),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_log_that_cannot_be_is_said_and_is_read_once_it_is_whole(
    tmp_path: Path, lie: str
) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        ann.start()
        for number in range(3):
            await ann.send(f"{number}").stored()
        relent = meddle(relay, *LIES[lie])
        bob.start()
        await bob.until(lambda: "relay_inconsistent" in troubles(bob))
        assert bob.texts == []
        relent()
        await bob.until(lambda: len(bob.texts) == 3)
        assert bob.texts == ["0", "1", "2"]
        assert bob.state.cursor == len(relay.log)

    play(tmp_path, scene)


def test_the_relays_word_alone_closes_no_room(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        def closed(_told: Answer) -> Answer:
            raise RoomClosed

        relent = meddle(relay, "room.resume", closed)
        session = bob.start()
        waits = bob.send("still here")
        await bob.until(lambda: "relay_inconsistent" in troubles(bob))
        relent()
        await waits.stored()
        assert session.connection.state is ConnectionState.ONLINE

    play(tmp_path, scene)


def test_a_close_that_the_host_did_not_sign_closes_no_room(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        session = bob.start()
        relay.append("close", ann.state.leaf_key, bytes(16), bytes(64))
        await bob.until(lambda: bob.state.cursor == len(relay.log))
        await bob.send("still here").stored()
        assert troubles(bob) == ["relay_inconsistent"]
        assert session.connection.state is ConnectionState.ONLINE

    play(tmp_path, scene)


def test_an_own_message_that_the_relay_stores_once_more_is_shown_once(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        bob.start()
        await bob.send("once").stored()
        own = relay.log[-1]
        relay.append("message", own["leaf"], own["request"], own["body"])
        await bob.until(lambda: bob.state.cursor == len(relay.log))
        assert bob.texts == ["once"]
        assert unreadable(bob) == []

    play(tmp_path, scene)


def test_a_message_that_the_relay_keeps_back_is_missed(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        ann.start()
        for text in ("first", "kept back", "last"):
            await ann.send(text).stored()
        relay.log[-2] |= {"kind": "leave", "leaf": bytes(32), "body": bytes(64)}
        bob.start()
        await bob.until(lambda: "last" in bob.texts)
        assert bob.texts == ["first", "last"]
        missing = [event for event in bob.events if isinstance(event, MessagesMissing)]
        assert [(event.seq, event.sender.name) for event in missing if event.sender] == [
            (relay.log[-1]["seq"], "Ann")
        ]

    play(tmp_path, scene)


def test_a_message_is_shown_at_a_place_of_its_own_epoch_alone(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        session = ann.start()
        await ann.until(lambda: ann.state.joined.epoch == 1)
        before = written(bob, "of the past")
        session.committer.timetable.update_now()
        session.wake()
        his = bob.start()
        await bob.until(lambda: bob.state.joined.epoch == 2)
        await his.stop()
        now = written(bob, "of the present")
        relay.append("message", bob.state.leaf_key, b"1" * 16, before)
        relay.append("message", bob.state.leaf_key, b"2" * 16, now, epoch=1)
        await ann.until(lambda: len(unreadable(ann)) == 2)
        assert unreadable(ann) == [3, 4]
        assert ann.texts == []
        relay.append("message", bob.state.leaf_key, b"3" * 16, written(bob, "in its place"))
        await ann.until(lambda: ann.texts == ["in its place"])

    play(tmp_path, scene)


def test_a_commit_at_a_messages_place_changes_nothing_and_is_followed_at_its_own(
    tmp_path: Path,
) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        ann.start()
        await ann.until(lambda: ann.state.joined.epoch == 1)
        made = bob.state.joined.commit()
        relay.append("message", bob.state.leaf_key, b"1" * 16, made.message)
        await ann.until(lambda: unreadable(ann) == [2])
        assert ann.state.joined.epoch == 1
        info = made.group.group_info()
        commit = {"request": b"2" * 16, "epoch": 1, "message": made.message, "group_info": info}
        relay.answer("room.commit", bob.state.leaf_key, commit)
        await ann.until(lambda: ann.state.joined.epoch >= 2)
        assert made.group.epoch_authenticator == ann.state.joined.epoch_authenticator

    play(tmp_path, scene)


def test_a_message_at_a_commits_place_is_no_commit_and_the_room_goes_on(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        ann.start()
        await ann.until(lambda: ann.state.joined.epoch == 1)
        relay.append("commit", bob.state.leaf_key, b"1" * 16, written(bob, "no commit"))
        await ann.until(lambda: troubles(ann) == ["malformed"])
        await ann.send("and on").stored()
        assert ann.texts == ["and on"]
        assert ann.state.joined.epoch == relay.epoch == 2

    play(tmp_path, scene)


def test_a_commit_of_another_epoch_than_the_rooms_is_not_followed(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        session = ann.start()
        await ann.until(lambda: session.connection.state is ConnectionState.ONLINE)
        relay.append("commit", bytes(32), b"1" * 16, b"", epoch=7)
        await ann.until(lambda: "relay_inconsistent" in troubles(ann))
        await ann.send("and on").stored()
        assert ann.state.joined.epoch == relay.epoch

    play(tmp_path, scene)


def test_a_commit_that_was_refused_and_stored_all_the_same_holds(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        session, change = ann.start(), Change(lambda rules: replace(rules, locked=True))
        await ann.until(lambda: session.connection.state is ConnectionState.ONLINE)
        honest = relay._commit

        def refuse(leaf: bytes, fields: Any) -> Answer:
            honest(leaf, fields)
            relay._commit = honest  # type: ignore[method-assign]
            raise MalformedRequest

        relay._commit = refuse  # type: ignore[method-assign]
        session.committer.add(change)
        session.wake()
        with pytest.raises(MalformedRequest):
            await change.done
        await ann.send("and on").stored()
        assert room_policy_of(ann.state.joined).locked
        assert ann.state.joined.epoch == relay.epoch
        bob.start()
        await bob.until(lambda: "and on" in bob.texts)

    play(tmp_path, scene)


def test_what_is_pushed_of_another_room_is_not_taken(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        session = ann.start()
        await ann.until(lambda: session.connection.state is ConnectionState.ONLINE)
        seq, cursor = len(relay.log) + 1, ann.state.cursor
        message = {"seq": seq, "time": NOW, "kind": "message", "epoch": 1, "body": b"x"}
        message |= {"leaf": bob.state.leaf_key, "request": bytes(16)}
        for transport in relay.connected:
            transport.on_push("room.envelope", {**message, "room": b"o" * 16})
            transport.on_push("room.envelope", message)
        await ann.send("the next").stored()
        assert (ann.texts, unreadable(ann)) == (["the next"], [])
        assert ann.state.cursor == cursor + 1
        assert relay.log[-1]["room"] == ROOM

    play(tmp_path, scene)


def test_who_must_come_in_again_and_again_lets_others_go_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[tuple[float, float]] = []

    def wait(least: float, most: float) -> float:
        waits.append((least, most))
        return 0.0

    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        bob.start()
        for number in range(follower.MAX_REJOINS + 2):
            relay.append("commit", bytes(32), bytes([number]) * 16, b"no commit at all")
            await bob.send(f"and on {number}").stored()

    monkeypatch.setattr(follower.random, "uniform", wait)
    play(tmp_path, scene)
    asked = [wanted for wanted in waits if wanted in ((0, 4.0), (0, 5.0))]
    assert asked == [(0, 4.0), (0, 5.0)]


def test_who_lacks_the_new_room_key_follows_who_came_in_by_it_once_it_is_given(
    tmp_path: Path,
) -> None:
    root = b"n" * 32

    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        session, change = ann.start(), Change(new_root=root)
        session.committer.add(change)
        session.wake()
        await change.done
        del relay.log[-1]["root"]
        cid = Device(relay, tmp_path / "c.room", "Cid")
        cid.state.policy.ring = type(cid.state.ring)(derive_secrets(root))
        await cid.join()
        cid.start()
        await cid.send("of Cid").stored()
        his = bob.start()
        await bob.until(lambda: his.key_wait.is_on)
        assert bob.texts == []
        await his.key_wait.give(derive_secrets(root))
        await bob.until(lambda: "of Cid" in bob.texts)
        await bob.send("of Bob").stored()
        await cid.until(lambda: "of Bob" in cid.texts)
        await cid.stop()

    play(tmp_path, scene)


def test_an_own_message_that_a_resync_passed_over_is_kept_where_nothing_is_archived(
    tmp_path: Path,
) -> None:
    async def scene() -> None:
        relay = FakeRelay()
        ann = Device(relay, tmp_path / "a.room", "Ann")
        await ann.create("strict")
        relay.fault = lambda event: "after" if event == "room.send" else None
        ann.start()
        ann.send("once")
        await ann.until(lambda: len(relay.log) == 1)
        await ann.stop()
        relay.append("commit", bytes(32), bytes(16), b"no commit at all")
        relay.fault, relay.floor = lambda _event: None, 3
        await ann.restart()
        await ann.send("twice").stored()
        await ann.until(lambda: "twice" in ann.texts)
        assert ann.texts == ["once", "twice"]
        assert [e["kind"] for e in relay.log] == ["message", "commit", "commit", "message"]
        await ann.stop()

    asyncio.run(asyncio.wait_for(scene(), 100))


def test_a_leave_statement_waits_until_a_commit_removes_who_left(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        ann.start(Schedule(update_seconds=1e9, update_messages=10**9, tidy_seconds=1e9))
        cid = Device(relay, tmp_path / "c.room", "Cid")
        await cid.join()
        leaf = bob.state.identity
        signature = ED25519.sign(leaf.private_key, leave_transcript(ROOM, leaf.public_key))
        relay.append("leave", leaf.public_key, bytes(16), signature)
        # Cid has committed before reading that
        made = cid.state.joined.commit()
        commit = {"request": b"1" * 16, "epoch": relay.epoch, "message": made.message}
        commit["group_info"] = made.group.group_info()
        relay.answer("room.commit", cid.state.leaf_key, commit)
        await ann.until(lambda: ann.state.joined.epoch == made.group.epoch)
        assert ann.state.store.statements() == {leaf.public_key: signature}
        await ann.send("not for Bob").stored()
        assert [entry["kind"] for entry in relay.log[-2:]] == ["commit", "message"]
        members = {leaf.signature_key for _, leaf in ann.state.joined.members()}
        assert members == {ann.state.leaf_key, cid.state.leaf_key}
        assert ann.state.store.statements() == {}
        await cid.stop()

    play(tmp_path, scene)


def test_a_host_mends_the_group_info_that_a_member_spoiled(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        ann.start()
        await ann.until(lambda: ann.state.joined.epoch == relay.epoch)
        his = bob.start()
        await bob.until(lambda: his.connection.state is ConnectionState.ONLINE)
        honest = relay._commit

        def spoil(leaf: bytes, fields: Any) -> Answer:
            spoilt = {"group_info": b"none"} if leaf == bob.state.leaf_key else {}
            return honest(leaf, {**fields, **spoilt})

        relay._commit = spoil  # type: ignore[method-assign]
        his.committer.timetable.update_now()
        his.wake()
        await ann.until(lambda: ann.state.joined.epoch == 3)
        cid = Device(relay, tmp_path / "c.room", "Cid")
        await cid.join()
        assert len(cid.state.joined.members()) == 3
        await cid.stop()

    play(tmp_path, scene)
