"""Leaf nodes that may not be used are refused, in Updates, paths, key packages and trees."""

from dataclasses import replace

import pytest

from roomkey.mls import (
    Add,
    Credential,
    Extension,
    ExtensionType,
    GroupContextExtensions,
    LeafNode,
    LeafNodeSource,
    Lifetime,
    Policy,
    RequiredCapabilities,
)

from .edits import expired, unsupporting
from .forged_commits import Forgery, forge_commit
from .forged_leaves import forge_key_package, forge_update
from .forged_messages import forge_message
from .rooms import NOW, breach, make_room

SPECIAL = 0xF00A


class Special(Policy):
    """Supports an extension that not everybody knows."""

    supported_extensions = (SPECIAL,)


def test_the_toolkit_makes_leaves_that_are_accepted_as_long_as_no_rule_is_broken() -> None:
    sender, receiver = make_room(2).groups
    update = forge_update(sender)
    assert receiver.process(forge_message(sender, update)).proposal == update
    add = Add(forge_key_package())
    assert receiver.process(forge_commit(sender, [add])).added == [2]


@pytest.mark.parametrize("source", [LeafNodeSource.KEY_PACKAGE, LeafNodeSource.COMMIT])
def test_an_update_with_a_leaf_from_elsewhere_is_refused(source: int) -> None:
    sender, receiver = make_room(2).groups
    update = forge_update(
        sender, lambda leaf: replace(leaf, source=source, lifetime=Lifetime(NOW - 9, NOW + 9))
    )
    with breach("leaf-01", receiver):
        receiver.process(forge_message(sender, update))


@pytest.mark.parametrize("source", [LeafNodeSource.KEY_PACKAGE, LeafNodeSource.UPDATE])
def test_a_path_with_a_leaf_from_elsewhere_is_refused(source: int) -> None:
    sender, receiver = make_room(2).groups
    how = Forgery(
        edit_leaf=lambda leaf: replace(leaf, source=source, lifetime=Lifetime(NOW - 9, NOW + 9))
    )
    with breach("leaf-01", receiver):
        receiver.process(forge_commit(sender, how=how))


@pytest.mark.parametrize("source", [LeafNodeSource.UPDATE, LeafNodeSource.COMMIT])
def test_a_key_package_with_a_leaf_from_elsewhere_is_refused(source: int) -> None:
    sender, receiver = make_room(2).groups
    package = forge_key_package(lambda leaf: replace(leaf, source=source))
    with breach("leaf-01", receiver):
        receiver.process(forge_message(sender, Add(package)))


def test_a_leaf_that_is_signed_for_another_group_is_refused() -> None:
    sender, receiver = make_room(2).groups
    with breach("leaf-02", receiver):
        receiver.process(forge_message(sender, forge_update(sender, group_id=b"another")))


def test_a_leaf_that_another_key_signed_is_refused() -> None:
    room = make_room(2)
    sender, receiver = room.groups
    update = forge_update(sender, signing_key=room.identities[1].private_key)
    with breach("leaf-02", receiver):
        receiver.process(forge_message(sender, update))


def _not_yet(leaf: LeafNode) -> LeafNode:
    return replace(leaf, lifetime=Lifetime(NOW + 1, NOW + 10))


@pytest.mark.parametrize("edit", [expired, _not_yet])
def test_a_key_package_outside_its_lifetime_is_refused(edit) -> None:
    sender, receiver = make_room(2).groups
    with breach("leaf-03", receiver):
        receiver.process(forge_message(sender, Add(forge_key_package(edit))))


@pytest.mark.parametrize("lifetime", [Lifetime(NOW, NOW + 9), Lifetime(NOW - 9, NOW)])
def test_a_key_package_at_either_end_of_its_lifetime_is_accepted(lifetime: Lifetime) -> None:
    sender, receiver = make_room(2).groups
    add = Add(forge_key_package(lambda leaf: replace(leaf, lifetime=lifetime)))
    assert receiver.process(forge_message(sender, add)).proposal == add


def test_a_key_package_that_lives_longer_than_the_application_allows_is_refused() -> None:
    sender, receiver = make_room(2).groups
    longest = Policy().maximum_lifetime

    def lasting(seconds: int) -> Add:
        lifetime = Lifetime(NOW, NOW + seconds)
        return Add(forge_key_package(lambda leaf: replace(leaf, lifetime=lifetime)))

    with breach("leaf-14", receiver):
        receiver.process(forge_message(sender, lasting(longest + 1)))
    assert receiver.process(forge_message(sender, lasting(longest))).sender == 0


def test_a_leaf_with_an_extension_it_does_not_list_is_refused() -> None:
    sender, receiver = make_room(2).groups
    update = forge_update(sender, lambda leaf: replace(leaf, extensions=(Extension(SPECIAL, b""),)))
    with breach("leaf-04", receiver):
        receiver.process(forge_message(sender, update))


def test_a_new_member_that_lacks_a_required_capability_is_refused() -> None:
    required = RequiredCapabilities(extensions=(SPECIAL,)).encode()
    extensions = [Extension(ExtensionType.REQUIRED_CAPABILITIES, required)]
    sender, receiver = make_room(2, policy=Special(), extensions=extensions).groups
    package = forge_key_package(unsupporting(Special()), policy=Special())
    with breach("leaf-05", receiver):
        receiver.process(forge_commit(sender, [Add(package)]))


def test_a_new_member_that_does_not_know_an_extension_of_the_group_is_refused() -> None:
    extensions = [Extension(SPECIAL, b"")]
    sender, receiver = make_room(2, policy=Special(), extensions=extensions).groups
    package = forge_key_package(unsupporting(Special()), policy=Special())
    with breach("leaf-06", receiver):
        receiver.process(forge_commit(sender, [Add(package)]))


def _credential(credentials: tuple[int, ...], credential_type: int):
    def edit(leaf: LeafNode) -> LeafNode:
        return replace(
            leaf,
            credential=Credential(credential_type, b"who"),
            capabilities=replace(leaf.capabilities, credentials=credentials),
        )

    return edit


def test_a_new_member_whose_credential_type_a_member_does_not_know_is_refused() -> None:
    sender, receiver = make_room(2).groups
    package = forge_key_package(_credential((1, 0xF00B), 0xF00B))
    with breach("leaf-07", receiver):
        receiver.process(forge_commit(sender, [Add(package)]))


def test_a_new_member_that_does_not_know_the_members_credential_type_is_refused() -> None:
    sender, receiver = make_room(2).groups
    package = forge_key_package(_credential((0xF00B,), 0xF00B))
    with breach("leaf-08", receiver):
        receiver.process(forge_commit(sender, [Add(package)]))


def test_a_path_whose_leaf_has_another_members_signature_key_is_refused() -> None:
    room = make_room(3)
    how = Forgery(identity=room.identities[1])
    with breach("leaf-09", room.groups[2]):
        room.groups[2].process(forge_commit(room.groups[0], how=how))


def test_a_new_member_with_another_members_encryption_key_is_refused() -> None:
    sender, receiver = make_room(2).groups
    taken = sender.leaf(1)
    assert taken is not None
    package = forge_key_package(lambda leaf: replace(leaf, encryption_key=taken.encryption_key))
    with breach("leaf-10", receiver):
        receiver.process(forge_commit(sender, [Add(package)]))


@pytest.mark.parametrize("key", [b"", b"\5" * 31, b"\5" * 33])
def test_a_leaf_whose_encryption_key_is_no_public_key_is_refused(key: bytes) -> None:
    sender, receiver = make_room(2).groups
    update = forge_update(sender, lambda leaf: replace(leaf, encryption_key=key))
    with breach("leaf-11", receiver):
        receiver.process(forge_message(sender, update))


def test_a_leaf_that_does_not_list_its_own_credential_type_is_refused() -> None:
    sender, receiver = make_room(2).groups
    update = forge_update(
        sender,
        lambda leaf: replace(leaf, capabilities=replace(leaf.capabilities, credentials=(2,))),
    )
    with breach("leaf-12", receiver):
        receiver.process(forge_message(sender, update))


def test_extensions_of_which_two_have_one_type_are_refused_wherever_they_are() -> None:
    sender, receiver = make_room(2).groups
    twice = (Extension(ExtensionType.APPLICATION_ID, b"1"),) * 2
    update = forge_update(sender, lambda leaf: replace(leaf, extensions=twice))
    package = forge_key_package(edit=lambda package: replace(package, extensions=twice))
    for proposal in (update, Add(package), GroupContextExtensions(twice)):
        with breach("leaf-13", receiver):
            receiver.process(forge_message(sender, proposal))
