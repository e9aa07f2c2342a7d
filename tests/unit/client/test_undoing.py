"""A group that a refused commit led to is held to what only hosts may do, and hosts undo it."""

from dataclasses import replace
from pathlib import Path

import pytest
from fake_relay import ROOM, Device, FakeRelay, play
from lawless import lawless, stranger

from roomkey.client.changes import Change
from roomkey.client.policy import room_policy_of
from roomkey.client.room_state import RoomState
from roomkey.client.undoing import (
    check_whole,
    may_undo,
    removed_before,
    removed_by_undoing,
    undo,
)
from roomkey.crypto.signature import ED25519
from roomkey.errors import PolicyViolation
from roomkey.mls import ExtensionType, Group, GroupInfo, Remove, decode_message, find_extension
from roomkey.mls.ratchet_tree import RatchetTree
from roomkey.wire.transcripts import leave_transcript


def check(state: RoomState, left_behind: Group, refused: bytes = bytes(32)) -> None:
    info = decode_message(left_behind.group_info())
    assert isinstance(info, GroupInfo)
    tree = find_extension(info.extensions, ExtensionType.RATCHET_TREE)
    assert tree is not None
    check_whole(state, info, RatchetTree.decode(left_behind.suite, tree), refused)


def index(state: RoomState, device: Device) -> int:
    leaves = state.joined.members()
    return next(at for at, leaf in leaves if leaf.signature_key == device.state.leaf_key)


async def everybody(relay: FakeRelay, tmp_path: Path, ann: Device, bob: Device) -> Device:
    """Have Cid join, and all three read the same epoch."""
    cid = Device(relay, tmp_path / "c.room", "Cid")
    await cid.join()
    for device in (ann, bob, cid):
        device.start()
        await device.until(lambda device=device: device.state.joined.epoch == relay.epoch)  # type: ignore[misc]
    return cid


def test_nobody_but_a_host_takes_members_away_who_have_not_left(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        cid = await everybody(relay, tmp_path, ann, bob)
        gone = Remove(index(ann.state, cid))
        check(ann.state, lawless(bob.state, []))
        check(bob.state, lawless(ann.state, [gone]))
        for state in (ann.state, cid.state):
            with pytest.raises(PolicyViolation):
                check(state, lawless(bob.state, [gone]))
        # but for whoever is said to have sent what cannot be followed, and is no host
        check(ann.state, lawless(bob.state, [gone]), refused=cid.state.leaf_key)
        with pytest.raises(PolicyViolation):
            check(ann.state, lawless(bob.state, [gone]), refused=bob.state.leaf_key)
        without_host = lawless(bob.state, [Remove(index(bob.state, ann))])
        with pytest.raises(PolicyViolation):
            check(cid.state, without_host, refused=ann.state.leaf_key)
        leaf = cid.state.identity
        signature = ED25519.sign(leaf.private_key, leave_transcript(ROOM, leaf.public_key))
        ann.state.store.add_statement(leaf.public_key, signature)
        check(ann.state, lawless(bob.state, [gone]))
        await cid.stop()

    play(tmp_path, scene)


def test_nobody_but_a_host_lets_somebody_into_a_locked_room(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        session = ann.start()
        bob.start()
        check(ann.state, lawless(bob.state, [stranger(bob.state)]))
        lock = Change(lambda rules: replace(rules, locked=True))
        session.committer.add(lock)
        session.wake()
        await lock.done
        await bob.until(lambda: room_policy_of(bob.state.joined).locked)
        with pytest.raises(PolicyViolation):
            check(ann.state, lawless(bob.state, [stranger(bob.state)]))
        check(bob.state, lawless(ann.state, [stranger(ann.state)]))

    play(tmp_path, scene)


def test_who_is_missing_where_one_comes_in_again_was_removed_unless_they_left(
    tmp_path: Path,
) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        cid = await everybody(relay, tmp_path, ann, bob)
        assert removed_before(bob.state, lawless(ann.state, [])) == []
        without = lawless(ann.state, [Remove(index(ann.state, cid))])
        assert [member.name for member in removed_before(bob.state, without)] == ["Cid"]
        bob.state.store.add_statement(cid.state.leaf_key, bytes(64))
        assert removed_before(bob.state, without) == []
        await cid.stop()

    play(tmp_path, scene)


def test_who_sent_what_nobody_follows_is_removed_unless_that_is_a_host(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        cid = await everybody(relay, tmp_path, ann, bob)
        his, hers = bob.state.leaf_key, ann.state.leaf_key
        assert removed_by_undoing(ann.state, his) == (his,)
        assert removed_by_undoing(ann.state, hers) == ()
        assert removed_by_undoing(ann.state, bytes(32)) == ()
        await cid.stop()

    play(tmp_path, scene)


def test_only_a_host_with_the_room_key_undoes_and_only_what_it_has_not_followed(
    tmp_path: Path,
) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        cid = await everybody(relay, tmp_path, ann, bob)
        epoch = ann.state.joined.epoch
        assert may_undo(ann.state, epoch)
        assert may_undo(ann.state, epoch + 9)
        assert not may_undo(ann.state, epoch - 1)
        assert not may_undo(bob.state, epoch)
        ring = ann.state.ring
        ann.state.policy.ring = type(ring)(ring.current.with_key_id(7))
        assert not may_undo(ann.state, epoch)
        ann.state.policy.ring = ring
        await cid.stop()

    play(tmp_path, scene)


@pytest.mark.parametrize("passed", [0, 3])
def test_undoing_leads_to_the_epoch_after_however_many_were_passed(
    tmp_path: Path, passed: int
) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        cid = await everybody(relay, tmp_path, ann, bob)
        epoch = ann.state.joined.epoch + passed
        made = undo(ann.state, epoch, (bob.state.leaf_key, bytes(32)))
        assert made.group.epoch == epoch + 1
        left = {leaf.signature_key for _, leaf in made.group.members()}
        assert left == {ann.state.leaf_key, cid.state.leaf_key}
        assert ann.state.joined.epoch == epoch - passed
        await cid.stop()

    play(tmp_path, scene)
