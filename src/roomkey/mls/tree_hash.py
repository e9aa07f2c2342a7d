"""Tree hashes: all that a subtree holds, in one hash (RFC 9420 §7.8)."""

from collections.abc import Set
from dataclasses import replace

from .codec import opaque, optional, uint32
from .parent_node import ParentNode
from .ratchet_tree import RatchetTree
from .tree_math import is_below, left, right, root


def tree_hash(tree: RatchetTree, position: int | None = None) -> bytes:
    """Hash the subtree at a position; the whole tree if none is given."""
    if position is None:
        position = root(tree.leaf_count)
    known = tree.hashes[position]
    if known is None:
        node = tree.nodes[position]
        encoded = None if node is None else node.encode()
        if position % 2 == 0:
            content = _leaf_content(position, encoded)
        else:
            content = _parent_content(
                encoded, tree_hash(tree, left(position)), tree_hash(tree, right(position))
            )
        known = tree.hashes[position] = tree.suite.hash(content)
    return known


def original_tree_hash(tree: RatchetTree, position: int, without: Set[int]) -> bytes:
    """Hash the subtree as it was before the given leaves were added (§7.9)."""
    if not any(is_below(2 * leaf, position) for leaf in without):
        return tree_hash(tree, position)
    if position % 2 == 0:
        return tree.suite.hash(_leaf_content(position, None))
    node = tree.nodes[position]
    if isinstance(node, ParentNode):
        unmerged = tuple(leaf for leaf in node.unmerged_leaves if leaf not in without)
        node = replace(node, unmerged_leaves=unmerged)
    return tree.suite.hash(
        _parent_content(
            None if node is None else node.encode(),
            original_tree_hash(tree, left(position), without),
            original_tree_hash(tree, right(position), without),
        )
    )


def _leaf_content(position: int, encoded: bytes | None) -> bytes:
    return b"\x01" + uint32(position // 2) + optional(encoded)


def _parent_content(encoded: bytes | None, left_hash: bytes, right_hash: bytes) -> bytes:
    return b"\x02" + optional(encoded) + opaque(left_hash) + opaque(right_hash)
