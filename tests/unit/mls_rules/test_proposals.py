"""Proposals that are wrong by themselves are refused, sent alone or in a commit."""

from dataclasses import replace

import pytest

from roomkey.mls import (
    Add,
    Credential,
    Extension,
    ExtensionType,
    ExternalInit,
    ExternalSender,
    Group,
    GroupContextExtensions,
    LeafNode,
    Policy,
    PreSharedKey,
    PreSharedKeyId,
    PskType,
    ReInit,
    Remove,
    RequiredCapabilities,
    ResumptionUsage,
    Sender,
    SenderType,
    encode_external_senders,
)

from .forged_commits import INIT, Forgery, forge_commit, joiner
from .forged_leaves import forge_update
from .forged_messages import forge_message
from .rooms import (
    Room,
    breach,
    environment,
    make_room,
    new_bundle,
    new_identity,
    nonce,
    psk_proposal,
)

SPECIAL = 0xF00A
OUTSIDE = Sender(SenderType.EXTERNAL, 0)


class TakesFromOutside(Policy):
    """Accepts every proposal from outside that the protocol does."""

    def check_external_proposal(self, proposal, sender, context) -> None:
        pass


def _room_with_external_sender(policy: Policy | None = None) -> tuple[Room, bytes]:
    server = new_identity(b"server")
    senders = encode_external_senders((ExternalSender(server.public_key, server.credential),))
    return make_room(2, policy=policy, extensions=[senders]), server.private_key


def test_an_update_that_keeps_the_encryption_key_is_refused() -> None:
    sender, receiver = make_room(2).groups
    current = sender.leaf(0)
    assert current is not None
    update = forge_update(sender, lambda leaf: replace(leaf, encryption_key=current.encryption_key))
    with breach("update-02", receiver):
        receiver.process(forge_message(sender, update))


def _renamed(leaf: LeafNode) -> LeafNode:
    return replace(leaf, credential=Credential.basic(b"somebody else"))


def test_a_leaf_that_takes_another_name_is_refused_in_an_update_and_in_a_path() -> None:
    sender, receiver = make_room(2).groups
    with breach("update-03", receiver):
        receiver.process(forge_message(sender, forge_update(sender, _renamed)))
    with breach("update-03", receiver):
        receiver.process(forge_commit(sender, how=Forgery(edit_leaf=_renamed)))


@pytest.mark.parametrize("leaf", [1, 3, 1 << 31])
def test_a_remove_of_nobody_is_refused(leaf: int) -> None:
    room = make_room(3)
    room.turn(0, [Remove(1)])
    sender, receiver = room.groups
    with breach("remove-01", receiver):
        receiver.process(forge_message(sender, Remove(leaf)))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_pre_shared_keys_nonce_of_another_length_is_refused(length: int) -> None:
    sender, receiver = make_room(2).groups
    proposal = PreSharedKey(PreSharedKeyId.external(b"shared", bytes(length)))
    with breach("psk-01", receiver):
        receiver.process(forge_message(sender, proposal))


def _resumption(usage: int) -> PreSharedKey:
    return PreSharedKey(PreSharedKeyId(PskType.RESUMPTION, b"", usage, b"group", 1, nonce()))


def test_a_reinitialization_key_in_a_running_group_is_refused() -> None:
    sender, receiver = make_room(2).groups
    with breach("psk-02", receiver):
        receiver.process(forge_message(sender, _resumption(ResumptionUsage.REINIT)))


def test_a_branch_key_in_a_running_group_is_refused() -> None:
    sender, receiver = make_room(2).groups
    with breach("psk-03", receiver):
        receiver.process(forge_message(sender, _resumption(ResumptionUsage.BRANCH)))


def test_a_commit_with_a_key_that_the_receiver_does_not_have_is_refused() -> None:
    sender, stored = make_room(2).groups
    receiver = Group.decode(stored.encode(), environment(psks=False))
    receiver.encode()
    with breach("psk-04", receiver):
        receiver.process(forge_commit(sender, [psk_proposal()]))


def test_a_reinit_to_an_older_version_is_refused() -> None:
    sender, receiver = make_room(2).groups
    with breach("reinit-01", receiver):
        receiver.process(forge_message(sender, ReInit(b"next", 0, 3)))


@pytest.mark.parametrize("output", [b"", b"\5" * 31, bytes(32)])
def test_an_external_init_that_does_not_open_is_refused(output: bytes) -> None:
    sender, receiver = make_room(2).groups
    message = forge_commit(sender, [INIT, psk_proposal()], joiner(kem_output=output))
    with breach("extinit-01", receiver):
        receiver.process(message)


def test_requirements_that_a_member_does_not_meet_are_refused() -> None:
    sender, receiver = make_room(2).groups
    required = RequiredCapabilities(extensions=(SPECIAL,)).encode()
    setting = GroupContextExtensions((Extension(ExtensionType.REQUIRED_CAPABILITIES, required),))
    with breach("gce-01", receiver):
        receiver.process(forge_commit(sender, [setting]))


def test_group_extensions_that_a_member_does_not_know_are_refused() -> None:
    sender, receiver = make_room(2).groups
    setting = GroupContextExtensions((Extension(SPECIAL, b""),))
    with breach("gce-02", receiver):
        receiver.process(forge_commit(sender, [setting]))


@pytest.mark.parametrize(
    "kind", [ExtensionType.REQUIRED_CAPABILITIES, ExtensionType.EXTERNAL_SENDERS]
)
def test_group_extensions_that_cannot_be_read_are_refused(kind: int) -> None:
    sender, receiver = make_room(2).groups
    with breach("gce-03", receiver):
        receiver.process(
            forge_message(sender, GroupContextExtensions((Extension(kind, b"\x05\0"),)))
        )


def test_a_proposal_from_outside_of_a_type_for_members_is_refused() -> None:
    room, key = _room_with_external_sender(TakesFromOutside())
    sender, receiver = room.groups
    for proposal in (ExternalInit(bytes(32)), forge_update(sender)):
        message = forge_message(sender, proposal, sender=OUTSIDE, signing_key=key)
        with breach("extprop-01", receiver):
            receiver.process(message)


def test_a_proposal_from_outside_is_refused_unless_the_application_takes_it() -> None:
    newcomer = new_identity(b"newcomer")
    add = Add(new_bundle(identity=newcomer).key_package)
    outside = Sender(SenderType.NEW_MEMBER_PROPOSAL)
    sender, receiver = make_room(2).groups
    message = forge_message(sender, add, sender=outside, signing_key=newcomer.private_key)
    with breach("extprop-02", receiver):
        receiver.process(message)
    sender, receiver = make_room(2, policy=TakesFromOutside()).groups
    message = forge_message(sender, add, sender=outside, signing_key=newcomer.private_key)
    assert receiver.process(message).proposal == add
