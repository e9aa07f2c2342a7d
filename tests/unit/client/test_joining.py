"""Who comes in, or in again, is led to no other group than the room's, and to no older one."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fake_relay import ROOM, Device, FakeRelay, play
from lawless import lawless

from roomkey.client.changes import Change
from roomkey.client.events import Event, MemberLeft, RoomTrouble
from roomkey.client.joining import MAX_TRIES, enter
from roomkey.client.policy import room_policy_of
from roomkey.client.room_state import RoomState
from roomkey.client.room_store import RoomStore
from roomkey.crypto.signature import ED25519
from roomkey.errors import (
    EpochConflict,
    NotAdmitted,
    NotAMember,
    RelayFault,
    RelayInconsistent,
    RoomBroken,
    RoomkeyError,
)
from roomkey.keys.key_ring import KeyRing
from roomkey.keys.root import derive_secrets
from roomkey.mls import ExtensionType, GroupContextExtensions, GroupInfo, decode_message
from roomkey.mls.message import encode_message
from roomkey.wire.transcripts import leave_transcript

Answer = dict[str, Any]


def alter(relay: FakeRelay, event: str, change: Callable[[Answer], Answer]) -> None:
    """Have the relay answer an event with something else from now on."""
    honest = relay._answer

    def answer(asked: str, leaf: bytes, fields: Any) -> Answer:
        told = honest(asked, leaf, fields)
        return change(dict(told)) if asked == event else told

    relay._answer = answer  # type: ignore[method-assign]


async def come_in(device: Device, **how: Any) -> list[Event]:
    transport = device.transport()
    await transport.connect()
    try:
        return await enter(transport, device.state, **how)
    finally:
        await transport.close()


async def catch_up(relay: FakeRelay, *devices: Device) -> None:
    for device in devices:
        session = device.start()
        await device.until(lambda device=device: device.state.joined.epoch == relay.epoch)  # type: ignore[misc]
        await session.stop()


def without_tree(encoded: bytes) -> bytes:
    info = decode_message(encoded)
    assert isinstance(info, GroupInfo)
    kept = tuple(e for e in info.extensions if e.type != ExtensionType.RATCHET_TREE)
    return encode_message(replace(info, extensions=kept))


LIES: dict[str, tuple[Callable[[Answer, Device], Answer], type[RoomkeyError]]] = {
    "another message in the place of the group info": (
        lambda told, ann: {**told, "group_info": ann.state.joined.protect(b"hello")},
        RelayFault,
    ),
    "another epoch than the group info's": (
        lambda told, _ann: {**told, "epoch": told["epoch"] + 1},
        RelayInconsistent,
    ),
    "a group info without its tree": (
        lambda told, _ann: {**told, "group_info": without_tree(told["group_info"])},
        RelayFault,
    ),
    "bytes that are no group info": (
        lambda told, _ann: {**told, "group_info": b"\x00"},
        RelayInconsistent,
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_newcomer_is_led_nowhere_by_a_lie(tmp_path: Path, lie: str) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        change, error = LIES[lie]
        cid = Device(relay, tmp_path / "c.room", "Cid")
        ring = cid.state.ring
        alter(relay, "room.admit", lambda told: change(told, bob))
        with pytest.raises(error):
            await come_in(cid)
        assert cid.state.group is None
        assert cid.state.ring is ring
        assert [entry["kind"] for entry in relay.log] == ["commit"]
        await cid.stop()

    play(tmp_path, scene)


def test_a_newcomer_with_another_room_key_than_the_rooms_is_not_led_in(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        cid = Device(relay, tmp_path / "c.room", "Cid")
        cid.state.policy.ring = KeyRing(derive_secrets(b"x" * 32))
        with pytest.raises(RelayInconsistent, match="another room key"):
            await come_in(cid)
        await cid.stop()

    play(tmp_path, scene)


def test_who_comes_back_is_not_led_into_the_past(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        past = {"group_info": relay.group_info, "epoch": relay.epoch}
        session = bob.start()
        session.committer.timetable.update_now()
        session.wake()
        await bob.until(lambda: bob.state.joined.epoch == past["epoch"] + 1)
        await session.stop()
        alter(relay, "room.admit", lambda told: {**told, **past})
        with pytest.raises(RelayInconsistent, match="older state"):
            await come_in(bob)

    play(tmp_path, scene)


def test_who_comes_back_is_not_led_into_another_present(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        await catch_up(relay, ann)
        # of the same epoch as the one that is known, and nobody is in it
        other = lawless(ann.state, [])
        session = bob.start()
        session.committer.timetable.update_now()
        session.wake()
        await bob.until(lambda: bob.state.joined.epoch == other.epoch)
        await session.stop()
        alter(relay, "room.admit", lambda told: {**told, "group_info": other.group_info()})
        with pytest.raises(RelayInconsistent, match="older state"):
            await come_in(bob)

    play(tmp_path, scene)


def test_who_comes_back_is_not_led_to_an_older_room_key(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        session, change = ann.start(), Change(new_root=b"n" * 32)
        session.committer.add(change)
        session.wake()
        await change.done
        await session.stop()
        alter(relay, "room.admit", lambda told: {**told, "key_id": 0, "chain": []})
        with pytest.raises(RelayInconsistent, match="older room key"):
            await come_in(ann)
        assert ann.state.secrets.key_id == 1

    play(tmp_path, scene)


@pytest.mark.parametrize("who", ["a host", "another member"])
def test_who_comes_back_takes_other_rules_from_a_host_alone(tmp_path: Path, who: str) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        await catch_up(relay, ann)
        author = (ann if who == "a host" else bob).state
        rules = replace(room_policy_of(author.joined), revision=1, retention=7200)
        signed = rules.sign(author.identity.private_key, ROOM).as_extension()
        following = lawless(author, [GroupContextExtensions((signed,))])
        lie = {"group_info": following.group_info(), "epoch": following.epoch}
        alter(relay, "room.admit", lambda told: {**told, **lie})
        relay.epoch = following.epoch
        if who == "a host":
            await come_in(bob)
            assert room_policy_of(bob.state.joined).retention == 7200
        else:
            with pytest.raises(RelayInconsistent):
                await come_in(bob)
            assert room_policy_of(bob.state.joined).retention == 3600

    play(tmp_path, scene)


def test_who_has_left_and_did_not_live_to_know_it_is_out(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        leaf = bob.state.identity
        statement = {"leaf": leaf.public_key, "signature": bytes(64)}
        relay.left.append(statement)
        # the relay's own word ends no membership
        await come_in(bob)
        signed = ED25519.sign(leaf.private_key, leave_transcript(ROOM, leaf.public_key))
        statement["signature"] = signed
        with pytest.raises(NotAMember):
            await come_in(bob)

    play(tmp_path, scene)


def test_a_join_that_others_are_always_faster_than_ends(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        tries = []

        def conflict(told: Answer) -> Answer:
            tries.append(told)
            raise EpochConflict

        cid = Device(relay, tmp_path / "c.room", "Cid")
        alter(relay, "room.commit", conflict)
        relay._commit = lambda _leaf, _fields: {}  # type: ignore[method-assign]
        with pytest.raises(EpochConflict):
            await come_in(cid)
        assert len(tries) == MAX_TRIES
        assert cid.state.group is None
        await cid.stop()

    play(tmp_path, scene)


def test_a_relay_that_wants_to_see_whose_leaf_comes_back_is_shown_that(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        asked: list[str] = []
        honest = relay._answer

        def doubt_once(event: str, leaf: bytes, fields: Any) -> Answer:
            asked.append(event)
            if event == "room.commit" and "room.resume" not in asked:
                raise NotAdmitted
            return honest(event, leaf, fields)

        relay._answer = doubt_once  # type: ignore[method-assign]
        assert not await come_in(bob)
        assert asked.count("room.resume") == 1
        assert len(bob.state.joined.members()) == 2

    play(tmp_path, scene)


def test_a_join_at_a_place_that_was_read_already_is_not_believed(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        alter(relay, "room.commit", lambda told: {**told, "seq": bob.state.cursor})
        with pytest.raises(RelayInconsistent, match="shorter"):
            await come_in(bob)

    play(tmp_path, scene)


@pytest.mark.parametrize("shown", [0, 1], ids=["nothing", "the same again"])
def test_what_lies_between_admission_and_join_is_read_or_missed(tmp_path: Path, shown: int) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        cid = Device(relay, tmp_path / "c.room", "Cid")
        first = dict(relay.log[0])
        alter(relay, "room.commit", lambda told: {**told, "seq": told["seq"] + 5})
        alter(relay, "room.sync", lambda told: {**told, "envelopes": [first][:shown]})
        with pytest.raises(RelayFault, match="ends before its head"):
            await come_in(cid)
        await cid.stop()

    play(tmp_path, scene)


@pytest.mark.parametrize("who", ["a host", "another member"])
def test_a_group_that_cannot_be_joined_after_a_refused_commit_is_a_hosts_to_mend(
    tmp_path: Path, who: str
) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        await catch_up(relay, ann, bob)
        relay.group_info = b"none"
        if who == "a host":
            assert await come_in(ann, refused=bob.state.leaf_key)
            assert [leaf.signature_key for _, leaf in ann.state.joined.members()] == [
                ann.state.leaf_key
            ]
        else:
            with pytest.raises(RoomBroken):
                await come_in(bob, refused=ann.state.leaf_key)

    play(tmp_path, scene)


def test_a_host_that_was_started_again_mends_what_nobody_can_join(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        await catch_up(relay, ann, bob)
        relay.group_info = b"none"
        # what it used before it ended is not known: nothing is sent before that is stored
        ann.state.store.close()
        ann.state = RoomState.load(RoomStore(ann.path, bytes(32)))
        told = await come_in(ann, refused=bob.state.leaf_key)
        assert [type(event) for event in told] == [RoomTrouble, MemberLeft]
        members = [leaf.signature_key for _, leaf in ann.state.joined.members()]
        assert members == [ann.state.leaf_key]
        cid = Device(relay, tmp_path / "c.room", "Cid")
        await come_in(cid)
        assert len(cid.state.joined.members()) == 2
        await cid.stop()

    play(tmp_path, scene)
