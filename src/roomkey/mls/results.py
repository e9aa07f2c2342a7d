"""What processing a message gives."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .policy import SentProposal
from .proposal import Proposal

if TYPE_CHECKING:
    from .group import Group


@dataclass(frozen=True, slots=True, repr=False)
class ApplicationMessage:
    """A message by the member at leaf `sender`, in the epoch and generation it was sent in."""

    sender: int
    data: bytes
    authenticated_data: bytes
    epoch: int
    generation: int


@dataclass(frozen=True, slots=True)
class ProposalReceived:
    """A proposal that waits for a commit; the sender is None if it is not a member."""

    sender: int | None
    proposal: Proposal
    reference: bytes
    authenticated_data: bytes


@dataclass(frozen=True, slots=True)
class CommitProcessed:
    """A commit by the member at leaf `sender`, who may be new; `group` is what follows."""

    group: "Group"
    sender: int
    proposals: list[SentProposal]
    authenticated_data: bytes
    added: list[int]
    removed: list[int]
    removed_self: bool


Processed = ApplicationMessage | ProposalReceived | CommitProcessed
