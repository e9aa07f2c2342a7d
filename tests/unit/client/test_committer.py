"""A host's change holds, or whoever wished for it is told; a commit that is refused goes away."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from correspondents import Scene
from fake_relay import Device, FakeRelay, play

from roomkey.client.changes import Change, title_of, with_title
from roomkey.client.committer import Committer
from roomkey.client.connection import ConnectionState
from roomkey.client.events import RoomTrouble
from roomkey.client.policy import room_policy_of
from roomkey.client.schedule import Schedule
from roomkey.errors import (
    MalformedRequest,
    NotAMember,
    PolicyViolation,
    RelayUnreachable,
    RequestError,
    RoomKeyNeeded,
    TooLarge,
)
from roomkey.keys.key_ring import KeyRing

QUIET = Schedule(update_seconds=1e9, update_messages=10**9, tidy_seconds=1e9)


def refuse_commits(relay: FakeRelay, refusal: type[RequestError], times: int = 1) -> list[Any]:
    """Have the relay refuse the next commits; returns the list of those that it refused."""
    honest, refused = relay._commit, []

    def refuse(leaf: bytes, fields: Any) -> Any:
        if len(refused) < times:
            refused.append(fields["message"])
            raise refusal
        return honest(leaf, fields)

    relay._commit = refuse  # type: ignore[method-assign]
    return refused


def lock() -> Change:
    return Change(lambda rules: replace(rules, locked=True))


@pytest.mark.parametrize("refusal", [MalformedRequest, TooLarge])
def test_a_change_that_would_be_refused_again_is_told_and_not_sent_again(
    tmp_path: Path, refusal: type[RequestError]
) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        session, refused_change = ann.start(QUIET), lock()
        refused = refuse_commits(relay, refusal)
        session.committer.add(refused_change)
        session.wake()
        with pytest.raises(refusal):
            await refused_change.done
        # what is sent next is not behind it
        await ann.send("and on").stored()
        assert ann.state.pending is None
        assert ann.state.store.get("pending") is None
        assert len(refused) == 1
        assert not room_policy_of(ann.state.joined).locked
        again = lock()
        session.committer.add(again)
        session.wake()
        await again.done
        assert room_policy_of(ann.state.joined).locked
        assert refusal.code in {e.code for e in ann.events if isinstance(e, RoomTrouble)}

    play(tmp_path, scene)


def test_an_update_that_is_refused_is_made_anew(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        refused = refuse_commits(relay, MalformedRequest)
        session = ann.start(QUIET)
        await ann.until(lambda: session.connection.state is ConnectionState.ONLINE)
        session.committer.timetable.update_now()
        session.wake()
        await ann.until(lambda: ann.state.joined.epoch == 2)
        assert len(refused) == 1
        assert relay.log[-1]["body"] not in refused

    play(tmp_path, scene)


def test_a_change_that_nobody_waits_for_any_more_is_not_made(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        session = ann.start(QUIET)
        await ann.send("here").stored()
        epoch = relay.epoch
        given_up, wanted = lock(), Change(with_title(ann.state, "Kept"))
        for change in (given_up, wanted):
            session.committer.add(change)
        given_up.done.cancel()
        session.wake()
        await wanted.done
        rules = room_policy_of(ann.state.joined)
        assert (rules.locked, title_of(ann.state, rules)) == (False, "Kept")
        assert relay.epoch == epoch + 1

    play(tmp_path, scene)


def test_a_change_that_is_given_up_on_its_way_holds_and_stops_no_other(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        session, given_up, other = ann.start(QUIET), lock(), Change(with_title(ann.state, "On"))

        def give_up(event: str) -> None:
            if event == "room.commit":
                given_up.done.cancel()

        relay.fault = give_up
        for change in (given_up, other):
            session.committer.add(change)
        session.wake()
        await other.done
        rules = room_policy_of(ann.state.joined)
        assert (rules.locked, title_of(ann.state, rules)) == (True, "On")

    play(tmp_path, scene)


def test_a_change_that_holds_already_takes_no_epoch(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        session = ann.start(QUIET)
        for change in (lock(), Change(with_title(ann.state, "Once"))):
            session.committer.add(change)
            session.wake()
            await change.done
        epoch = relay.epoch
        absent = frozenset((bytes(32), ann.state.leaf_key))
        for change in (lock(), Change(with_title(ann.state, "Once")), Change(removed=absent)):
            session.committer.add(change)
            session.wake()
            await change.done
        assert relay.epoch == epoch

    play(tmp_path, scene)


def test_who_waits_for_a_change_when_the_room_is_left_alone_is_told(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        relay.fault = lambda _event: "before"
        session, changes = ann.start(QUIET), [lock(), lock()]
        for change in changes:
            session.committer.add(change)
        session.wake()
        await ann.until(lambda: session.connection.state is ConnectionState.OFFLINE)
        await session.stop()
        for change in changes:
            with pytest.raises(RelayUnreachable):
                await change.done

    play(tmp_path, scene)


def test_a_host_who_is_removed_is_told_that_its_change_is_not_made(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        session = ann.start(QUIET)
        hosts = Change(lambda rules: replace(rules, hosts=(ann.state.leaf_key, bob.state.leaf_key)))
        session.committer.add(hosts)
        session.wake()
        await hosts.done
        await session.stop()
        his, removal = bob.start(QUIET), Change(removed=frozenset((ann.state.leaf_key,)))
        his.committer.add(removal)
        his.wake()
        await removal.done
        # removing a host takes the rules with it: nobody who is gone is a host
        assert room_policy_of(bob.state.joined).hosts == (bob.state.leaf_key,)
        late, session = lock(), ann.start(QUIET)
        session.committer.add(late)
        sent = session.outbox.add("too late")
        session.wake()
        with pytest.raises(NotAMember):
            await late.done
        with pytest.raises(NotAMember):
            await sent.stored()
        assert session.connection.state is ConnectionState.REMOVED
        assert not room_policy_of(bob.state.joined).locked

    play(tmp_path, scene)


def test_nobody_seals_a_title_without_the_room_key(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        session, first = ann.start(QUIET), Change(with_title(ann.state, "First"))
        session.committer.add(first)
        session.wake()
        await first.done
        ring, rules = ann.state.ring, room_policy_of(ann.state.joined)
        ann.state.policy.ring = KeyRing(ring.current.with_key_id(5))
        refused = Change(with_title(ann.state, "Second"))
        session.committer.add(refused)
        session.wake()
        with pytest.raises(RoomKeyNeeded):
            await refused.done
        # and without the room key none opens
        assert title_of(ann.state, rules) == ""
        ann.state.policy.ring = ring
        assert title_of(ann.state, rules) == "First"
        assert title_of(ann.state, replace(rules, sealed_title=bytes(64))) == ""

    play(tmp_path, scene)


def test_a_private_conversation_stays_as_it_began(scene: Scene) -> None:
    committer, state = Committer(scene.alice, QUIET), scene.alice

    async def ask() -> None:
        other = next(
            leaf.signature_key
            for _, leaf in state.joined.members()
            if leaf.signature_key != state.leaf_key
        )
        for change in (lock(), Change(removed=frozenset((other,))), Change(new_root=bytes(32))):
            committer.add(change)
            assert committer.is_due(messages_wait=False)
            assert committer.prepare() is None
            with pytest.raises(PolicyViolation):
                await change.done

    asyncio.run(ask())
    assert state.joined.epoch == 1
    assert state.pending is None
