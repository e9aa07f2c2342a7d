"""Leaves of which nothing was seen for long are removed, by hosts only, and by no clock alone."""

import time
from pathlib import Path

import pytest
from fake_relay import NOW, Device, FakeRelay, play

from roomkey.client.events import MemberLeft
from roomkey.client.silence import silent_leaves

DAY_MS = 24 * 3600 * 1000


def test_a_host_removes_who_was_silent_with_its_next_commit(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        cid = Device(relay, tmp_path / "c.room", "Cid")
        await cid.join()
        session = ann.start()
        await ann.send("here").stored()
        for device in (bob, cid):
            ann.state.store.saw(device.state.leaf_key, NOW - 31 * DAY_MS)
        cid.start()
        await cid.send("I am here too").stored()
        await ann.until(lambda: "I am here too" in ann.texts)
        session.committer.timetable.update_now()
        session.wake()
        await ann.until(lambda: any(isinstance(e, MemberLeft) for e in ann.events))
        assert {leaf.signature_key for _, leaf in ann.state.joined.members()} == {
            ann.state.leaf_key,
            cid.state.leaf_key,
        }
        await cid.until(lambda: len(cid.state.joined.members()) == 2)
        await cid.stop()

    play(tmp_path, scene)


def test_who_is_no_host_removes_nobody_for_silence(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        session = bob.start()
        await bob.send("here").stored()
        bob.state.store.saw(ann.state.leaf_key, NOW - 99 * DAY_MS)
        epoch = relay.epoch
        session.committer.timetable.update_now()
        session.wake()
        await bob.until(lambda: bob.state.joined.epoch == epoch + 1)
        assert len(bob.state.joined.members()) == 2

    play(tmp_path, scene)


@pytest.mark.parametrize(
    ("seen_days_ago", "clock_days", "log_days", "is_silent"),
    [
        (31, 0, 0, True),
        (29, 0, 0, False),
        # a clock of one's own that runs ahead, and a relay's that does
        (1, 99, 0, False),
        (1, 0, 99, False),
        (31, -5, 0, False),
    ],
)
def test_neither_ones_own_clock_nor_the_relays_makes_anybody_silent_alone(
    tmp_path: Path, seen_days_ago: int, clock_days: int, log_days: int, is_silent: bool
) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        store, leaf = ann.state.store, bob.state.leaf_key
        store.saw(leaf, NOW - seen_days_ago * DAY_MS)
        store.saw(ann.state.leaf_key, NOW + log_days * DAY_MS)
        clock = time.time() + clock_days * 24 * 3600
        ann.start()
        await ann.until(lambda: len(ann.state.joined.members()) == 2)
        store.saw(leaf, NOW - seen_days_ago * DAY_MS)
        found = silent_leaves(ann.state, clock)
        assert found == ([leaf] if is_silent else [])

    play(tmp_path, scene)


def test_who_was_never_seen_counts_from_now(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        store = ann.state.store
        ann.start()
        await ann.until(lambda: len(ann.state.joined.members()) == 2)
        store._database.run("DELETE FROM activity")
        store.saw(ann.state.leaf_key, NOW)
        assert silent_leaves(ann.state) == []
        assert store.activity()[bob.state.leaf_key] == NOW

    play(tmp_path, scene)
