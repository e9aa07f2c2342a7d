"""The ratchet tree: its arithmetic, its changes, its validation."""

from roomkey.crypto.suite import cipher_suite
from roomkey.mls import Add, Remove, Update, tree_math
from roomkey.mls.codec import decode_all
from roomkey.mls.parent_hash import verify_parent_hashes
from roomkey.mls.proposal import decode_proposal
from roomkey.mls.ratchet_tree import RatchetTree
from roomkey.mls.tree_hash import tree_hash
from roomkey.mls.tree_validation import validate_structure

from .case import Case, unhex


def tree_positions(case: Case) -> None:
    leaves = case["n_leaves"]
    root = tree_math.root(leaves)
    assert tree_math.node_width(leaves) == case["n_nodes"]
    assert root == case["root"]
    for node in range(case["n_nodes"]):
        assert (tree_math.left(node) if node % 2 else None) == case["left"][node]
        assert (tree_math.right(node) if node % 2 else None) == case["right"][node]
        assert (tree_math.parent(node) if node != root else None) == case["parent"][node]
        assert (tree_math.sibling(node) if node != root else None) == case["sibling"][node]


def tree_operations(case: Case) -> None:
    tree = RatchetTree.decode(cipher_suite(case["cipher_suite"]), unhex(case["tree_before"]))
    assert tree_hash(tree) == unhex(case["tree_hash_before"])
    match decode_all(decode_proposal, unhex(case["proposal"])):
        case Add(key_package):
            tree.add(key_package.leaf_node)
        case Remove(removed):
            tree.remove(removed)
        case Update(leaf):
            tree.update(case["proposal_sender"], leaf)
    assert tree.encode() == unhex(case["tree_after"])
    assert tree_hash(tree) == unhex(case["tree_hash_after"])


def tree_validation(case: Case) -> None:
    suite = cipher_suite(case["cipher_suite"])
    tree = RatchetTree.decode(suite, unhex(case["tree"]))
    assert tree.encode() == unhex(case["tree"])
    for position in range(len(tree.nodes)):
        assert tree.resolution(position) == case["resolutions"][position]
        assert tree_hash(tree, position) == unhex(case["tree_hashes"][position])
    validate_structure(tree)
    verify_parent_hashes(tree)
    for index, leaf in tree.leaves():
        leaf.verify_signature(suite, unhex(case["group_id"]), index)
