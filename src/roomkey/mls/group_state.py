"""One member's state of a group in one epoch (RFC 9420 §8, §9.2)."""

from dataclasses import dataclass, field
from typing import Final

from roomkey.crypto.suite import CipherSuite
from roomkey.errors import MlsError, NotAMember

from .framing import Sender
from .group_context import GroupContext
from .key_schedule import EpochSecrets
from .policy import Environment, SentProposal
from .pre_shared_key import PreSharedKeyId, PskType, ResumptionUsage
from .proposal import Proposal, ReInit
from .ratchet_tree import RatchetTree
from .secret_tree import SecretTree

MAX_PAST_EPOCHS: Final = 3
"""How many epochs back late application messages are still opened."""

NOT_IN_TREE: Final = -1
"""The leaf index of somebody who is about to join."""


@dataclass(frozen=True, slots=True, repr=False)
class PendingProposal:
    """A proposal received or sent in this epoch; an own Update's private key waits with it."""

    proposal: Proposal
    origin: Sender
    leaf_private_key: bytes | None = None

    @property
    def sent(self) -> SentProposal:
        """The proposal and who made it."""
        return SentProposal(self.proposal, self.origin)


@dataclass(frozen=True, slots=True, repr=False)
class PastEpoch:
    """What is kept of an epoch that has passed, to open messages that come late."""

    context: GroupContext
    signature_keys: tuple[bytes | None, ...]
    sender_data_secret: bytes
    resumption_psk: bytes
    secret_tree: SecretTree

    def signature_key_of(self, leaf: int) -> bytes | None:
        """Get the signature key that a leaf had."""
        return self.signature_keys[leaf] if leaf < len(self.signature_keys) else None


@dataclass(slots=True, repr=False)
class GroupState:
    """Everything a member holds; only message keys and pending proposals change in an epoch."""

    environment: Environment
    suite: CipherSuite
    context: GroupContext
    tree: RatchetTree
    secrets: EpochSecrets
    secret_tree: SecretTree
    interim_hash: bytes
    confirmation_tag: bytes
    own_index: int
    signing_key: bytes
    private_keys: dict[int, bytes]
    pending: dict[bytes, PendingProposal] = field(default_factory=dict)
    past: dict[int, PastEpoch] = field(default_factory=dict)
    is_member: bool = True
    reinit: ReInit | None = None

    def signature_key_of(self, leaf: int) -> bytes | None:
        """Get the signature key of the member at a leaf; None if it is blank."""
        node = self.tree.leaf(leaf)
        return None if node is None else node.signature_key

    def require_member(self) -> None:
        """Raise NotAMember if this member was removed."""
        if not self.is_member:
            raise NotAMember

    def require_usable(self) -> None:
        """Raise unless this member may send: it was not removed, and no ReInit ended the group."""
        self.require_member()
        if self.reinit is not None:
            raise MlsError("the group goes on in another one")

    def find_psk(self, psk_id: PreSharedKeyId) -> bytes | None:
        """Find a key: this group's own resumption keys first, then what the application knows."""
        own = (
            psk_id.type == PskType.RESUMPTION
            and psk_id.usage == ResumptionUsage.APPLICATION
            and psk_id.group_id == self.context.group_id
        )
        if own and psk_id.epoch == self.context.epoch and self.secrets.resumption_psk:
            return self.secrets.resumption_psk
        if own and psk_id.epoch in self.past:
            return self.past[psk_id.epoch].resumption_psk
        return self.environment.psks(psk_id)

    def as_past(self, secret_tree: SecretTree) -> dict[int, PastEpoch]:
        """List the epochs to keep in the next epoch, this one among them."""
        past = dict(self.past)
        if self.own_index != NOT_IN_TREE:
            keys: list[bytes | None] = [None] * self.tree.leaf_count
            for index, leaf in self.tree.leaves():
                keys[index] = leaf.signature_key
            past[self.context.epoch] = PastEpoch(
                self.context,
                tuple(keys),
                self.secrets.sender_data_secret,
                self.secrets.resumption_psk,
                secret_tree,
            )
        return {epoch: past[epoch] for epoch in sorted(past)[-MAX_PAST_EPOCHS:]}
