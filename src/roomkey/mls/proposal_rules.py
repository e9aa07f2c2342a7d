"""Which proposals may be committed together, and what they do to a group (RFC 9420 §12.1-§12.3)."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from roomkey.errors import DecodeError, ValidationError

from .codec import PROTOCOL_VERSION
from .commit import ProposalOrReference, ProposalReference
from .framing import Sender, SenderType
from .group_context import GroupContext
from .group_state import GroupState
from .key_package import KeyPackage
from .leaf_node import LeafNode, LeafNodeSource
from .leaf_validation import (
    check_credential_types,
    check_extensions_unique,
    check_leaf_supports_group,
    validate_key_package,
    validate_new_leaf,
)
from .policy import SentProposal
from .pre_shared_key import PreSharedKeyId, PskType, ResumptionUsage
from .proposal import (
    Add,
    ExternalInit,
    GroupContextExtensions,
    PreSharedKey,
    Proposal,
    ReInit,
    Remove,
    UnknownProposal,
    Update,
)
from .ratchet_tree import RatchetTree
from .rules import require

P = TypeVar("P", bound=Proposal)


@dataclass(slots=True)
class AppliedProposals:
    """A group as a list of proposals leaves it, before a path is added.

    `context` has the new extensions and is otherwise that of the old epoch.
    """

    tree: RatchetTree
    context: GroupContext
    proposals: list[SentProposal]
    psk_ids: tuple[PreSharedKeyId, ...]
    needs_path: bool
    added: list[tuple[int, KeyPackage]] = field(default_factory=list)
    removed: dict[int, LeafNode] = field(default_factory=dict)
    external_init: bytes | None = None
    reinit: ReInit | None = None

    @property
    def added_positions(self) -> frozenset[int]:
        """The tree positions of the new members' leaves."""
        return frozenset(2 * index for index, _ in self.added)


def validate_proposal(state: GroupState, proposal: Proposal, sender: Sender) -> None:
    """Check one proposal by itself, in the epoch it is sent in (§12.1)."""
    match proposal:
        case Add():
            validate_key_package(
                proposal.key_package, state.suite, state.environment, state.context
            )
        case Update():
            _validate_update(state, proposal, sender)
        case Remove():
            leaf = state.tree.leaf(proposal.removed)
            require(leaf is not None, "remove-01", f"leaf {proposal.removed}")
        case PreSharedKey():
            _validate_psk_id(proposal.psk_id, state.suite.hash_length)
        case ReInit():
            require(proposal.version >= PROTOCOL_VERSION, "reinit-01")
            check_extensions_unique(proposal.extensions)
        case GroupContextExtensions():
            _validate_group_context_extensions(state, proposal)
        case ExternalInit() | UnknownProposal():
            pass


def validate_external_proposal(state: GroupState, proposal: Proposal, sender: Sender) -> None:
    """Check a proposal by somebody outside, and ask the application (§12.1.8)."""
    allowed: tuple[type, ...] = (Add,)
    if sender.type == SenderType.EXTERNAL:
        allowed = (Add, Remove, PreSharedKey, ReInit, GroupContextExtensions)
    require(isinstance(proposal, allowed), "extprop-01")
    state.environment.policy.check_external_proposal(proposal, sender, state.context)


def _validate_psk_id(psk_id: PreSharedKeyId, hash_length: int) -> None:
    """Check the name of a key that a proposal brings in (§12.1.4)."""
    require(len(psk_id.nonce) == hash_length, "psk-01")
    if psk_id.type == PskType.RESUMPTION:
        require(psk_id.usage != ResumptionUsage.REINIT, "psk-02")
        require(psk_id.usage != ResumptionUsage.BRANCH, "psk-03")


def _validate_update(state: GroupState, proposal: Update, sender: Sender) -> None:
    old, new = state.tree.member(sender.index), proposal.leaf_node
    validate_new_leaf(
        new, LeafNodeSource.UPDATE, sender.index, state.context, state.environment, state.suite
    )
    require(old.encryption_key != new.encryption_key, "update-02")
    state.environment.policy.check_successor(old, new)


def _validate_group_context_extensions(state: GroupState, proposal: GroupContextExtensions) -> None:
    check_extensions_unique(proposal.extensions)
    context = replace(state.context, extensions=proposal.extensions)
    try:
        _ = context.required_capabilities, context.external_senders
    except DecodeError as error:
        raise ValidationError("gce-03", error.detail) from error


def resolve_proposals(
    state: GroupState, items: Sequence[ProposalOrReference], committer: Sender
) -> list[SentProposal]:
    """Look up the proposals of a commit, and check those that come with it."""
    resolved = []
    for item in items:
        if isinstance(item, ProposalReference):
            require(committer.type == SenderType.MEMBER, "extcommit-04")
            pending = state.pending.get(item.value)
            if pending is None:
                raise ValidationError("proplist-11")
            resolved.append(pending.sent)
        else:
            if isinstance(item, Update):
                raise ValidationError("proplist-01")
            validate_proposal(state, item, committer)
            resolved.append(SentProposal(item, committer))
    return resolved


def apply_proposals(
    state: GroupState, proposals: list[SentProposal], committer: Sender
) -> AppliedProposals:
    """Check that the proposals go together, and apply them to a copy of the tree (§12.2, §12.3)."""
    psk_ids = tuple(psk.psk_id for psk, _ in _of(PreSharedKey, proposals))
    names = [psk_id.key_name for psk_id in psk_ids]
    require(len(set(names)) == len(names), "proplist-06")
    applied = AppliedProposals(
        state.tree.copy(), state.context, proposals, psk_ids, _needs_path(proposals)
    )
    if committer.type == SenderType.NEW_MEMBER_COMMIT:
        _apply_external(applied)
    else:
        _check_list(state, proposals, committer)
        _apply_regular(applied)
    return applied


def _of(kind: type[P], proposals: Sequence[SentProposal]) -> list[tuple[P, Sender]]:
    return [(item.proposal, item.origin) for item in proposals if isinstance(item.proposal, kind)]


def _needs_path(proposals: Sequence[SentProposal]) -> bool:
    without = (Add, PreSharedKey, ReInit)
    return not proposals or not all(isinstance(item.proposal, without) for item in proposals)


def _check_list(state: GroupState, proposals: list[SentProposal], committer: Sender) -> None:
    updated = [origin.index for _, origin in _of(Update, proposals)]
    removed = [remove.removed for remove, _ in _of(Remove, proposals)]
    require(committer.index not in updated, "proplist-01")
    require(committer.index not in removed, "proplist-02")
    require(len({*updated, *removed}) == len(updated) + len(removed), "proplist-03")
    require(len(_of(GroupContextExtensions, proposals)) <= 1, "proplist-07")
    require(not _of(ReInit, proposals) or len(proposals) == 1, "proplist-08")
    require(not _of(ExternalInit, proposals), "proplist-09")
    unknown = {proposal.type for proposal, _ in _of(UnknownProposal, proposals)}
    staying = [leaf for index, leaf in state.tree.leaves() if index not in removed]
    for proposal_type in unknown:
        supported = all(leaf.capabilities.supports_proposal(proposal_type) for leaf in staying)
        require(supported, "proplist-10", f"type {proposal_type}")
    clients: set[bytes] = set()
    for add, _ in _of(Add, proposals):
        client = add.key_package.leaf_node.signature_key
        require(client not in clients, "proplist-04")
        clients.add(client)
    if clients:
        staying_clients = {leaf.signature_key for leaf in staying}
        require(not clients & staying_clients, "proplist-05")


def _apply_regular(applied: AppliedProposals) -> None:
    tree, proposals = applied.tree, applied.proposals
    for settings, _ in _of(GroupContextExtensions, proposals):
        applied.context = replace(applied.context, extensions=settings.extensions)
    changed = []
    for update, origin in _of(Update, proposals):
        tree.update(origin.index, update.leaf_node)
        changed.append(origin.index)
    for remove, _ in _of(Remove, proposals):
        _remove(applied, remove.removed)
    for add, _ in _of(Add, proposals):
        index = tree.add(add.key_package.leaf_node)
        applied.added.append((index, add.key_package))
        changed.append(index)
    for reinit, _ in _of(ReInit, proposals):
        applied.reinit = reinit
    if applied.context.extensions != () and _of(GroupContextExtensions, proposals):
        _check_members_support(applied)
    if changed:
        check_keys_unique(tree)
        for index in changed:
            check_new_member(tree, index, applied.context)


def _apply_external(applied: AppliedProposals) -> None:
    proposals = applied.proposals
    inits = _of(ExternalInit, proposals)
    removes = _of(Remove, proposals)
    require(len(inits) == 1, "extcommit-01")
    require(len(removes) <= 1, "extcommit-02")
    allowed = (ExternalInit, Remove, PreSharedKey)
    require(all(isinstance(item.proposal, allowed) for item in proposals), "extcommit-03")
    applied.external_init = inits[0][0].kem_output
    for remove, _ in removes:
        _remove(applied, remove.removed)


def _remove(applied: AppliedProposals, index: int) -> None:
    applied.removed[index] = applied.tree.member(index)
    applied.tree.remove(index)


def _check_members_support(applied: AppliedProposals) -> None:
    required = applied.context.required_capabilities
    types = [extension.type for extension in applied.context.extensions]
    for _, leaf in applied.tree.leaves():
        require(required.met_by(leaf.capabilities), "gce-01")
        require(all(map(leaf.capabilities.supports_extension, types)), "gce-02")


def check_keys_unique(tree: RatchetTree) -> None:
    """Check that no two members share a key, nor a member one with a parent node."""
    leaves = [leaf for _, leaf in tree.leaves()]
    require(len({leaf.signature_key for leaf in leaves}) == len(leaves), "leaf-09")
    keys = [node.encryption_key for node in tree.nodes if node is not None]
    require(len(set(keys)) == len(keys), "leaf-10")


def check_new_member(tree: RatchetTree, index: int, context: GroupContext) -> None:
    """Check that a leaf that is in the tree now goes together with the group it is in."""
    leaf = tree.member(index)
    check_leaf_supports_group(leaf, context)
    check_credential_types(leaf, (other for at, other in tree.leaves() if at != index))
