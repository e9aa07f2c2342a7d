"""Storing a group's state, in three parts by how often they change."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from roomkey.crypto.suite import cipher_suite
from roomkey.errors import DecodeError

from .codec import Reader, decode_all, opaque, optional, uint8, uint16, uint32, uint64
from .framing import Sender
from .group_context import GroupContext
from .group_state import GroupState, PastEpoch, PendingProposal
from .key_schedule import EpochSecrets
from .policy import Environment
from .proposal import ReInit, decode_proposal, encode_proposal
from .ratchet_tree import RatchetTree
from .secret_tree import SecretTree
from .tree_hash import tree_hash

STATE_VERSION: Final = 1


@dataclass(frozen=True, slots=True, repr=False)
class GroupSnapshot:
    """A group as bytes: `tree` and `epoch` change with the epoch, `messages` with each message.

    All three hold what must stay secret or unaltered; they are stored together or not at all.
    """

    tree: bytes
    epoch: bytes
    messages: bytes

    def encode(self) -> bytes:
        """Write all parts as one."""
        return opaque(self.tree) + opaque(self.epoch) + opaque(self.messages)

    @classmethod
    def decode(cls, data: bytes) -> "GroupSnapshot":
        """Read all parts from one."""
        return decode_all(lambda reader: cls(*(reader.opaque() for _ in range(3))), data)


def encode_state(state: GroupState) -> GroupSnapshot:
    """Write a state, and reserve generations for sending until it is written again."""
    return GroupSnapshot(state.tree.encode(), _encode_epoch(state), _encode_messages(state))


def decode_state(snapshot: GroupSnapshot, environment: Environment) -> GroupState:
    """Read a state, which sends once it was asked to and then written again.

    Raises DecodeError, or what its tree and its suite raise: ValidationError, UnsupportedSuite.
    """
    reader = Reader(snapshot.epoch)
    if reader.uint16() != STATE_VERSION:
        raise DecodeError("a group's state is of another version")
    context = GroupContext.decode(reader)
    suite = cipher_suite(context.cipher_suite)
    tree = RatchetTree.decode(suite, snapshot.tree)
    if tree_hash(tree) != context.tree_hash:
        raise DecodeError("a group's tree is of another state than the rest")
    secrets = EpochSecrets.decode(reader)
    interim_hash, confirmation_tag = reader.opaque(), reader.opaque()
    own_index, signing_key = reader.uint32(), reader.opaque()
    private_keys = dict(reader.vector(lambda keys: (keys.uint32(), keys.opaque())))
    is_member = reader.uint8() == 1
    reinit = reader.optional(_decode_reinit)
    past_without_trees = reader.vector(_decode_past)
    reader.finish()

    reader = Reader(snapshot.messages)
    if reader.uint64() != context.epoch:
        raise DecodeError("a group's message keys are of another epoch than the rest")
    secret_tree = SecretTree.decode(suite, own_index, reader)
    pending = dict(reader.vector(_decode_pending))
    past_trees = reader.vector(lambda trees: SecretTree.decode(suite, own_index, trees))
    reader.finish()
    if len(past_trees) != len(past_without_trees):
        raise DecodeError("a group's past epochs do not fit together")
    epochs = [make(tree) for make, tree in zip(past_without_trees, past_trees, strict=True)]
    return GroupState(
        environment,
        suite,
        context,
        tree,
        secrets,
        secret_tree,
        interim_hash,
        confirmation_tag,
        own_index,
        signing_key,
        private_keys,
        pending,
        {epoch.context.epoch: epoch for epoch in epochs},
        is_member,
        reinit,
    )


def _encode_epoch(state: GroupState) -> bytes:
    private_keys = b"".join(
        uint32(position) + opaque(key) for position, key in sorted(state.private_keys.items())
    )
    reinit = None if state.reinit is None else encode_proposal(state.reinit)
    return b"".join(
        (
            uint16(STATE_VERSION),
            state.context.encode(),
            state.secrets.encode(),
            opaque(state.interim_hash),
            opaque(state.confirmation_tag),
            uint32(state.own_index),
            opaque(state.signing_key),
            opaque(private_keys),
            uint8(state.is_member),
            optional(reinit),
            opaque(b"".join(map(_encode_past, state.past.values()))),
        )
    )


def _encode_messages(state: GroupState) -> bytes:
    pending = b"".join(
        opaque(reference) + _encode_pending(proposal)
        for reference, proposal in state.pending.items()
    )
    own = state.secret_tree
    past = b"".join(epoch.secret_tree.encode_past() for epoch in state.past.values())
    return b"".join(
        (
            uint64(state.context.epoch),
            own.encode() if state.is_member else own.encode_past(),
            opaque(pending),
            opaque(past),
        )
    )


def _encode_pending(pending: PendingProposal) -> bytes:
    key = pending.leaf_private_key
    return (
        encode_proposal(pending.proposal)
        + pending.origin.encode()
        + optional(None if key is None else opaque(key))
    )


def _decode_pending(reader: Reader) -> tuple[bytes, PendingProposal]:
    reference = reader.opaque()
    proposal, origin = decode_proposal(reader), Sender.decode(reader)
    return reference, PendingProposal(proposal, origin, reader.optional(Reader.opaque))


def _decode_reinit(reader: Reader) -> ReInit:
    proposal = decode_proposal(reader)
    if not isinstance(proposal, ReInit):
        raise DecodeError("a group's successor is not described")
    return proposal


def _encode_past(epoch: PastEpoch) -> bytes:
    keys = b"".join(optional(None if key is None else opaque(key)) for key in epoch.signature_keys)
    return (
        epoch.context.encode()
        + opaque(keys)
        + opaque(epoch.sender_data_secret)
        + opaque(epoch.resumption_psk)
    )


def _decode_past(reader: Reader) -> Callable[[SecretTree], PastEpoch]:
    context = GroupContext.decode(reader)
    signature_keys = reader.vector(lambda keys: keys.optional(Reader.opaque))
    sender_data_secret, resumption_psk = reader.opaque(), reader.opaque()
    return lambda secret_tree: PastEpoch(
        context, signature_keys, sender_data_secret, resumption_psk, secret_tree
    )
