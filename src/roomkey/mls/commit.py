"""Commits: a list of proposals put into effect, which starts a new epoch (RFC 9420 §12.4)."""

from dataclasses import dataclass
from typing import Final, TypeAlias

from roomkey.errors import DecodeError

from .codec import Reader, opaque, optional
from .proposal import Proposal, decode_proposal, encode_proposal
from .update_path import UpdatePath

_BY_VALUE: Final = 1
_BY_REFERENCE: Final = 2


@dataclass(frozen=True, slots=True)
class ProposalReference:
    """Names a proposal that was sent earlier in the epoch (ProposalRef)."""

    value: bytes


ProposalOrReference: TypeAlias = Proposal | ProposalReference


def _encode_item(item: ProposalOrReference) -> bytes:
    if isinstance(item, ProposalReference):
        return bytes([_BY_REFERENCE]) + opaque(item.value)
    return bytes([_BY_VALUE]) + encode_proposal(item)


def _decode_item(reader: Reader) -> ProposalOrReference:
    kind = reader.uint8()
    if kind == _BY_VALUE:
        return decode_proposal(reader)
    if kind == _BY_REFERENCE:
        return ProposalReference(reader.opaque())
    raise DecodeError("a commit's proposal is neither value nor reference")


@dataclass(frozen=True, slots=True)
class Commit:
    """The proposals, in the committer's order, and the path unless it may be left out."""

    proposals: tuple[ProposalOrReference, ...]
    path: UpdatePath | None = None

    def encode(self) -> bytes:
        """Write `struct Commit`."""
        path = None if self.path is None else self.path.encode()
        return opaque(b"".join(map(_encode_item, self.proposals))) + optional(path)

    @classmethod
    def decode(cls, reader: Reader) -> "Commit":
        """Read `struct Commit`."""
        return cls(reader.vector(_decode_item), reader.optional(UpdatePath.decode))
