"""Commits and proposals reach everybody, and what may not be changed stays."""

from dataclasses import replace

import pytest

from roomkey.crypto.suite import CipherSuite
from roomkey.errors import CryptoError, NotAMember, PolicyViolation, ValidationError
from roomkey.mls import (
    Add,
    CommitProcessed,
    Environment,
    Extension,
    Group,
    GroupContextExtensions,
    Policy,
    PreSharedKey,
    PreSharedKeyId,
    ProposalReceived,
    PskType,
    ReInit,
    Remove,
    RequiredCapabilities,
    ResumptionUsage,
    SigningIdentity,
    Update,
    create_key_package,
    decode_message,
)

from .room import APP_EXTENSION, NOW, ROOM, ROOM_KEY, Room, environment, psks


def test_updates_and_removals_reach_everybody(suite: CipherSuite) -> None:
    room = Room(suite, 5)
    for index in (4, 1, 0):
        room.commit(index)
    gone = room[2]
    removal = gone.process(room[0].commit([Remove(2)]).message)
    assert isinstance(removal, CommitProcessed)
    assert removal.removed_self
    # of what it could read before nothing is left either
    kept = removal.group._state
    assert gone._state.past
    assert (kept.past, kept.private_keys, kept.pending, kept.signing_key) == ({}, {}, {}, b"")
    room.commit(0, Remove(2))
    with pytest.raises(NotAMember):
        removal.group.protect(b"still here?")
    with pytest.raises(NotAMember):
        removal.group.export_secret(b"label", b"", 32)
    restored = Group.decode(removal.group.encode(), environment())
    assert not restored.is_active
    with pytest.raises(CryptoError):
        gone.process(replace(decode_message(room[0].protect(b"secret")), epoch=gone.epoch))
    room.commit(3, public=True)
    assert room.join(SigningIdentity.generate(suite, b"new")) == 2


def test_proposals_are_committed_by_reference(suite: CipherSuite) -> None:
    room = Room(suite, 4)
    for group_index, proposal in (
        (1, room[1].propose_update()),
        (2, room[2].propose_update(public=True)),
        (0, room[0].propose(Remove(3))),
    ):
        for index in room.groups:
            if index != group_index:
                assert isinstance(room[index].process(proposal), ProposalReceived)
    assert len(room[0].pending_proposals()) == 3
    results = room.commit(0)
    assert {item.sender for item in results[0].proposals} == {0, 1, 2}
    assert results[0].removed == [3]
    assert not room[1].pending_proposals()
    room.commit(1)


def test_pending_proposals_that_cannot_be_committed_keep_nobody_from_committing(
    suite: CipherSuite,
) -> None:
    room = Room(suite, 3)
    nonce = bytes(suite.hash_length)
    unknown = PreSharedKey(PreSharedKeyId.external(b"unheard of", nonce))
    twin = create_key_package(room.identities[1], environment(), lifetime_seconds=60)
    leaving = room[2].propose(Remove(2))
    for index, message in (
        (1, room[1].propose(unknown)),
        (1, room[1].propose(Add(twin.key_package))),
        (2, room[2].propose_update()),
        (2, leaving),
    ):
        for listener in set(room.groups) - {index}:
            room[listener].process(message)
    results = room.commit(0)
    assert [item.proposal for item in results[0].proposals] == [Remove(2)]
    assert set(room.groups) == {0, 1}


def test_who_is_to_be_removed_does_not_stay_by_proposing_an_update(suite: CipherSuite) -> None:
    room = Room(suite, 3)
    for index, message in (
        (0, room[0].propose(Remove(2))),
        (2, room[2].propose_update()),
    ):
        for listener in set(room.groups) - {index}:
            room[listener].process(message)
    assert len(room[0].pending_proposals()) == 2
    results = room.commit(0)
    assert [item.proposal for item in results[0].proposals] == [Remove(2)]
    assert set(room.groups) == {0, 1}


def test_of_two_proposals_for_the_groups_extensions_the_later_one_counts(
    suite: CipherSuite,
) -> None:
    room = Room(suite, 2)
    first, second = (
        GroupContextExtensions((Extension(APP_EXTENSION, data),)) for data in (b"1", b"2")
    )
    for index, proposal in ((1, first), (0, second)):
        room[1 - index].process(room[index].propose(proposal))
    room.commit(0)
    assert [group.context.extensions for group in room.groups.values()] == [second.extensions] * 2


def test_policy_is_asked_for_own_and_received_commits(suite: CipherSuite) -> None:
    room = Room(suite, 3)
    with pytest.raises(PolicyViolation):
        room[1].commit([Remove(2)])
    room[1]._state.environment.policy = Policy()
    message = room[1].commit([Remove(2)]).message
    with pytest.raises(PolicyViolation):
        room[0].process(message)


def test_group_context_extensions_need_the_support_of_all(suite: CipherSuite) -> None:
    room = Room(suite, 3)
    known = (Extension(APP_EXTENSION, b"settings"),)
    room.commit(0, GroupContextExtensions(known))
    assert room[2].context.extensions == known
    unknown = (Extension(0xF999, b""),)
    with pytest.raises(ValidationError, match="gce-02"):
        room[0].commit([GroupContextExtensions(unknown)])
    required = (Extension(3, RequiredCapabilities(extensions=(0xF999,)).encode()),)
    with pytest.raises(ValidationError, match="gce-01"):
        room[0].commit([GroupContextExtensions(required)])
    garbled = (Extension(3, b"\xff"),)
    with pytest.raises(ValidationError, match="gce-03"):
        room[0].commit([GroupContextExtensions(garbled)])
    with pytest.raises(ValidationError, match="leaf-06"):
        Group.join_external(
            SigningIdentity.generate(suite, b"plain"),
            room[0].group_info(),
            Environment(lambda: NOW, psks=psks()),
            psk_ids=[ROOM_KEY],
        )


def test_pre_shared_keys_by_proposal(suite: CipherSuite) -> None:
    room = Room(suite, 3)
    nonce = bytes(suite.hash_length)
    room.commit(1, PreSharedKey(PreSharedKeyId.external(ROOM_KEY, nonce)))
    resumption = PreSharedKeyId(
        PskType.RESUMPTION, b"", ResumptionUsage.APPLICATION, ROOM, room[0].epoch - 1, nonce
    )
    room.commit(0, PreSharedKey(resumption))
    room.commit(1, PreSharedKey(replace(resumption, epoch=room[0].epoch)))
    with pytest.raises(ValidationError, match="psk-02"):
        room[0].commit([PreSharedKey(replace(resumption, usage=ResumptionUsage.REINIT))])


def test_reinit_ends_the_group(suite: CipherSuite) -> None:
    room = Room(suite, 2)
    pending = room[0].commit([ReInit(b"next", 1, suite.id)])
    result = room[1].process(pending.message)
    assert isinstance(result, CommitProcessed)
    assert not result.group.is_active
    assert result.group.reinit is not None
    restored = Group.decode(pending.group.encode(), environment())
    assert restored.reinit == result.group.reinit


def test_a_new_identity_by_commit(suite: CipherSuite) -> None:
    room = Room(suite, 3)
    old = room.identities[1]
    fresh = SigningIdentity.generate(suite, b"1")
    room.commit(1, new_identity=fresh)
    room.commit(1)
    leaf = room[0].leaf(1)
    assert leaf is not None
    assert leaf.signature_key == fresh.public_key != old.public_key
    with pytest.raises(ValidationError, match="update-03"):
        room[0].process(
            _unchecked(room[1]).commit(new_identity=SigningIdentity.generate(suite, b"x")).message
        )


def _unchecked(group: Group) -> Group:
    group._state.environment.policy = Policy()
    return group


def test_an_update_by_value_is_refused(suite: CipherSuite) -> None:
    room = Room(suite, 2)
    leaf = room[0].leaf(0)
    assert leaf is not None
    with pytest.raises(ValidationError, match="proplist-01"):
        room[0].commit([Update(leaf)])
