"""What the two of a private conversation hold each other to (docs/protocol/directory.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from roomkey.errors import GhostMember, PolicyViolation
from roomkey.keys.key_ring import KeyRing
from roomkey.keys.root import psk_id
from roomkey.mls import (
    LAST_RESORT_EXTENSION,
    Add,
    CredentialType,
    Group,
    GroupContext,
    GroupContextExtensions,
    LeafNode,
    PreSharedKeyId,
    PskType,
    ReInit,
    Remove,
    SentProposal,
)
from roomkey.wire.limits import MAX_KEY_PACKAGE_SECONDS

from .contact import CONTACT_EXTENSION
from .policy import PSEUDONYM_BYTES, MembersPolicy, rules_in
from .room_policy import ROOM_POLICY_EXTENSION


@dataclass(frozen=True, slots=True)
class Peer:
    """The other one of a conversation: the handle, its identity key, and the leaf key used here."""

    handle: str
    identity: bytes
    leaf_key: bytes


class ConversationPolicy(MembersPolicy):
    """The checks of a conversation: two known leaves, and nothing ever changes but their keys."""

    supported_extensions = (ROOM_POLICY_EXTENSION, CONTACT_EXTENSION, LAST_RESORT_EXTENSION)
    maximum_lifetime = MAX_KEY_PACKAGE_SECONDS + 3600

    def __init__(self, room_id: bytes, ring: KeyRing, own: bytes, name: str, peer: Peer) -> None:
        super().__init__(room_id, ring)
        self._two = {own: name, peer.leaf_key: peer.handle}

    def name_of(self, leaf: LeafNode) -> str:
        """Give the handle of one of the two; raises GhostMember for anybody else."""
        name = self._two.get(leaf.signature_key)
        if name is None:
            raise GhostMember("somebody else in a private conversation")
        return name

    def check_leaf(self, leaf: LeafNode, index: int | None, context: GroupContext | None) -> None:
        """Refuse everybody but the two, and rules that were changed before one came in again."""
        del index
        if context is not None and rules_in(context).revision != 0:
            raise PolicyViolation("a private conversation's rules do not change")
        credential = leaf.credential
        if credential.type != CredentialType.BASIC or len(credential.identity) != PSEUDONYM_BYTES:
            raise PolicyViolation("a member's credential is not a pseudonym")
        self.name_of(leaf)

    def check_external_commit(
        self,
        psk_ids: Sequence[PreSharedKeyId],
        removed: LeafNode | None,
        new: LeafNode,
        context: GroupContext,
    ) -> None:
        """Let one of the two come in again in its own place, with the PSK that only they know."""
        names = [name.id for name in psk_ids if name.type == PskType.EXTERNAL]
        if names != [psk_id(rules_in(context).key_id)] or len(psk_ids) != 1:
            raise PolicyViolation("a join without the conversation's key")
        before = None if removed is None else (removed.credential, removed.signature_key)
        if before != (new.credential, new.signature_key):
            raise PolicyViolation("a join to a private conversation")

    def check_commit(
        self,
        group: Group,
        sender: int | None,
        proposals: Sequence[SentProposal],
        authenticated_data: bytes,
        removed: Mapping[int, LeafNode],
    ) -> None:
        """Refuse every change but new keys, and who has said that it leaves."""
        for sent in proposals:
            proposal = sent.proposal
            # the writer adds the other before anybody else sees the group
            if isinstance(proposal, Add) and group.epoch != 0:
                raise PolicyViolation("somebody was added to a private conversation")
            if isinstance(proposal, ReInit | GroupContextExtensions):
                raise PolicyViolation("a private conversation's rules do not change")
            if isinstance(proposal, Remove) and sender is not None:
                index = proposal.removed
                self._check_left(index, removed[index], authenticated_data)
