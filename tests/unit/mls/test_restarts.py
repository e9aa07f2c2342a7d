"""Stored groups go on where they were, and no key serves twice."""

import pytest

from roomkey.crypto.suite import CipherSuite
from roomkey.errors import GenerationConsumed, SendingExhausted, WrongEpoch
from roomkey.mls import (
    RESERVED,
    ApplicationMessage,
    CommitProcessed,
    Group,
    GroupSnapshot,
    PendingCommit,
    Remove,
)

from .room import Room, awake, environment


def test_an_own_update_survives_a_restart_until_committed(suite: CipherSuite) -> None:
    room = Room(suite, 3)
    proposal = room[1].propose_update()
    room[0].process(proposal)
    room[2].process(proposal)
    room.groups[1] = Group.decode(room[1].encode(), environment())
    room.commit(2)
    room.commit(0)


def test_no_key_serves_twice_after_a_restart(suite: CipherSuite) -> None:
    room = Room(suite, 2)
    snapshot = room[1].encode()
    seen = set()
    for _ in range(RESERVED):
        heard = room[0].process(room[1].protect(b"before"))
        assert isinstance(heard, ApplicationMessage)
        seen.add(heard.generation)
    with pytest.raises(SendingExhausted):
        room[1].protect(b"too many")
    for _ in range(2):
        restored = Group.decode(snapshot, environment())
        with pytest.raises(SendingExhausted):
            restored.protect(b"not stored")
        with pytest.raises(SendingExhausted):
            restored.commit()
        snapshot = GroupSnapshot.decode(restored.encode().encode())
        for _ in range(3):
            heard = room[0].process(restored.protect(b"after"))
            assert isinstance(heard, ApplicationMessage)
            assert heard.generation not in seen
            seen.add(heard.generation)


def test_a_processed_commit_is_stored_before_anything_is_sent(suite: CipherSuite) -> None:
    room = Room(suite, 2)
    result = room[1].process(room[0].commit().message)
    assert isinstance(result, CommitProcessed)
    with pytest.raises(SendingExhausted):
        result.group.protect(b"not stored")
    result.group.encode()
    result.group.protect(b"stored")


def test_a_pending_commit_survives_a_restart(suite: CipherSuite) -> None:
    room = Room(suite, 3)
    pending = room[0].commit([Remove(1)])
    heard_before = room[2].protect(b"before it is accepted")
    data = pending.encode()
    room[0].process(heard_before)
    pending = PendingCommit.decode(data, environment(), base=room[0])
    awake(pending.group)
    room.accept(pending, 0)
    with pytest.raises(GenerationConsumed):
        room[0].process(heard_before)


def test_a_lost_commit_leaves_the_group_as_it_was(suite: CipherSuite) -> None:
    room = Room(suite, 3)
    lost = room[0].commit()
    room.commit(1)
    with pytest.raises(WrongEpoch):
        room[1].process(lost.message)
    room.commit(0)


def test_a_received_commit_can_be_processed_again(suite: CipherSuite) -> None:
    room = Room(suite, 2)
    message = room[0].commit().message
    before = room[1].encode()
    one, other = room[1].process(message), room[1].process(message)
    assert isinstance(one, CommitProcessed)
    assert isinstance(other, CommitProcessed)
    assert one.group.epoch_authenticator == other.group.epoch_authenticator
    assert room[1].encode() == before
