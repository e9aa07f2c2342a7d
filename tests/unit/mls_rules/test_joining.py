"""Group infos and Welcomes that may not be joined by are refused."""

import os
from dataclasses import replace

import pytest

from roomkey.crypto.suite import cipher_suite
from roomkey.mls import (
    Add,
    ExtensionType,
    Group,
    Policy,
    PreSharedKeyId,
    PskType,
    Remove,
    ResumptionUsage,
    SigningIdentity,
)
from roomkey.mls.codec import opaque
from roomkey.mls.ratchet_tree import RatchetTree
from roomkey.mls.tree_hash import tree_hash

from .forged_group_infos import decoded_group_info, join, signed_group_info, with_extension
from .forged_leaves import forge_key_package
from .invitations import Invitation, invite
from .rooms import (
    SUITE,
    Room,
    breach,
    environment,
    make_room,
    new_bundle,
    new_identity,
    nonce,
    psk_proposal,
)

# group infos


def test_the_toolkit_makes_group_infos_and_welcomes_that_are_joined_by() -> None:
    room = make_room(2)
    join(signed_group_info(room.groups[0], decoded_group_info(room.groups[0])))
    assert invite(room).confirmed().accept().own_index == 2


def test_a_group_info_without_a_tree_is_refused_unless_the_tree_is_beside_it() -> None:
    group = make_room(2).groups[0]
    info = with_extension(decoded_group_info(group), ExtensionType.RATCHET_TREE, None)
    with breach("groupinfo-01", group):
        join(signed_group_info(group, info))
    Group.join_external(
        new_identity(b"outsider"),
        group.group_info(with_tree=False),
        environment(),
        tree=group.export_tree(),
    )


def test_a_group_info_with_another_groups_tree_is_refused() -> None:
    group, other = make_room(2).groups[0], make_room(2).groups[0]
    info = with_extension(
        decoded_group_info(group), ExtensionType.RATCHET_TREE, other.export_tree()
    )
    with breach("groupinfo-02", group):
        join(signed_group_info(group, info))


@pytest.mark.parametrize("signer", [2, 3, 99])
def test_a_group_info_by_nobody_is_refused(signer: int) -> None:
    room = make_room(3)
    group = room.groups[0].commit([Remove(2)]).group
    info = replace(decoded_group_info(group), signer=signer)
    with breach("groupinfo-03", group):
        join(signed_group_info(group, info))


def test_a_group_info_that_another_member_signed_is_refused() -> None:
    first, second = make_room(2).groups
    with breach("groupinfo-04", first):
        join(signed_group_info(second, decoded_group_info(first)))


def test_a_group_info_without_external_key_is_refused() -> None:
    group = make_room(2).groups[0]
    info = with_extension(decoded_group_info(group), ExtensionType.EXTERNAL_PUB, None)
    with breach("groupinfo-05", group):
        join(signed_group_info(group, info))


@pytest.mark.parametrize("key", [b"", b"\5" * 31, b"\5" * 33])
def test_a_group_info_whose_external_key_is_no_public_key_is_refused(key: bytes) -> None:
    group = make_room(2).groups[0]
    info = with_extension(decoded_group_info(group), ExtensionType.EXTERNAL_PUB, opaque(key))
    with breach("groupinfo-06", group):
        join(signed_group_info(group, info))


def test_a_welcome_whose_group_info_has_another_confirmation_tag_is_refused() -> None:
    room = make_room(2)
    invitation = invite(room)
    info = replace(invitation.info, confirmation_tag=bytes(SUITE.hash_length))
    with breach("groupinfo-07", *room.groups):
        replace(invitation, info=info).accept()


def test_a_group_info_of_another_suite_is_refused() -> None:
    group = make_room(2).groups[0]
    other = SigningIdentity.generate(cipher_suite(1), b"outsider")
    with breach("groupinfo-08", group):
        join(group.group_info(), other)


# welcomes


def test_a_welcome_for_somebody_else_is_refused() -> None:
    room = make_room(2)
    invitation = invite(room)
    other = new_identity(b"other")
    with breach("welcome-01", *room.groups):
        Group.join_welcome(other, invitation.seal(), new_bundle(identity=other), environment())


def test_a_welcome_of_another_suite_is_refused() -> None:
    room = make_room(2)
    invitation = invite(room)
    welcome = replace(invitation.welcome, cipher_suite=1)
    with breach("welcome-02", *room.groups):
        replace(invitation, welcome=welcome).accept()


def _with_keys(invitation: Invitation, *usages: int) -> Invitation:
    names = tuple(
        PreSharedKeyId(PskType.RESUMPTION, b"", usage, b"earlier group", 5, nonce())
        for usage in usages
    )
    return replace(invitation, secrets=replace(invitation.secrets, psk_ids=names)).confirmed()


def test_a_welcome_with_two_keys_of_groups_that_it_follows_is_refused() -> None:
    room = make_room(2)
    invitation = _with_keys(invite(room), ResumptionUsage.REINIT, ResumptionUsage.BRANCH)
    with breach("welcome-03", *room.groups):
        invitation.accept()


@pytest.mark.parametrize("usage", [ResumptionUsage.REINIT, ResumptionUsage.BRANCH])
def test_a_welcome_that_follows_a_group_into_a_later_epoch_is_refused(usage: int) -> None:
    room = make_room(2)
    invitation = _with_keys(invite(room), usage)
    with breach("welcome-04", *room.groups):
        invitation.accept()


@pytest.mark.parametrize("usage", [ResumptionUsage.REINIT, ResumptionUsage.BRANCH])
def test_a_welcome_that_follows_a_group_is_refused_unless_the_application_takes_it(
    usage: int,
) -> None:
    founder = new_identity(b"founder")
    room = Room([Group.create(founder, b"next", environment())], [founder])
    invitation = _with_keys(invite(room), usage)
    with breach("welcome-07", *room.groups):
        invitation.accept()
    assert invitation.accept(Follows()).epoch == 1


class Follows(Policy):
    """Takes every group for the one that follows."""

    def check_following_group(self, psk_id, context, members) -> None:
        pass


def test_a_welcome_to_a_group_whose_tree_lacks_the_invited_leaf_is_refused() -> None:
    room = make_room(2)
    invitation = invite(room, path=False)
    encoded = invitation.info.extension(ExtensionType.RATCHET_TREE)
    assert encoded is not None
    tree = RatchetTree.decode(SUITE, encoded)
    tree.set(4, forge_key_package().leaf_node)
    info = with_extension(invitation.info, ExtensionType.RATCHET_TREE, tree.encode())
    info = replace(info, context=replace(info.context, tree_hash=tree_hash(tree)))
    with breach("welcome-05", *room.groups):
        replace(invitation, info=info).confirmed().accept()


def test_a_welcome_with_another_path_secret_is_refused() -> None:
    room = make_room(2)
    invitation = invite(room)
    secrets = replace(invitation.secrets, path_secret=os.urandom(SUITE.hash_length))
    with breach("welcome-06", *room.groups):
        replace(invitation, secrets=secrets).accept()


def test_a_welcome_that_names_a_key_the_invited_does_not_have_is_refused() -> None:
    room = make_room(2)
    identity = new_identity(b"invited")
    bundle = new_bundle(identity=identity)
    pending = room.groups[0].commit([Add(bundle.key_package), psk_proposal()])
    assert pending.welcome is not None
    with breach("psk-04", room.groups[0]):
        Group.join_welcome(identity, pending.welcome, bundle, environment(psks=False))
