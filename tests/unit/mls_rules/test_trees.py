"""Ratchet trees that no group can have are refused, though hash and signature fit them."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from roomkey.mls import Add, ExtensionType, Group, LeafNode
from roomkey.mls.codec import opaque
from roomkey.mls.parent_node import ParentNode
from roomkey.mls.ratchet_tree import RatchetTree, encode_node

from .forged_group_infos import (
    decoded_group_info,
    forge_tree,
    join,
    signed_group_info,
    with_extension,
)
from .rooms import breach, make_room, new_bundle, state_of


def _edit_parent(position: int, change: Callable[[ParentNode], ParentNode]):
    def edit(tree: RatchetTree) -> None:
        node = tree.nodes[position]
        assert isinstance(node, ParentNode)
        tree.nodes[position] = change(node)

    return edit


def _unmerged(position: int, *leaves: int):
    return _edit_parent(position, lambda node: replace(node, unmerged_leaves=leaves))


@pytest.fixture
def full() -> Group:
    """A member of a group of four in whose tree every node has a key."""
    return make_room(4, filled=True).groups[0]


@pytest.fixture
def grown() -> Group:
    """A member of a group of eight, of whom two are unmerged at the nodes above them."""
    group = make_room(6, filled=True).groups[0]
    adds = [Add(new_bundle(b"late %d" % number).key_package) for number in range(2)]
    return group.commit(adds, force_path=False).group


def test_the_trees_that_these_tests_change_are_accepted_unchanged(
    full: Group, grown: Group
) -> None:
    for group in (full, grown):
        join(forge_tree(group, lambda _tree: None))
    top = state_of(grown).tree.parent(7)
    assert top is not None
    assert top.unmerged_leaves == (6, 7)


def test_a_tree_that_ends_in_a_blank_is_refused(full: Group) -> None:
    nodes = b"".join(map(encode_node, [*state_of(full).tree.nodes, None]))
    info = with_extension(decoded_group_info(full), ExtensionType.RATCHET_TREE, opaque(nodes))
    with breach("tree-01", full):
        join(signed_group_info(full, info))


@pytest.mark.parametrize(("place", "like"), [(1, 2), (2, 1)])
def test_a_leaf_where_a_parent_belongs_or_a_parent_where_a_leaf_does_is_refused(
    full: Group, place: int, like: int
) -> None:
    nodes = list(state_of(full).tree.nodes)
    nodes[place] = nodes[like]
    info = with_extension(
        decoded_group_info(full),
        ExtensionType.RATCHET_TREE,
        opaque(b"".join(map(encode_node, nodes))),
    )
    with breach("tree-02", full):
        join(signed_group_info(full, info))


def test_a_parent_whose_hash_no_node_below_carries_is_refused(full: Group) -> None:
    other = state_of(make_room(4, filled=True).groups[0]).tree.parent(3)
    assert other is not None
    key = other.encryption_key
    with breach("tree-03", full):
        join(forge_tree(full, _edit_parent(3, lambda node: replace(node, encryption_key=key))))


@pytest.mark.parametrize("leaves", [(7, 6), (6, 6, 7), (6, 7, 7)])
def test_unmerged_leaves_out_of_order_or_twice_are_refused(
    grown: Group, leaves: tuple[int, ...]
) -> None:
    with breach("tree-04", grown):
        join(forge_tree(grown, _unmerged(7, *leaves)))


@pytest.mark.parametrize(("position", "leaf"), [(9, 0), (7, 99), (1, 7)])
def test_an_unmerged_leaf_that_is_elsewhere_is_refused(
    grown: Group, position: int, leaf: int
) -> None:
    with breach("tree-05", grown):
        join(forge_tree(grown, _unmerged(position, leaf)))


def test_an_unmerged_leaf_that_is_blank_is_refused() -> None:
    group = make_room(3, filled=True).groups[0]
    with breach("tree-05", group):
        join(forge_tree(group, _unmerged(3, 3)))


def test_an_unmerged_leaf_that_a_parent_between_does_not_list_is_refused(full: Group) -> None:
    with breach("tree-06", full):
        join(forge_tree(full, _unmerged(3, 1)))


def test_a_parent_with_a_leafs_key_is_refused(full: Group) -> None:
    leaf = full.leaf(0)
    assert leaf is not None
    key = leaf.encryption_key
    with breach("tree-07", full):
        join(forge_tree(full, _edit_parent(3, lambda node: replace(node, encryption_key=key))))


@pytest.mark.parametrize("key", [b"", b"\5" * 31, b"\5" * 33])
def test_a_parent_whose_key_is_no_public_key_is_refused(full: Group, key: bytes) -> None:
    with breach("tree-08", full):
        join(forge_tree(full, _edit_parent(3, lambda node: replace(node, encryption_key=key))))


def test_a_tree_with_one_leaf_twice_is_refused(full: Group) -> None:
    def edit(tree: RatchetTree) -> None:
        tree.nodes[2] = tree.nodes[0]

    with breach("leaf-09", full):
        join(forge_tree(full, edit))


def test_a_tree_with_a_leaf_of_another_place_is_refused(full: Group) -> None:
    def edit(tree: RatchetTree) -> None:
        tree.nodes[2], tree.nodes[4] = tree.nodes[4], tree.nodes[2]

    with breach("leaf-02", full):
        join(forge_tree(full, edit))


def test_a_tree_with_a_leaf_that_is_changed_is_refused(full: Group) -> None:
    def edit(tree: RatchetTree) -> None:
        leaf = tree.nodes[2]
        assert isinstance(leaf, LeafNode)
        tree.nodes[2] = replace(leaf, signature=bytes(64))

    with breach("leaf-02", full):
        join(forge_tree(full, edit))
