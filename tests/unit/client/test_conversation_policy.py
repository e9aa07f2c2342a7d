"""What the two of a private conversation refuse once it has begun."""

from dataclasses import replace

import pytest
from correspondents import DAY, ROOM, Scene, Stocked

from roomkey.client.key_stock import identity_of
from roomkey.client.policy import encode_statements, room_policy_of
from roomkey.client.room_policy import ROOM_POLICY_EXTENSION
from roomkey.client.room_state import RoomState, new_identity
from roomkey.crypto.signature import ED25519
from roomkey.errors import GhostMember, PolicyViolation, SendingExhausted
from roomkey.keys.root import derive_secrets, psk_id
from roomkey.mls import (
    Add,
    CommitProcessed,
    Credential,
    Environment,
    Group,
    GroupContextExtensions,
    KeyPackage,
    Policy,
    PreSharedKeyId,
    Proposal,
    PskType,
    Remove,
    create_key_package,
)
from roomkey.mls.codec import opaque
from roomkey.mls.credential import CredentialType
from roomkey.wire.transcripts import leave_transcript


def _lawless(state: RoomState) -> Group:
    """A member's group without the checks of conversations."""
    policy = Policy()
    policy.supported_extensions = (ROOM_POLICY_EXTENSION,)
    environment = Environment(clock=state.environment.clock, policy=policy)
    group = Group.decode(state.joined.encode(), environment)
    with pytest.raises(SendingExhausted):
        group.commit()
    group.encode()
    return group


def _package(now: int) -> KeyPackage:
    policy = Policy()
    policy.supported_extensions = (ROOM_POLICY_EXTENSION,)
    environment = Environment(clock=lambda: now, policy=policy)
    bundle = create_key_package(new_identity(), environment, lifetime_seconds=DAY)
    return bundle.key_package


@pytest.mark.parametrize("what", ["add", "remove", "rules"])
def test_neither_changes_who_is_in_it_or_its_rules(
    scene: Scene, stocked: Stocked, what: str
) -> None:
    bob, lawless = scene.take_up(), _lawless(scene.alice)
    rules = replace(room_policy_of(lawless), revision=1, locked=False)
    signed = rules.sign(scene.alice.identity.private_key, ROOM).as_extension()
    proposals: dict[str, Proposal] = {
        "add": Add(_package(stocked.now)),
        "remove": Remove(1),
        "rules": GroupContextExtensions((signed,)),
    }
    made = lawless.commit([proposals[what]])
    with pytest.raises((PolicyViolation, GhostMember)):
        bob.joined.process(made.message)
    with pytest.raises((PolicyViolation, GhostMember)):
        scene.alice.joined.commit([proposals[what]])
    # an update is fine
    renewed = scene.alice.joined.commit()
    bob.joined.process(renewed.message)


def test_who_comes_in_again_does_not_take_other_rules(scene: Scene) -> None:
    bob, lawless = scene.take_up(), _lawless(scene.alice)
    rules = replace(room_policy_of(lawless), revision=1, locked=False)
    signed = rules.sign(scene.alice.identity.private_key, ROOM).as_extension()
    made = lawless.commit([GroupContextExtensions((signed,))])
    with pytest.raises(PolicyViolation):
        Group.join_external(
            bob.identity, made.group.group_info(), bob.environment, psk_ids=(psk_id(0),), resync=1
        )


def test_a_third_who_knows_the_root_is_kept_out(scene: Scene) -> None:
    bob = scene.take_up()
    secrets = derive_secrets(scene.root)
    policy = Policy()
    policy.supported_extensions = (ROOM_POLICY_EXTENSION,)
    environment = Environment(
        clock=scene.alice.environment.clock, policy=policy, psks=lambda _: secrets.psk
    )
    joined = Group.join_external(
        new_identity(), scene.alice.joined.group_info(), environment, psk_ids=(psk_id(0),)
    )
    for state in (scene.alice, bob):
        with pytest.raises((PolicyViolation, GhostMember)):
            state.joined.process(joined.message)


def test_one_of_the_two_without_the_root_does_not_resync(scene: Scene) -> None:
    scene.take_up()
    policy = Policy()
    policy.supported_extensions = (ROOM_POLICY_EXTENSION,)
    environment = Environment(clock=scene.alice.environment.clock, policy=policy)
    joined = Group.join_external(
        identity_of(scene.own), scene.alice.joined.group_info(), environment, resync=1
    )
    with pytest.raises(PolicyViolation):
        scene.alice.joined.process(joined.message)


def test_either_comes_in_again_in_its_own_place_alone(scene: Scene) -> None:
    bob, alice = scene.take_up(), scene.alice
    info, name = alice.joined.group_info(), psk_id(0)
    again = Group.join_external(bob.identity, info, bob.environment, psk_ids=(name,), resync=1)
    processed = alice.joined.process(again.message)
    assert isinstance(processed, CommitProcessed)
    assert processed.group.epoch_authenticator == again.group.epoch_authenticator
    names, context = [PreSharedKeyId.external(name, bytes(32))], alice.joined.context
    his, hers = alice.joined.leaf(1), alice.joined.leaf(0)
    assert his is not None
    assert hers is not None
    check = alice.policy.check_external_commit
    check(names, his, his, context)
    other = replace(his, credential=Credential.basic(b"p" * 16))
    for removed, new in ((None, his), (hers, his), (his, hers), (his, other)):
        with pytest.raises(PolicyViolation, match="a join to a private"):
            check(names, removed, new, context)
    twice = [*names, PreSharedKeyId.external(name, bytes(32))]
    older = [PreSharedKeyId.external(psk_id(1), bytes(32))]
    more = [*names, PreSharedKeyId(PskType.RESUMPTION, nonce=bytes(32))]
    for wrong in ([], twice, older, more):
        with pytest.raises(PolicyViolation, match="without the conversation's key"):
            check(wrong, his, his, context)


@pytest.mark.parametrize(
    "credential",
    [Credential.basic(b"p" * 15), Credential(CredentialType.X509, opaque(b"p" * 15))],
    ids=["of another length", "a certificate"],
)
def test_a_member_whose_credential_is_no_pseudonym_is_refused(
    scene: Scene, credential: Credential
) -> None:
    leaf = scene.alice.joined.leaf(1)
    assert leaf is not None
    scene.alice.policy.check_leaf(leaf, 1, None)
    with pytest.raises(PolicyViolation, match="not a pseudonym"):
        scene.alice.policy.check_leaf(replace(leaf, credential=credential), 1, None)


def test_who_has_left_is_not_added_again_even_as_one_of_the_two(scene: Scene) -> None:
    bob, alice = scene.take_up(), scene.alice
    signed = leave_transcript(ROOM, bob.leaf_key)
    statement = ED25519.sign(bob.identity.private_key, signed)
    data = encode_statements({1: statement})
    alone = alice.joined.commit([Remove(1)], authenticated_data=data).group
    alone.encode()
    with pytest.raises(PolicyViolation, match="somebody was added"):
        alone.commit([Add(scene.own.bundle.key_package)])
