"""Parent hashes: a leaf vouches for the keys above it (RFC 9420 §7.9)."""

from .codec import opaque
from .leaf_node import LeafNode, LeafNodeSource
from .parent_node import ParentNode
from .ratchet_tree import Node, RatchetTree
from .rules import require
from .tree_hash import original_tree_hash
from .tree_math import is_below, left, right


def parent_hash(tree: RatchetTree, node: ParentNode, other_child: int) -> bytes:
    """Hash a parent together with the child that is not on the path (ParentHashInput)."""
    without = frozenset(node.unmerged_leaves)
    return tree.suite.hash(
        opaque(node.encryption_key)
        + opaque(node.parent_hash)
        + opaque(original_tree_hash(tree, other_child, without))
    )


def _parent_hash_in(node: Node | None) -> bytes | None:
    if isinstance(node, LeafNode):
        return node.parent_hash if node.source == LeafNodeSource.COMMIT else None
    return None if node is None else node.parent_hash


def verify_parent_hashes(tree: RatchetTree) -> None:
    """Check that a commit from below put each parent where it is (tree-03, §7.9.2)."""
    for position in range(1, len(tree.nodes), 2):
        node = tree.nodes[position]
        if isinstance(node, ParentNode):
            links = _count_links(tree, node, left(position), right(position))
            links += _count_links(tree, node, right(position), left(position))
            require(links == 1, "tree-03", f"node {position}")


def _count_links(tree: RatchetTree, node: ParentNode, child: int, other: int) -> int:
    """Count the nodes of the child's resolution that carry the parent's hash as they should."""
    resolution = tree.resolution(child)
    unmerged = {2 * leaf for leaf in node.unmerged_leaves if is_below(2 * leaf, child)}
    # all other nodes of the resolution have to be leaves added after the parent was set
    if len(resolution) != len(unmerged) + 1 or not unmerged.issubset(resolution):
        return 0
    expected = parent_hash(tree, node, other)
    return sum(
        1
        for below in resolution
        if below not in unmerged and _parent_hash_in(tree.nodes[below]) == expected
    )
