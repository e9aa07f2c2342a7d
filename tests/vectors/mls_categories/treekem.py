"""Update paths: made, sent and received by every member."""

import os
from dataclasses import replace

from roomkey.crypto.suite import cipher_suite
from roomkey.mls import GroupContext, LeafNodeSource
from roomkey.mls.codec import decode_all
from roomkey.mls.ratchet_tree import RatchetTree
from roomkey.mls.tree_hash import tree_hash
from roomkey.mls.treekem import decrypt_path, derive_path, encrypt_path, merge_path
from roomkey.mls.update_path import UpdatePath

from .case import Case, context_of, private_key, unhex

NOBODY: frozenset[int] = frozenset()


class TreeCase:
    """A member's view of the tree of a TreeKEM case."""

    def __init__(self, case: Case, own_index: int) -> None:
        self.suite = suite = cipher_suite(case["cipher_suite"])
        self.case = case
        self.own_index = own_index
        self.tree = RatchetTree.decode(suite, unhex(case["ratchet_tree"]))
        member = next(item for item in case["leaves_private"] if item["index"] == own_index)
        self.signing_key = private_key(suite, member["signature_priv"])
        own_private = private_key(suite, member["encryption_priv"])
        leaf = self.tree.leaf(own_index)
        assert leaf is not None
        assert suite.kem.public_key(own_private) == leaf.encryption_key
        self.private_keys = {2 * own_index: own_private}
        for item in member["path_secrets"]:
            derived = derive_path(suite, [item["node"]], unhex(item["path_secret"]))
            node = self.tree.nodes[item["node"]]
            assert node is not None
            assert derived.public_keys[item["node"]] == node.encryption_key
            self.private_keys |= derived.private_keys

    def context(self) -> GroupContext:
        case = self.case
        context = context_of(self.suite, case, case["epoch"], "", case["confirmed_transcript_hash"])
        return replace(context, tree_hash=tree_hash(self.tree))

    def receive(self, sender: int, path: UpdatePath) -> tuple[dict[int, bytes], bytes]:
        filtered = self.tree.filtered_direct_path(sender)
        path.leaf_node.verify_signature(self.suite, unhex(self.case["group_id"]), sender)
        keys = [node.encryption_key for node in path.nodes]
        expected = merge_path(self.tree, sender, filtered, keys)
        assert expected == path.leaf_node.parent_hash
        self.tree.set(2 * sender, path.leaf_node)
        derived = decrypt_path(
            self.tree,
            self.own_index,
            sender,
            path,
            filtered,
            NOBODY,
            self.context(),
            self.private_keys,
        )
        return derived.path_secrets, derived.commit_secret

    def send(self) -> tuple[UpdatePath, bytes]:
        suite, tree = self.suite, self.tree
        filtered = tree.filtered_direct_path(self.own_index)
        positions = [position for position, _, _ in filtered]
        derived = derive_path(suite, positions, os.urandom(suite.hash_length))
        keys = list(derived.public_keys.values())
        parent_hash = merge_path(tree, self.own_index, filtered, keys)
        old = tree.leaf(self.own_index)
        assert old is not None
        leaf = replace(
            old,
            encryption_key=suite.kem.generate(os.urandom)[1],
            source=LeafNodeSource.COMMIT,
            lifetime=None,
            parent_hash=parent_hash,
        ).sign(suite, self.signing_key, unhex(self.case["group_id"]), self.own_index)
        tree.set(2 * self.own_index, leaf)
        nodes = encrypt_path(tree, filtered, derived, NOBODY, self.context(), os.urandom)
        return UpdatePath(leaf, nodes), derived.commit_secret


def treekem(case: Case) -> None:
    members = [item["index"] for item in case["leaves_private"]]
    for item in case["update_paths"]:
        sender = item["sender"]
        path = decode_all(UpdatePath.decode, unhex(item["update_path"]))
        own_path, own_secret = TreeCase(case, sender).send()
        own_path = decode_all(UpdatePath.decode, own_path.encode())
        for member in members:
            if member == sender:
                continue
            view = TreeCase(case, member)
            path_secrets, commit_secret = view.receive(sender, path)
            assert tree_hash(view.tree) == unhex(item["tree_hash_after"])
            assert next(iter(path_secrets.values())) == unhex(item["path_secrets"][member])
            assert commit_secret == unhex(item["commit_secret"])
            assert TreeCase(case, member).receive(sender, own_path)[1] == own_secret
