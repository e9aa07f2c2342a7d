"""Whether a ratchet tree that somebody sent is one that a group can have (RFC 9420 §12.4.3.1)."""

from .group_context import GroupContext
from .leaf_node import LeafNode
from .leaf_validation import check_leaf_itself, check_leaf_supports_group
from .parent_hash import verify_parent_hashes
from .parent_node import ParentNode
from .policy import Policy
from .ratchet_tree import RatchetTree
from .rules import enforcing, require
from .tree_math import direct_path, is_below


def validate_tree(tree: RatchetTree, context: GroupContext, policy: Policy) -> None:
    """Check a tree before joining its group: form, signatures, members, parent hashes."""
    validate_structure(tree)
    leaves = list(tree.leaves())
    credential_types = {leaf.credential.type for _, leaf in leaves}
    for index, leaf in leaves:
        check_leaf_itself(leaf, tree.suite, context.group_id, index)
        check_leaf_supports_group(leaf, context)
        require(all(map(leaf.capabilities.supports_credential, credential_types)), "leaf-08")
        policy.check_leaf(leaf, index, context)
    verify_parent_hashes(tree)


def validate_structure(tree: RatchetTree) -> None:
    """Check that no key is there twice, and that unmerged leaves are where they may be."""
    encryption_keys: set[bytes] = set()
    signature_keys: set[bytes] = set()
    for position, node in enumerate(tree.nodes):
        if node is None:
            continue
        if isinstance(node, LeafNode):
            require(node.signature_key not in signature_keys, "leaf-09")
            require(node.encryption_key not in encryption_keys, "leaf-10")
            signature_keys.add(node.signature_key)
        else:
            _validate_unmerged_leaves(tree, position, node)
            with enforcing("tree-08"):
                tree.suite.kem.check_public_key(node.encryption_key)
            require(node.encryption_key not in encryption_keys, "tree-07")
        encryption_keys.add(node.encryption_key)


def _validate_unmerged_leaves(tree: RatchetTree, position: int, node: ParentNode) -> None:
    unmerged = node.unmerged_leaves
    require(list(unmerged) == sorted(set(unmerged)), "tree-04", f"node {position}")
    for leaf in unmerged:
        below = is_below(2 * leaf, position) and tree.leaf(leaf) is not None
        require(below, "tree-05", f"node {position}")
        path = direct_path(2 * leaf, tree.leaf_count)
        for between in path[: path.index(position)]:
            parent = tree.parent(between)
            require(parent is None or leaf in parent.unmerged_leaves, "tree-06", f"node {position}")
