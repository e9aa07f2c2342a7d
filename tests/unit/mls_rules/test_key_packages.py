"""Key packages that may not be used are refused when somebody proposes to add their owner."""

from dataclasses import replace

import pytest

from roomkey.mls import Add, KeyPackage

from .forged_leaves import forge_key_package
from .forged_messages import forge_message
from .rooms import breach, make_room


def test_a_key_package_of_another_version_is_refused() -> None:
    sender, receiver = make_room(2).groups
    package = forge_key_package(edit=lambda package: replace(package, version=2))
    with breach("keypkg-01", receiver):
        receiver.process(forge_message(sender, Add(package)))


def test_a_key_package_of_another_suite_is_refused() -> None:
    sender, receiver = make_room(2).groups
    package = forge_key_package(edit=lambda package: replace(package, cipher_suite=1))
    with breach("keypkg-02", receiver):
        receiver.process(forge_message(sender, Add(package)))


def _one_key(package: KeyPackage) -> KeyPackage:
    return replace(package, init_key=package.leaf_node.encryption_key)


def test_a_key_package_with_one_key_for_two_uses_is_refused() -> None:
    sender, receiver = make_room(2).groups
    with breach("keypkg-03", receiver):
        receiver.process(forge_message(sender, Add(forge_key_package(edit=_one_key))))


def test_a_key_package_changed_after_it_was_signed_is_refused() -> None:
    sender, receiver = make_room(2).groups
    other = forge_key_package().init_key
    package = forge_key_package(edit_signed=lambda package: replace(package, init_key=other))
    with breach("keypkg-04", receiver):
        receiver.process(forge_message(sender, Add(package)))


@pytest.mark.parametrize("key", [b"", b"\5" * 31, b"\5" * 33])
def test_a_key_package_whose_init_key_is_no_public_key_is_refused(key: bytes) -> None:
    sender, receiver = make_room(2).groups
    package = forge_key_package(edit=lambda package: replace(package, init_key=key))
    with breach("keypkg-05", receiver):
        receiver.process(forge_message(sender, Add(package)))
