"""A change of the room key against a relay in memory: breaks, restarts, names, the past."""

import asyncio
import random
from pathlib import Path

import pytest
from fake_relay import Device, FakeRelay, play

from roomkey.client.changes import Change, title_of, with_title
from roomkey.client.events import RoomKeyChanged, RoomTrouble
from roomkey.client.policy import sealed_under
from roomkey.client.room_store import RoomStore
from roomkey.client.schedule import Schedule
from roomkey.client.session import Session
from roomkey.errors import PolicyViolation, RoomKeyNeeded
from roomkey.keys.key_ring import KeyRing
from roomkey.keys.root import derive_secrets

ROOTS = [bytes([number]) * 32 for number in range(1, 4)]


async def change_key(session: Session, root: bytes) -> None:
    change = Change(new_root=root)
    session.committer.add(change)
    session.wake()
    await change.done


def changes(device: Device) -> list[int]:
    return [event.key_id for event in device.events if isinstance(event, RoomKeyChanged)]


def own_key_id(device: Device) -> int:
    group = device.state.joined
    leaf = group.leaf(group.own_index)
    assert leaf is not None
    return sealed_under(leaf)


def test_a_change_whose_answer_was_lost_takes_effect_once(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        lose = ["room.commit"]
        relay.fault = lambda event: "after" if event in lose and not lose.remove(event) else None
        await change_key(ann.start(), ROOTS[0])
        bob.start()
        await bob.until(lambda: changes(bob) == [1])
        assert relay.key_id == ann.state.secrets.key_id == bob.state.secrets.key_id == 1
        assert ann.state.secrets == bob.state.secrets
        assert changes(ann) == [1]

    play(tmp_path, scene)


@pytest.mark.parametrize("where", ["before", "after"])
def test_a_change_cut_off_by_a_crash_is_carried_out_after_a_restart(
    tmp_path: Path, where: str
) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        relay.fault = lambda event: where if event == "room.commit" else None
        session = ann.start()
        session.committer.add(Change(new_root=ROOTS[0]))
        session.wake()
        await ann.until(lambda: ann.state.pending is not None)
        await ann.stop()
        relay.fault = lambda _event: None
        ann.state.store = RoomStore(ann.path, bytes(32))
        await ann.restart()
        bob.start()
        await bob.until(lambda: changes(bob) == [1])
        await ann.until(lambda: changes(ann) == [1])
        assert ann.state.secrets == bob.state.secrets
        await ann.send("under the new key").stored()
        await bob.until(lambda: "under the new key" in bob.texts)

    play(tmp_path, scene)


def test_names_are_sealed_again_with_the_next_update_and_old_ones_still_open(
    tmp_path: Path,
) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        session, his = ann.start(), bob.start()
        for number, root in enumerate(ROOTS, 1):
            await change_key(session, root)
            await bob.until(lambda number=number: changes(bob)[-1:] == [number])  # type: ignore[misc]
        assert [own_key_id(device) for device in (ann, bob)] == [2, 0]
        his.committer.timetable.update_now()
        his.wake()
        await bob.until(lambda: own_key_id(bob) == 3)
        await ann.until(lambda: ann.state.joined.epoch == bob.state.joined.epoch)
        members = [leaf for _, leaf in ann.state.joined.members()]
        assert sorted(ann.state.policy.name_of(leaf) for leaf in members) == ["Ann", "Bob"]
        assert [keys.key_id for keys in bob.state.ring.past] == [0, 1, 2]

    play(tmp_path, scene)


def test_who_needs_the_room_key_changes_neither_it_nor_the_title_but_can_update(
    tmp_path: Path,
) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        session = ann.start()
        await change_key(session, ROOTS[0])
        del relay.log[-1]["root"]
        his = bob.start()
        await bob.until(lambda: any(isinstance(e, RoomTrouble) for e in bob.events))
        assert bob.state.needs_room_key
        with pytest.raises(PolicyViolation):
            await change_key(his, ROOTS[1])
        his.committer.timetable.update_now()
        his.wake()
        # it cannot seal the epoch for those who come later: somebody else mends that
        await ann.until(lambda: "history" in relay.log[-1] and len(relay.log) == 4)
        assert "history" not in relay.log[-2]
        await bob.until(lambda: bob.state.joined.epoch == ann.state.joined.epoch)
        assert own_key_id(bob) == 0
        await bob.restart()
        assert bob.state.needs_room_key
        names = [bob.state.policy.name_of(leaf) for _, leaf in bob.state.joined.members()]
        assert sorted(names) == ["Ann", "Bob"]

    play(tmp_path, scene)


def test_a_host_who_needs_the_room_key_cannot_change_it(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        session = ann.start()
        await change_key(session, ROOTS[0])
        ring = ann.state.ring
        ann.state.policy.ring = type(ring)(ring.current.with_key_id(0))
        with pytest.raises(RoomKeyNeeded):
            await change_key(session, ROOTS[1])
        ann.state.policy.ring = ring

    play(tmp_path, scene)


def test_the_same_room_key_again_changes_nothing(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        session = ann.start()
        await change_key(session, ROOTS[0])
        epoch = relay.epoch
        await change_key(session, ROOTS[0])
        assert (relay.epoch, relay.key_id) == (epoch, 1)

    play(tmp_path, scene)


def test_a_change_that_another_commit_overtakes_is_made_again(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        session, his = ann.start(), bob.start()
        await ann.until(lambda: session.connection.state == "online")
        await bob.until(lambda: his.connection.state == "online")
        for root in ROOTS:
            his.committer.timetable.update_now()
            his.wake()
            await change_key(session, root)
        await bob.until(lambda: changes(bob) == [1, 2, 3])
        assert ann.state.secrets == bob.state.secrets

    play(tmp_path, scene)


@pytest.mark.parametrize("seed", range(6))
def test_changes_and_messages_all_arrive_however_often_the_connection_breaks(
    tmp_path: Path, seed: int
) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        chance = random.Random(seed)
        relay.fault = lambda _event: chance.choices((None, "before", "after"), (6, 1, 2))[0]
        often = Schedule(update_seconds=1e9, update_messages=3, tidy_seconds=0.01)
        session = ann.start(often)
        bob.start(often)
        sent, wishes = [], []
        for number, root in enumerate(ROOTS):
            sent += [ann.send(f"a{number}"), bob.send(f"b{number}")]
            wishes.append(Change(new_root=root))
            wishes.append(Change(with_title(ann.state, f"Title {number}")))
            for wish in wishes[-2:]:
                session.committer.add(wish)
            session.wake()
            await asyncio.sleep(0)
        await asyncio.gather(*(wish.done for wish in wishes), *(s.stored() for s in sent))
        relay.fault = lambda _event: None
        await ann.send("last").stored()
        await bob.until(lambda: "last" in bob.texts)
        assert relay.key_id == 3
        assert changes(ann) == changes(bob) == [1, 2, 3]
        assert ann.state.secrets == bob.state.secrets
        assert ann.texts == bob.texts
        assert len(bob.texts) == len(set(bob.texts)) == 7
        for device in (ann, bob):
            assert device.state.rules is not None
            assert title_of(device.state, device.state.rules) == "Title 2"
        cid = Device(relay, tmp_path / "c.room", "Cid")
        cid.state.policy.ring = KeyRing(derive_secrets(ROOTS[-1]))
        await cid.join()
        assert [keys.key_id for keys in cid.state.ring.past] == [0, 1, 2]
        await cid.stop()

    play(tmp_path, scene)
