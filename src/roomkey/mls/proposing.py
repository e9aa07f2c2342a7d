"""Making own proposals, and choosing which of those that wait to commit (RFC 9420 §12.1, §12.2)."""

from collections.abc import Sequence
from dataclasses import replace

from roomkey.errors import ValidationError

from .commit import ProposalOrReference, ProposalReference
from .committing import frame_member_message
from .extension import Extension
from .framing import AuthenticatedContent, Content, FramedContent, Sender, WireFormat
from .group_state import GroupState, PendingProposal
from .leaf_node import LeafNode, LeafNodeSource
from .pre_shared_key import collect_psks
from .proposal import GroupContextExtensions, Proposal, Remove, Update
from .proposal_rules import apply_proposals, resolve_proposals, validate_proposal
from .signing_identity import SigningIdentity, listing


def own_leaf(
    state: GroupState,
    identity: SigningIdentity | None,
    extensions: Sequence[Extension] | None,
) -> LeafNode:
    """Give the own leaf with another identity or other extensions, unsigned."""
    leaf = state.tree.member(state.own_index)
    if identity is not None:
        leaf = replace(leaf, signature_key=identity.public_key, credential=identity.credential)
    if extensions is not None:
        capabilities = listing(leaf.capabilities, extensions)
        leaf = replace(leaf, extensions=tuple(extensions), capabilities=capabilities)
    return leaf


def make_update(state: GroupState, extensions: Sequence[Extension] | None) -> tuple[Update, bytes]:
    """Make an Update of the own leaf, and the private key that goes with it."""
    private_key, public_key = state.suite.kem.generate(state.environment.random)
    leaf = replace(
        own_leaf(state, None, extensions),
        encryption_key=public_key,
        source=LeafNodeSource.UPDATE,
        lifetime=None,
        parent_hash=b"",
    )
    group_id, index = state.context.group_id, state.own_index
    return Update(leaf.sign(state.suite, state.signing_key, group_id, index)), private_key


def sign_content(
    state: GroupState, content: Content, authenticated_data: bytes, *, public: bool
) -> AuthenticatedContent:
    """Frame and sign own content in this epoch."""
    framed = FramedContent(
        state.context.group_id,
        state.context.epoch,
        Sender.member(state.own_index),
        authenticated_data,
        content,
    )
    wire_format = WireFormat.PUBLIC_MESSAGE if public else WireFormat.PRIVATE_MESSAGE
    unsigned = AuthenticatedContent(wire_format, framed)
    return unsigned.sign(state.suite, state.signing_key, state.context)


def send_proposal(
    state: GroupState,
    proposal: Proposal,
    leaf_private_key: bytes | None,
    authenticated_data: bytes,
    *,
    public: bool,
) -> bytes:
    """Check an own proposal, keep it for its commit, and give the message that proposes it."""
    sender = Sender.member(state.own_index)
    validate_proposal(state, proposal, sender)
    signed = sign_content(state, proposal, authenticated_data, public=public)
    message = frame_member_message(state, signed, private=not public)
    reference = signed.reference(state.suite)
    state.pending[reference] = PendingProposal(proposal, sender, leaf_private_key)
    return message


def choose_pending(state: GroupState, by_value: Sequence[Proposal]) -> list[ProposalOrReference]:
    """Choose the pending proposals that can be committed along with those given by value.

    A Remove goes before an Update of the same leaf, a later Update before an earlier one; the own
    leaf is renewed by the path. What cannot be committed is left out: it must not keep a member
    from committing at all.
    """
    chosen: dict[object, bytes] = {}
    for name, pending in state.pending.items():
        proposal = pending.proposal
        slot: object = name
        if isinstance(proposal, Update | Remove):
            target = proposal.removed if isinstance(proposal, Remove) else pending.origin.index
            slot = target
            before = state.pending.get(chosen.get(slot, b""))
            if before is not None and isinstance(before.proposal, Remove):
                continue
        elif isinstance(proposal, GroupContextExtensions):
            slot = GroupContextExtensions
        chosen[slot] = name
    references = [ProposalReference(name) for name in chosen.values()]
    if not references or _goes_together(state, [*references, *by_value]):
        return list(references)
    kept: list[ProposalOrReference] = []
    for reference in references:
        if _goes_together(state, [*kept, reference, *by_value]):
            kept.append(reference)
    return kept


def _goes_together(state: GroupState, items: Sequence[ProposalOrReference]) -> bool:
    committer = Sender.member(state.own_index)
    try:
        applied = apply_proposals(state, resolve_proposals(state, items, committer), committer)
        collect_psks(applied.psk_ids, state.find_psk)
    except ValidationError:
        return False
    return True
