"""TreeKEM: how a committer gives fresh keys to those who stay (RFC 9420 §7.4-§7.6)."""

import hmac
from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import TypeAlias

from roomkey.crypto.randomness import Random
from roomkey.crypto.suite import CipherSuite

from .group_context import GroupContext
from .labels import decrypt_with_label, derive_secret, encrypt_with_label
from .parent_hash import parent_hash
from .parent_node import ParentNode
from .ratchet_tree import RatchetTree
from .rules import enforcing, require
from .tree_math import common_ancestor
from .update_path import HpkeCiphertext, UpdatePath, UpdatePathNode

FilteredPath: TypeAlias = list[tuple[int, int, list[int]]]
"""What `RatchetTree.filtered_direct_path` gives."""

_PATH_NODE = b"UpdatePathNode"


@dataclass(frozen=True, slots=True, repr=False)
class DerivedPath:
    """The secrets of a chain of nodes, by position, and the commit secret above them."""

    path_secrets: dict[int, bytes]
    private_keys: dict[int, bytes]
    public_keys: dict[int, bytes]
    commit_secret: bytes


def derive_path(suite: CipherSuite, positions: Sequence[int], first: bytes) -> DerivedPath:
    """Derive the key pairs from the first path secret upwards (§7.4)."""
    secret = first
    path_secrets, private_keys, public_keys = {}, {}, {}
    for position in positions:
        path_secrets[position] = secret
        node_secret = derive_secret(suite, secret, b"node")
        private_keys[position], public_keys[position] = suite.kem.derive_key_pair(node_secret)
        secret = derive_secret(suite, secret, b"path")
    # with nobody else in the group there is no path, but the random secret counts all the same
    commit_secret = secret if positions else derive_secret(suite, secret, b"path")
    return DerivedPath(path_secrets, private_keys, public_keys, commit_secret)


def merge_path(
    tree: RatchetTree, leaf: int, filtered: FilteredPath, public_keys: Sequence[bytes]
) -> bytes:
    """Put a path's public keys in place; gives the parent hash that its leaf must have (§7.5)."""
    tree.blank_path(leaf)
    above = b""
    for (position, other_child, _), key in reversed(list(zip(filtered, public_keys, strict=True))):
        tree.nodes[position] = node = ParentNode(key, above)
        above = parent_hash(tree, node, other_child)
    return above


def encrypt_path(
    tree: RatchetTree,
    filtered: FilteredPath,
    path: DerivedPath,
    added: Set[int],
    context: GroupContext,
    random: Random,
) -> tuple[UpdatePathNode, ...]:
    """Encrypt each path secret to the copath, except to new members' nodes (§7.5).

    The context is the provisional one: next epoch, new tree hash, old transcript.
    """
    encoded_context = context.encode()

    def encrypt(position: int, secret: bytes) -> HpkeCiphertext:
        node = tree.nodes[position]
        assert node is not None
        return HpkeCiphertext(
            *encrypt_with_label(
                tree.suite, node.encryption_key, _PATH_NODE, encoded_context, secret, random
            )
        )

    return tuple(
        UpdatePathNode(
            path.public_keys[position],
            tuple(
                encrypt(below, path.path_secrets[position])
                for below in resolution
                if below not in added
            ),
        )
        for position, _, resolution in filtered
    )


def check_path_shape(path: UpdatePath, filtered: FilteredPath, added: Set[int]) -> None:
    """Check that a received path has the nodes and ciphertexts its place calls for."""
    require(len(path.nodes) == len(filtered), "commit-03")
    for node, (_, _, resolution) in zip(path.nodes, filtered, strict=True):
        receivers = sum(1 for position in resolution if position not in added)
        require(len(node.encrypted_path_secrets) == receivers, "commit-05")


def decrypt_path(
    tree: RatchetTree,
    own_leaf: int,
    committer: int,
    path: UpdatePath,
    filtered: FilteredPath,
    added: Set[int],
    context: GroupContext,
    private_keys: dict[int, bytes],
) -> DerivedPath:
    """Open the path secret meant for this member and derive the keys above it (§7.5).

    The private keys are those from before the path; the path is merged into the tree already.
    """
    meeting = common_ancestor(2 * own_leaf, 2 * committer)
    positions = [position for position, _, _ in filtered]
    # always there: the own leaf is below the meeting node's copath child, which is thus not empty
    step = positions.index(meeting)
    receivers = [position for position in filtered[step][2] if position not in added]
    own = [position for position in receivers if position in private_keys]
    require(bool(own), "commit-09", "no private key to open it with")
    private_key = private_keys[own[0]]
    sealed = path.nodes[step].encrypted_path_secrets[receivers.index(own[0])]
    with enforcing("commit-09"):
        secret = decrypt_with_label(
            tree.suite,
            private_key,
            _PATH_NODE,
            context.encode(),
            sealed.kem_output,
            sealed.ciphertext,
        )
    derived = derive_path(tree.suite, positions[step:], secret)
    check_public_keys(tree, derived, "commit-08")
    return derived


def check_public_keys(tree: RatchetTree, derived: DerivedPath, rule: str) -> None:
    """Check that the tree has the public keys that path secrets lead to."""
    for position, public_key in derived.public_keys.items():
        node = tree.nodes[position]
        matches = node is not None and hmac.compare_digest(node.encryption_key, public_key)
        require(matches, rule, f"node {position}")
