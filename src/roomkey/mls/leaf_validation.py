"""Whether a leaf node or key package may be used in a group (RFC 9420 §7.3, §10.1)."""

from collections.abc import Iterable, Sequence

from roomkey.crypto.suite import CipherSuite

from .codec import PROTOCOL_VERSION
from .extension import Extension
from .group_context import GroupContext
from .key_package import KeyPackage
from .leaf_node import LeafNode, LeafNodeSource
from .policy import Environment
from .rules import enforcing, require


def check_extensions_unique(extensions: Sequence[Extension]) -> None:
    """Check that no extension type is there twice (leaf-13)."""
    types = [extension.type for extension in extensions]
    require(len(set(types)) == len(types), "leaf-13")


def check_leaf_itself(leaf: LeafNode, suite: CipherSuite, group_id: bytes, index: int) -> None:
    """Check what a leaf says of itself, and its signature for its place in the group."""
    with enforcing("leaf-02"):
        leaf.verify_signature(suite, group_id, index)
    with enforcing("leaf-11"):
        suite.kem.check_public_key(leaf.encryption_key)
    require(leaf.capabilities.supports_credential(leaf.credential.type), "leaf-12")
    check_extensions_unique(leaf.extensions)
    listed = leaf.capabilities.supports_extension
    require(all(listed(extension.type) for extension in leaf.extensions), "leaf-04")


def check_leaf_supports_group(leaf: LeafNode, context: GroupContext) -> None:
    """Check that a member understands what the group context uses and demands."""
    capabilities = leaf.capabilities
    require(context.required_capabilities.met_by(capabilities), "leaf-05")
    supported = capabilities.supports_extension
    require(all(supported(extension.type) for extension in context.extensions), "leaf-06")


def check_credential_types(leaf: LeafNode, others: Iterable[LeafNode]) -> None:
    """Check that a new leaf and the other members understand each other's credentials."""
    members = list(others)
    in_use = {member.credential.type for member in members}
    require(all(map(leaf.capabilities.supports_credential, in_use)), "leaf-08")
    # a type that is in use is supported by all: it was checked when the first of it came
    own = leaf.credential.type
    if own not in in_use:
        supported = all(member.capabilities.supports_credential(own) for member in members)
        require(supported, "leaf-07")


def _check_source(leaf: LeafNode, source: int) -> None:
    """Check that a leaf was made for where it is found."""
    require(leaf.source == source, "leaf-01")


def validate_new_leaf(
    leaf: LeafNode,
    source: int,
    index: int,
    context: GroupContext,
    environment: Environment,
    suite: CipherSuite,
) -> None:
    """Check a leaf that a member, or who becomes one, put into an Update or a path."""
    _check_source(leaf, source)
    check_leaf_itself(leaf, suite, context.group_id, index)
    environment.policy.check_leaf(leaf, index, context)


def validate_key_package(
    key_package: KeyPackage,
    suite: CipherSuite,
    environment: Environment,
    context: GroupContext | None,
) -> None:
    """Check a key package before its owner is added."""
    require(key_package.version == PROTOCOL_VERSION, "keypkg-01")
    require(key_package.cipher_suite == suite.id, "keypkg-02")
    leaf = key_package.leaf_node
    _check_source(leaf, LeafNodeSource.KEY_PACKAGE)
    require(key_package.init_key != leaf.encryption_key, "keypkg-03")
    with enforcing("keypkg-04"):
        key_package.verify_signature(suite)
    with enforcing("keypkg-05"):
        suite.kem.check_public_key(key_package.init_key)
    check_extensions_unique(key_package.extensions)
    check_leaf_itself(leaf, suite, b"", 0)
    assert leaf.lifetime is not None
    now = environment.clock()
    require(leaf.lifetime.not_before <= now <= leaf.lifetime.not_after, "leaf-03")
    length = leaf.lifetime.not_after - leaf.lifetime.not_before
    require(length <= environment.policy.maximum_lifetime, "leaf-14")
    environment.policy.check_leaf(leaf, None, context)
