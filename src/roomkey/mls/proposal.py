"""Proposals: one change to a group, waiting to be committed (RFC 9420 §12.1)."""

from dataclasses import dataclass
from typing import ClassVar, Final, TypeAlias

from .codec import Reader, opaque, uint16, uint32, vector
from .extension import Extension
from .key_package import KeyPackage
from .leaf_node import LeafNode
from .pre_shared_key import PreSharedKeyId


class ProposalType:
    """The proposal types of RFC 9420 §17.4."""

    ADD: Final = 1
    UPDATE: Final = 2
    REMOVE: Final = 3
    PSK: Final = 4
    REINIT: Final = 5
    EXTERNAL_INIT: Final = 6
    GROUP_CONTEXT_EXTENSIONS: Final = 7


@dataclass(frozen=True, slots=True)
class Add:
    """Make the owner of a key package a member (§12.1.1)."""

    type: ClassVar[int] = ProposalType.ADD
    key_package: KeyPackage

    def encode_body(self) -> bytes:
        """Write `struct Add`."""
        return self.key_package.encode()


@dataclass(frozen=True, slots=True)
class Update:
    """Replace the sender's own leaf (§12.1.2)."""

    type: ClassVar[int] = ProposalType.UPDATE
    leaf_node: LeafNode

    def encode_body(self) -> bytes:
        """Write `struct Update`."""
        return self.leaf_node.encode()


@dataclass(frozen=True, slots=True)
class Remove:
    """Take the member at a leaf index out (§12.1.3)."""

    type: ClassVar[int] = ProposalType.REMOVE
    removed: int

    def encode_body(self) -> bytes:
        """Write `struct Remove`."""
        return uint32(self.removed)


@dataclass(frozen=True, slots=True)
class PreSharedKey:
    """Mix a pre-shared key into the next epoch (§12.1.4)."""

    type: ClassVar[int] = ProposalType.PSK
    psk_id: PreSharedKeyId

    def encode_body(self) -> bytes:
        """Write `struct PreSharedKey`."""
        return self.psk_id.encode()


@dataclass(frozen=True, slots=True)
class ReInit:
    """End the group; its members go on in a new one with these parameters (§12.1.5)."""

    type: ClassVar[int] = ProposalType.REINIT
    group_id: bytes
    version: int
    cipher_suite: int
    extensions: tuple[Extension, ...] = ()

    def encode_body(self) -> bytes:
        """Write `struct ReInit`."""
        return (
            opaque(self.group_id)
            + uint16(self.version)
            + uint16(self.cipher_suite)
            + vector(self.extensions)
        )


@dataclass(frozen=True, slots=True)
class ExternalInit:
    """Agree on the init secret with somebody who joins from outside (§12.1.6)."""

    type: ClassVar[int] = ProposalType.EXTERNAL_INIT
    kem_output: bytes

    def encode_body(self) -> bytes:
        """Write `struct ExternalInit`."""
        return opaque(self.kem_output)


@dataclass(frozen=True, slots=True)
class GroupContextExtensions:
    """Replace all extensions of the group's context (§12.1.7)."""

    type: ClassVar[int] = ProposalType.GROUP_CONTEXT_EXTENSIONS
    extensions: tuple[Extension, ...]

    def encode_body(self) -> bytes:
        """Write `struct GroupContextExtensions`."""
        return vector(self.extensions)


@dataclass(frozen=True, slots=True)
class UnknownProposal:
    """A proposal of a type this code does not interpret; its content is taken to be one vector.

    RFC 9420 gives an unknown proposal no length, so only types of this form can be read past.
    """

    type: int
    content: bytes

    def encode_body(self) -> bytes:
        """Write the content as one vector."""
        return opaque(self.content)


Proposal: TypeAlias = (
    Add
    | Update
    | Remove
    | PreSharedKey
    | ReInit
    | ExternalInit
    | GroupContextExtensions
    | UnknownProposal
)


def encode_proposal(proposal: Proposal) -> bytes:
    """Write `struct Proposal`."""
    return uint16(proposal.type) + proposal.encode_body()


def decode_proposal(reader: Reader) -> Proposal:
    """Read `struct Proposal`."""
    return decode_proposal_body(reader.uint16(), reader)


def decode_proposal_body(proposal_type: int, reader: Reader) -> Proposal:
    """Read what follows the type of a proposal."""
    match proposal_type:
        case ProposalType.ADD:
            return Add(KeyPackage.decode(reader))
        case ProposalType.UPDATE:
            return Update(LeafNode.decode(reader))
        case ProposalType.REMOVE:
            return Remove(reader.uint32())
        case ProposalType.PSK:
            return PreSharedKey(PreSharedKeyId.decode(reader))
        case ProposalType.REINIT:
            return ReInit(
                reader.opaque(), reader.uint16(), reader.uint16(), reader.vector(Extension.decode)
            )
        case ProposalType.EXTERNAL_INIT:
            return ExternalInit(reader.opaque())
        case ProposalType.GROUP_CONTEXT_EXTENSIONS:
            return GroupContextExtensions(reader.vector(Extension.decode))
        case _:
            return UnknownProposal(proposal_type, reader.opaque())
