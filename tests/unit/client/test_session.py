"""A room's life against a relay in memory whose connections break wherever a test likes."""

import asyncio
import random
from pathlib import Path

import pytest
from fake_relay import ROOM, Device, FakeRelay, play

from roomkey.client.changes import Change
from roomkey.client.connection import ConnectionState
from roomkey.client.events import (
    ConnectionChanged,
    MemberLeft,
    MessageUnreadable,
    RoomTrouble,
    SafetyCodeChanged,
)
from roomkey.client.schedule import Schedule
from roomkey.crypto.signature import ED25519
from roomkey.errors import RelayUnreachable
from roomkey.mls.secret_tree import MAX_FORWARD, RESERVED
from roomkey.wire.transcripts import leave_transcript


@pytest.mark.parametrize("seed", range(8))
def test_every_message_goes_out_once_however_often_the_connection_breaks(
    tmp_path: Path, seed: int
) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        chance = random.Random(seed)
        relay.fault = lambda _event: chance.choices((None, "before", "after"), (6, 1, 2))[0]
        often = Schedule(update_seconds=1e9, update_messages=4, tidy_seconds=0.01)
        ann.start(often)
        bob.start(often)
        sent = []
        for number in range(12):
            sent += [ann.send(f"a{number}"), bob.send(f"b{number}")]
            await asyncio.sleep(0)
        for message in sent:
            await message.stored()
        relay.fault = lambda _event: None
        await ann.send("last of Ann").stored()
        await bob.send("last of Bob").stored()
        last = {"last of Ann", "last of Bob"}
        for device in (ann, bob):
            await device.until(lambda device=device: last <= set(device.texts))  # type: ignore[misc]
        assert ann.texts == bob.texts
        assert len(ann.texts) == len(set(ann.texts)) == 26
        assert [text for text in ann.texts if text[0] == "a"] == [f"a{n}" for n in range(12)]

    play(tmp_path, scene)


def test_a_commit_whose_answer_was_lost_takes_effect_once_after_a_restart(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        relay.fault = lambda event: "after" if event == "room.commit" else None
        session = ann.start()
        await session.outbox.add("first").stored()
        session.committer.timetable.update_now()
        session.wake()
        await ann.until(lambda: ann.state.pending is not None or ann.state.joined.epoch == 2)
        await ann.until(lambda: relay.epoch == 2)
        await ann.restart()
        relay.fault = lambda _event: None
        bob.start()
        await ann.send("second").stored()
        await bob.until(lambda: "second" in bob.texts)
        assert relay.epoch == ann.state.joined.epoch == bob.state.joined.epoch == 2
        authenticator = ann.state.joined.epoch_authenticator
        assert authenticator == bob.state.joined.epoch_authenticator

    play(tmp_path, scene)


@pytest.mark.parametrize("writer", ["Ann", "Bob"])
def test_who_starts_often_in_one_epoch_is_read_and_followed(tmp_path: Path, writer: str) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        ann.start()
        session = bob.start()
        for start in range(MAX_FORWARD // RESERVED + 2):
            await (bob if writer == "Bob" else ann).send(f"{start}").stored()
            await bob.until(lambda start=start: f"{start}" in bob.texts)  # type: ignore[misc]
            session = await bob.restart()
        await bob.send("here again").stored()
        session.committer.timetable.update_now()
        session.wake()
        await ann.until(lambda: ann.state.joined.epoch == 2)
        assert ann.texts[-1] == "here again"
        assert not [e for e in ann.events if isinstance(e, MessageUnreadable | RoomTrouble)]
        assert ann.state.joined.epoch_authenticator == bob.state.joined.epoch_authenticator

    play(tmp_path, scene)


def test_a_commit_nobody_can_follow_does_not_wedge_the_room(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        ann.start()
        bob.start()
        await ann.send("before").stored()
        await bob.until(lambda: "before" in bob.texts)
        # an insider's commit that the relay, which sees ciphertext only, could not refuse
        relay.append("commit", bytes(32), bytes(16), b"no commit at all")
        for device in (ann, bob):
            await device.until(
                lambda device=device: any(isinstance(e, RoomTrouble) for e in device.events)  # type: ignore[misc]
            )
        await bob.send("after").stored()
        await ann.send("after too").stored()
        await ann.until(lambda: "after" in ann.texts)
        await bob.until(lambda: "after too" in bob.texts)

    play(tmp_path, scene)


def test_who_was_away_too_long_comes_in_again(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        ann.start()
        for number in range(3):
            await ann.send(f"missed {number}").stored()
        relay.floor = len(relay.log)
        bob.start()
        await bob.send("here again").stored()
        await ann.until(lambda: "here again" in ann.texts)
        await bob.until(lambda: "here again" in bob.texts)
        assert bob.texts == [*(f"missed {number}" for number in range(3)), "here again"]
        assert len(ann.state.joined.members()) == 2

    play(tmp_path, scene)


def test_what_the_relay_replays_reorders_or_misattributes_is_not_shown(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        ann.start()
        await ann.send("one").stored()
        await ann.send("two").stored()
        await ann.stop()
        one, two = relay.log[-2], relay.log[-1]
        one["body"], two["body"] = two["body"], one["body"]
        relay.append("message", ann.state.leaf_key, bytes(16), one["body"])
        bob.start()
        await bob.until(lambda: len(bob.events) >= 5)
        assert bob.texts == ["two"]
        unreadable = [e.seq for e in bob.events if isinstance(e, MessageUnreadable)]
        assert unreadable == [two["seq"], two["seq"] + 1]

    play(tmp_path, scene)


def hide_a_commit(relay: FakeRelay) -> None:
    """Show a leave of nobody in the place of the log's last envelope, which is a commit."""
    assert relay.log[-1]["kind"] == "commit"
    relay.log[-1] |= {"kind": "leave", "leaf": bytes(32), "body": bytes(64)}


def told_of_lies(device: Device) -> bool:
    return any(e.code == "relay_inconsistent" for e in device.events if isinstance(e, RoomTrouble))


def test_who_was_not_shown_a_commit_reads_on(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        session = ann.start()
        session.committer.timetable.update_now()
        session.wake()
        await ann.until(lambda: ann.state.joined.epoch == 2)
        hide_a_commit(relay)
        await ann.send("after it").stored()
        bob.start()
        await bob.until(lambda: "after it" in bob.texts)
        assert told_of_lies(bob)
        await bob.send("and he answers").stored()
        await ann.until(lambda: "and he answers" in ann.texts)
        members = {leaf.signature_key for _, leaf in ann.state.joined.members()}
        assert members == {ann.state.leaf_key, bob.state.leaf_key}

    play(tmp_path, scene)


def test_who_was_not_shown_a_commit_is_heard(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        session = ann.start()
        session.committer.timetable.update_now()
        session.wake()
        await ann.until(lambda: ann.state.joined.epoch == 2)
        hide_a_commit(relay)
        bob.start()
        await bob.send("into the present").stored()
        assert told_of_lies(bob)
        await ann.until(lambda: "into the present" in ann.texts)

    play(tmp_path, scene)


def test_a_member_who_is_removed_by_the_relays_word_comes_in_again(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        ann.start()
        session = bob.start()
        await bob.send("before").stored()
        # bytes of the relay's own, as if they were from Bob, and no group info to come in by
        relay.append("commit", bob.state.leaf_key, bytes(16), b"no commit at all")
        relay.epoch, relay.group_info = relay.epoch + 1, b"none"
        await bob.until(lambda: session.connection.state is ConnectionState.REMOVED)
        assert any(e.code == "change_undone" for e in ann.events if isinstance(e, RoomTrouble))
        left = [e for e in ann.events if isinstance(e, MemberLeft)]
        assert [(e.member.name, e.was_removed) for e in left] == [("Bob", True)]
        assert len(ann.state.joined.members()) == 1
        assert [m.is_own for m in bob.state.store.transcript.messages(100, 10)] == [True]
        again = Device(relay, tmp_path / "again.room", "Bob")
        await again.join()
        again.start()
        await again.send("here again").stored()
        await ann.until(lambda: "here again" in ann.texts)
        await again.stop()

    play(tmp_path, scene)


def test_a_message_under_another_name_is_not_shown(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        third = Device(relay, tmp_path / "c.room", "Cid")
        await third.join()
        ann.start()
        await ann.send("mine").stored()
        await ann.stop()
        relay.log[-1]["leaf"] = third.state.leaf_key
        bob.start()
        await bob.until(lambda: any(isinstance(e, MessageUnreadable) for e in bob.events))
        assert bob.texts == []
        await third.stop()

    play(tmp_path, scene)


def test_a_leave_statement_is_committed_before_anything_is_sent(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        leaf = bob.state.identity
        signature = ED25519.sign(leaf.private_key, leave_transcript(ROOM, leaf.public_key))
        relay.append("leave", leaf.public_key, bytes(16), bytes(64))
        relay.append("leave", leaf.public_key, bytes(16), signature)
        ann.start(Schedule(update_seconds=1e9, update_messages=10**9, tidy_seconds=1e9))
        await ann.send("not for Bob").stored()
        assert any(isinstance(e, RoomTrouble) for e in ann.events)
        left = [e for e in ann.events if isinstance(e, MemberLeft)]
        assert [(e.member.name, e.was_removed) for e in left] == [("Bob", False)]
        assert [e["kind"] for e in relay.log[-2:]] == ["commit", "message"]
        assert len(ann.state.joined.members()) == 1
        assert ann.state.store.statements() == {}

    play(tmp_path, scene)


def test_a_room_tells_its_life_in_order(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        session = ann.start()
        await ann.until(lambda: session.connection.state is ConnectionState.ONLINE)
        await session.stop()
        kinds = [
            e.state if isinstance(e, ConnectionChanged) else type(e).__name__ for e in ann.events
        ]
        assert kinds == [
            ConnectionState.CONNECTING,
            "MemberJoined",
            SafetyCodeChanged.__name__,
            ConnectionState.ONLINE,
            ConnectionState.CLOSED,
        ]

    play(tmp_path, scene)


def test_missing_history_is_mended_by_a_new_epoch(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        relay.log[-1].pop("history")
        ann.start()
        await ann.until(lambda: ann.state.joined.epoch == 2)
        assert relay.log[-1]["history"]

    play(tmp_path, scene)


def test_a_join_whose_answer_was_lost_goes_on_with_the_same_leaf(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        cid = Device(relay, tmp_path / "c.room", "Cid")
        relay.fault = lambda event: "after" if event == "room.commit" else None
        with pytest.raises(RelayUnreachable):
            await cid.join()
        relay.fault = lambda _event: None
        await cid.restart()
        await cid.send("here").stored()
        ann.start()
        await ann.until(lambda: "here" in ann.texts)
        assert len(ann.state.joined.members()) == 3
        await cid.stop()

    play(tmp_path, scene)


def test_who_was_removed_keeps_the_transcript_and_no_key(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        session = ann.start()
        bob.start()
        await ann.send("read before").stored()
        await bob.until(lambda: "read before" in bob.texts)
        session.committer.add(Change(removed=frozenset((bob.state.leaf_key,))))
        session.wake()

        def is_removed() -> bool:
            return bob.session is not None and bob.session.connection.state == "removed"

        await bob.until(is_removed)
        again = await bob.restart()
        assert again.connection.state is ConnectionState.REMOVED
        assert bob.state.group is None
        assert bob.state.secrets.admission == b""
        assert [m.is_own for m in bob.state.store.transcript.messages(100, 10)] == [False]

    play(tmp_path, scene)


def test_an_own_message_that_a_resync_passed_over_is_not_sent_again(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        relay.fault = lambda event: "after" if event == "room.send" else None
        ann.start()
        sent = ann.send("once")
        await ann.until(lambda: len(relay.log) == 2)
        await ann.stop()
        relay.append("commit", bytes(32), bytes(16), b"no commit at all")
        relay.fault = lambda _event: None
        relay.floor = 4
        assert sent.id
        await ann.restart()
        await ann.send("twice").stored()
        await ann.until(lambda: "twice" in ann.texts)
        assert ann.texts == ["once", "twice"]
        assert ann.state.store.count_queued() == 0

    play(tmp_path, scene)
