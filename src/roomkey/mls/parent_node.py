"""Parent nodes: a key shared by the members below it (RFC 9420 §7.1)."""

from dataclasses import dataclass, field

from .codec import Reader, opaque, uint32_vector


@dataclass(frozen=True, slots=True)
class ParentNode:
    """A public key whose private half every leaf below knows, but for the unmerged ones."""

    encryption_key: bytes
    parent_hash: bytes = b""
    unmerged_leaves: tuple[int, ...] = ()
    _encoded: bytes | None = field(default=None, init=False, compare=False, repr=False)

    def encode(self) -> bytes:
        """Write `struct ParentNode`."""
        if self._encoded is None:
            encoded = (
                opaque(self.encryption_key)
                + opaque(self.parent_hash)
                + uint32_vector(self.unmerged_leaves)
            )
            object.__setattr__(self, "_encoded", encoded)
        assert self._encoded is not None
        return self._encoded

    @classmethod
    def decode(cls, reader: Reader) -> "ParentNode":
        """Read `struct ParentNode`."""
        return cls(reader.opaque(), reader.opaque(), reader.vector(Reader.uint32))
