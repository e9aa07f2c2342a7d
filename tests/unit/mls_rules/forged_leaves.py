"""Leaves and key packages, signed after they were edited."""

import os
from collections.abc import Callable
from dataclasses import replace

from roomkey.mls import Group, KeyPackage, LeafNode, LeafNodeSource, Policy, SigningIdentity, Update

from .edits import same
from .rooms import SUITE, new_bundle, new_identity, state_of


def forge_update(
    group: Group,
    edit: Callable[[LeafNode], LeafNode] = same,
    *,
    group_id: bytes | None = None,
    signing_key: bytes | None = None,
) -> Update:
    """Make an Update of a member's leaf, signed after it was edited."""
    state = state_of(group)
    leaf = group.leaf(state.own_index)
    assert leaf is not None
    _, public_key = state.suite.kem.generate(os.urandom)
    fresh = replace(
        leaf,
        encryption_key=public_key,
        source=LeafNodeSource.UPDATE,
        lifetime=None,
        parent_hash=b"",
    )
    signed = edit(fresh).sign(
        state.suite,
        signing_key or state.signing_key,
        state.context.group_id if group_id is None else group_id,
        state.own_index,
    )
    return Update(signed)


def forge_key_package(
    edit_leaf: Callable[[LeafNode], LeafNode] = same,
    edit: Callable[[KeyPackage], KeyPackage] = same,
    edit_signed: Callable[[KeyPackage], KeyPackage] = same,
    *,
    identity: SigningIdentity | None = None,
    policy: Policy | None = None,
) -> KeyPackage:
    """Make a key package; leaf and package are signed after they were edited."""
    owner = identity or new_identity(b"newcomer")
    good = new_bundle(policy=policy, identity=owner).key_package
    leaf = edit_leaf(good.leaf_node).sign(SUITE, owner.private_key)
    return edit_signed(edit(replace(good, leaf_node=leaf)).sign(SUITE, owner.private_key))
