"""What the application decides: who may be in a group and do what, and where secrets come from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from roomkey.crypto.randomness import Random, system_random
from roomkey.crypto.suite import CipherSuite

from .capabilities import Capabilities
from .codec import PROTOCOL_VERSION
from .credential import CredentialType
from .framing import Sender
from .group_context import GroupContext
from .leaf_node import LeafNode
from .pre_shared_key import PreSharedKeyId
from .proposal import Proposal
from .rules import require

if TYPE_CHECKING:
    from .group import Group


@dataclass(frozen=True, slots=True)
class SentProposal:
    """A proposal and who made it; the committer made those it sent by value."""

    proposal: Proposal
    origin: Sender

    @property
    def sender(self) -> int | None:
        """The leaf index of the member who proposed; None if it was not a member."""
        return self.origin.leaf_index


class Policy:
    """Accepts what RFC 9420 accepts; subclasses override hooks and raise to refuse."""

    maximum_lifetime: int = 400 * 86400
    """How many seconds a key package may be valid for, from its first to its last (§7.2)."""

    supported_extensions: tuple[int, ...] = ()
    supported_proposals: tuple[int, ...] = ()
    supported_credentials: tuple[int, ...] = (CredentialType.BASIC,)

    def leaf_capabilities(self, suite: CipherSuite) -> Capabilities:
        """Say what own leaves declare to support."""
        return Capabilities(
            (PROTOCOL_VERSION,),
            (suite.id,),
            self.supported_extensions,
            self.supported_proposals,
            self.supported_credentials,
        )

    def check_leaf(self, leaf: LeafNode, index: int | None, context: GroupContext | None) -> None:
        """Judge a leaf that enters a group, or is in one that is joined.

        The index is None where it is not known yet; the context is None outside of a group.
        """

    def check_successor(self, old: LeafNode, new: LeafNode) -> None:
        """Judge whether a new leaf may replace an old one; the same credential by default."""
        require(old.credential == new.credential, "update-03")

    def check_external_commit(
        self,
        psk_ids: Sequence[PreSharedKeyId],
        removed: LeafNode | None,
        new: LeafNode,
        context: GroupContext,
    ) -> None:
        """Judge a join from outside by the keys it brings and the leaf it replaces."""

    def check_external_proposal(
        self, proposal: Proposal, sender: Sender, context: GroupContext
    ) -> None:
        """Judge a proposal by somebody who is no member; refused by default."""
        del proposal, sender, context
        require(False, "extprop-02")

    def check_following_group(
        self,
        psk_id: PreSharedKeyId,
        context: GroupContext,
        members: Sequence[LeafNode],
    ) -> None:
        """Judge whether a new group continues the old one that its key names; refused by default.

        To be compared with the old group: its ReInit, or its suite, and its members (§12.4.3.1).
        """
        del psk_id, context, members
        require(False, "welcome-07")

    def check_commit(
        self,
        group: "Group",
        sender: int | None,
        proposals: Sequence[SentProposal],
        authenticated_data: bytes,
        removed: Mapping[int, LeafNode],
    ) -> None:
        """Judge an own or received commit to this group; the sender is None if external."""


def no_psks(_psk_id: PreSharedKeyId) -> bytes | None:
    """Know no pre-shared key."""
    return None


@dataclass(slots=True)
class Environment:
    """What a group needs from outside; the clock tells whole seconds since 1970."""

    clock: Callable[[], int]
    random: Random = system_random
    psks: Callable[[PreSharedKeyId], bytes | None] = no_psks
    policy: Policy = field(default_factory=Policy)
