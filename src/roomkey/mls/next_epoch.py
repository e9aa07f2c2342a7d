"""The epoch that a commit starts, the same for its maker and all others (RFC 9420 §8, §12.4)."""

from dataclasses import dataclass, replace

from roomkey.crypto.suite import CipherSuite

from .framing import AuthenticatedContent
from .group_context import GroupContext
from .group_state import GroupState
from .key_schedule import EpochSecrets, derive_epoch_from_joiner, derive_joiner_secret
from .pre_shared_key import collect_psks, derive_psk_secret
from .proposal_rules import AppliedProposals
from .ratchet_tree import RatchetTree
from .transcript import confirmed_transcript_hash
from .tree_hash import tree_hash
from .tree_math import direct_path


@dataclass(frozen=True, slots=True, repr=False)
class NextEpoch:
    """The secrets of the epoch that a commit starts."""

    context: GroupContext
    secrets: EpochSecrets
    encryption_secret: bytes
    joiner_secret: bytes
    psk_secret: bytes

    def confirmation_tag(self, suite: CipherSuite) -> bytes:
        """Compute the tag by which members see that they agree (§6.1)."""
        key = self.secrets.confirmation_key
        return suite.mac(key, self.context.confirmed_transcript_hash)


def provisional_context(applied: AppliedProposals) -> GroupContext:
    """Give the context that a path is encrypted under: all new but the transcript (§12.4.1)."""
    context = applied.context
    return replace(context, epoch=context.epoch + 1, tree_hash=tree_hash(applied.tree))


def start_epoch(
    state: GroupState,
    applied: AppliedProposals,
    commit: AuthenticatedContent,
    init_secret: bytes,
    commit_secret: bytes,
) -> NextEpoch:
    """Run the key schedule for the epoch that a commit starts (§8)."""
    suite = state.suite
    confirmed = confirmed_transcript_hash(suite, state.interim_hash, commit)
    context = replace(provisional_context(applied), confirmed_transcript_hash=confirmed)
    psk_secret = derive_psk_secret(suite, collect_psks(applied.psk_ids, state.find_psk))
    joiner_secret = derive_joiner_secret(suite, init_secret, commit_secret, context)
    secrets, encryption = derive_epoch_from_joiner(suite, joiner_secret, psk_secret, context)
    return NextEpoch(context, secrets, encryption, joiner_secret, psk_secret)


def keep_valid(tree: RatchetTree, private_keys: dict[int, bytes]) -> dict[int, bytes]:
    """Drop the private keys of nodes that are blank now."""
    return {
        position: key
        for position, key in private_keys.items()
        if position < len(tree.nodes) and tree.nodes[position] is not None
    }


def drop_replaced(
    tree: RatchetTree, committer: int, private_keys: dict[int, bytes]
) -> dict[int, bytes]:
    """Drop the private keys of nodes that a path gave new ones."""
    replaced = direct_path(2 * committer, tree.leaf_count)
    return {at: key for at, key in private_keys.items() if at not in replaced}
