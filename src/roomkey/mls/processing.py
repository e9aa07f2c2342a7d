"""Processing a commit of somebody else (RFC 9420 §12.4.2)."""

import hmac
from dataclasses import dataclass, replace

from roomkey.errors import OwnMessage

from .commit import Commit, ProposalReference
from .framing import Sender, SenderType, VerifiedContent
from .group_context import GroupContext
from .group_state import GroupState
from .key_schedule import EXTERNAL_INIT_LABEL, EpochSecrets
from .leaf_node import LeafNode, LeafNodeSource
from .leaf_validation import validate_new_leaf
from .next_epoch import drop_replaced, keep_valid, provisional_context, start_epoch
from .policy import SentProposal
from .proposal_rules import (
    AppliedProposals,
    apply_proposals,
    check_new_member,
    resolve_proposals,
)
from .rules import enforcing, require
from .secret_tree import SecretTree
from .transcript import interim_transcript_hash
from .treekem import check_path_shape, decrypt_path, merge_path
from .update_path import UpdatePath


@dataclass(frozen=True, slots=True, repr=False)
class StagedCommit:
    """The outcome of a commit that was checked; the state before it is as it was."""

    state: GroupState
    committer: int
    proposals: list[SentProposal]
    added: list[int]
    removed: dict[int, LeafNode]
    removed_self: bool


def stage_commit(state: GroupState, verified: VerifiedContent, commit: Commit) -> StagedCommit:
    """Check a verified commit entirely and compute the next epoch's state."""
    sender = verified.framed.sender
    if sender.leaf_index == state.own_index:
        raise OwnMessage
    proposals = resolve_proposals(state, commit.proposals, sender)
    applied = apply_proposals(state, proposals, sender)
    require(commit.path is not None or not applied.needs_path, "commit-01")
    removed_self = state.own_index in applied.removed
    private_keys = _keys_before_path(state, applied, commit)
    committer, commit_secret = sender.index, bytes(state.suite.hash_length)
    added = [index for index, _ in applied.added]
    if commit.path is not None:
        committer = _place_committer(state, applied, sender, commit.path.leaf_node)
        if sender.type == SenderType.NEW_MEMBER_COMMIT:
            added.append(committer)
        path = _StagedPath(state, applied, committer, commit.path)
        provisional = path.merge()
        if not removed_self:
            commit_secret, private_keys = path.open(provisional, private_keys)
    if removed_self:
        following = _after_removal(state)
    else:
        following = _next_state(state, applied, verified, commit_secret, private_keys)
    return StagedCommit(
        following, committer, applied.proposals, added, applied.removed, removed_self
    )


def _keys_before_path(
    state: GroupState, applied: AppliedProposals, commit: Commit
) -> dict[int, bytes]:
    """Give the own private keys that hold after the proposals, an own Update's among them."""
    private_keys = keep_valid(applied.tree, state.private_keys)
    for item in commit.proposals:
        if isinstance(item, ProposalReference):
            pending = state.pending[item.value]
            if pending.leaf_private_key is not None:
                private_keys[2 * state.own_index] = pending.leaf_private_key
    return private_keys


def _place_committer(
    state: GroupState, applied: AppliedProposals, sender: Sender, leaf: LeafNode
) -> int:
    """Check the committer's new leaf, and find its place; a joiner's is made."""
    tree, policy = applied.tree, state.environment.policy
    external = sender.type == SenderType.NEW_MEMBER_COMMIT
    index = tree.free_leaf() if external else sender.index
    validate_new_leaf(
        leaf, LeafNodeSource.COMMIT, index, state.context, state.environment, state.suite
    )
    if external:
        removed = next(iter(applied.removed.values()), None)
        if removed is not None:
            policy.check_successor(removed, leaf)
            require(removed.signature_key == leaf.signature_key, "extcommit-06")
        policy.check_external_commit(applied.psk_ids, removed, leaf, state.context)
        tree.add(leaf)
        return index
    old = tree.member(index)
    policy.check_successor(old, leaf)
    require(old.encryption_key != leaf.encryption_key, "commit-02")
    return index


class _StagedPath:
    """A received path on its way into the tree."""

    def __init__(
        self, state: GroupState, applied: AppliedProposals, committer: int, path: UpdatePath
    ) -> None:
        self._state = state
        self._applied = applied
        self._committer = committer
        self._path = path
        self._filtered = applied.tree.filtered_direct_path(committer)

    def merge(self) -> GroupContext:
        """Check the path and put it into the tree; gives the context it is encrypted under."""
        tree, leaf = self._applied.tree, self._path.leaf_node
        check_path_shape(self._path, self._filtered, self._applied.added_positions)
        self._check_keys()
        keys = [node.encryption_key for node in self._path.nodes]
        expected = merge_path(tree, self._committer, self._filtered, keys)
        require(hmac.compare_digest(expected, leaf.parent_hash), "commit-06")
        tree.set(2 * self._committer, leaf)
        check_new_member(tree, self._committer, self._applied.context)
        return provisional_context(self._applied)

    def _check_keys(self) -> None:
        tree, leaf = self._applied.tree, self._path.leaf_node
        new = [leaf.encryption_key, *(node.encryption_key for node in self._path.nodes)]
        own = 2 * self._committer
        taken = {
            node.encryption_key
            for position, node in enumerate(tree.nodes)
            if node is not None and position != own
        }
        require(len(set(new)) == len(new) and not taken.intersection(new), "commit-04")
        twins = (other for index, other in tree.leaves() if index != self._committer)
        require(all(other.signature_key != leaf.signature_key for other in twins), "leaf-09")
        for node in self._path.nodes:
            with enforcing("commit-07"):
                tree.suite.kem.check_public_key(node.encryption_key)

    def open(
        self, provisional: GroupContext, private_keys: dict[int, bytes]
    ) -> tuple[bytes, dict[int, bytes]]:
        """Open the path's secret; gives the commit secret and the private keys after the path."""
        tree = self._applied.tree
        derived = decrypt_path(
            tree,
            self._state.own_index,
            self._committer,
            self._path,
            self._filtered,
            self._applied.added_positions,
            provisional,
            private_keys,
        )
        kept = drop_replaced(tree, self._committer, private_keys)
        return derived.commit_secret, {**kept, **derived.private_keys}


def _next_state(
    state: GroupState,
    applied: AppliedProposals,
    verified: VerifiedContent,
    commit_secret: bytes,
    private_keys: dict[int, bytes],
) -> GroupState:
    suite = state.suite
    init_secret = state.secrets.init_secret
    if applied.external_init is not None:
        private_key, _ = state.secrets.external_key_pair(suite)
        with enforcing("extinit-01"):
            init_secret = suite.hpke.receive_export(
                private_key, applied.external_init, b"", EXTERNAL_INIT_LABEL, suite.hash_length
            )
    authenticated = verified.authenticated
    epoch = start_epoch(state, applied, authenticated, init_secret, commit_secret)
    tag = authenticated.confirmation_tag or b""
    confirmed = epoch.context.confirmed_transcript_hash
    with enforcing("commit-10"):
        suite.verify_mac(epoch.secrets.confirmation_key, confirmed, tag)
    return GroupState(
        state.environment,
        suite,
        epoch.context,
        applied.tree,
        epoch.secrets,
        # a restart may process this commit again, and then must not send with the same keys:
        # nothing is sent before the new state is stored
        SecretTree.create(
            suite,
            applied.tree.leaf_count,
            epoch.encryption_secret,
            state.own_index,
            allowance=0,
        ),
        interim_transcript_hash(suite, confirmed, tag),
        tag,
        state.own_index,
        state.signing_key,
        private_keys,
        past=state.as_past(state.secret_tree.without_handshake()),
        reinit=applied.reinit,
    )


def _after_removal(state: GroupState) -> GroupState:
    """Give the state of somebody who was removed: no secrets are left in it."""
    return replace(
        state,
        secrets=EpochSecrets.none(),
        secret_tree=SecretTree(state.suite, state.tree.leaf_count, {}, state.own_index, 0),
        signing_key=b"",
        private_keys={},
        pending={},
        past={},
        is_member=False,
    )
