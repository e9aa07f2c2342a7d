"""From a message as received to content that is verified (RFC 9420 §6.1)."""

from collections.abc import Callable

from roomkey.errors import OwnMessage, WrongEpoch

from .framing import ContentType, SenderType, VerifiedContent
from .group_state import GroupState, PendingProposal
from .private_message import PrivateMessage
from .proposal import Proposal
from .proposal_rules import validate_external_proposal, validate_proposal
from .public_message import PublicMessage
from .results import ApplicationMessage, ProposalReceived
from .rules import require


def open_private(
    state: GroupState, message: PrivateMessage
) -> tuple[VerifiedContent, Callable[[], None]]:
    """Open a message with this epoch's keys, or a late one with those of an epoch that has passed.

    Gives the content, and what to call to delete the key once the content is taken.
    """
    require(message.group_id == state.context.group_id, "msg-01")
    if message.epoch == state.context.epoch:
        return message.open(
            state.suite,
            state.context,
            state.secrets.sender_data_secret,
            state.secret_tree,
            state.signature_key_of,
            state.own_index,
        )
    past = state.past.get(message.epoch)
    if past is None or message.content_type != ContentType.APPLICATION:
        raise WrongEpoch
    return message.open(
        state.suite,
        past.context,
        past.sender_data_secret,
        past.secret_tree,
        past.signature_key_of,
        state.own_index,
    )


def verify_public(state: GroupState, message: PublicMessage) -> VerifiedContent:
    """Verify a message of this epoch that somebody else sent."""
    require(message.framed.group_id == state.context.group_id, "msg-01")
    if message.framed.epoch != state.context.epoch:
        raise WrongEpoch
    verified = message.verify(
        state.suite, state.context, state.secrets.membership_key, state.signature_key_of
    )
    if verified.framed.sender.leaf_index == state.own_index:
        raise OwnMessage
    return verified


def receive_proposal(
    state: GroupState, verified: VerifiedContent, proposal: Proposal
) -> ProposalReceived:
    """Check a verified proposal and keep it for the commit that names it."""
    framed = verified.framed
    if framed.sender.type != SenderType.MEMBER:
        validate_external_proposal(state, proposal, framed.sender)
    validate_proposal(state, proposal, framed.sender)
    reference = verified.authenticated.reference(state.suite)
    state.pending[reference] = PendingProposal(proposal, framed.sender)
    return ProposalReceived(
        framed.sender.leaf_index, proposal, reference, framed.authenticated_data
    )


def take_application_data(verified: VerifiedContent, data: bytes) -> ApplicationMessage:
    """Give the application data of a private message, and where in its sender's ratchet it was."""
    framed = verified.framed
    assert verified.generation is not None
    return ApplicationMessage(
        framed.sender.index,
        data,
        framed.authenticated_data,
        framed.epoch,
        verified.generation,
    )
