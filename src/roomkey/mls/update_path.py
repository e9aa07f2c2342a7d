"""Update paths: fresh keys from a committer's leaf to the root (RFC 9420 §7.6)."""

from dataclasses import dataclass

from .codec import Reader, opaque, vector
from .leaf_node import LeafNode


@dataclass(frozen=True, slots=True)
class HpkeCiphertext:
    """A secret encrypted to one public key."""

    kem_output: bytes
    ciphertext: bytes

    def encode(self) -> bytes:
        """Write `struct HPKECiphertext`."""
        return opaque(self.kem_output) + opaque(self.ciphertext)

    @classmethod
    def decode(cls, reader: Reader) -> "HpkeCiphertext":
        """Read `struct HPKECiphertext`."""
        return cls(reader.opaque(), reader.opaque())


@dataclass(frozen=True, slots=True)
class UpdatePathNode:
    """A new public key, and its path secret for each node of the copath child's resolution."""

    encryption_key: bytes
    encrypted_path_secrets: tuple[HpkeCiphertext, ...]

    def encode(self) -> bytes:
        """Write `struct UpdatePathNode`."""
        return opaque(self.encryption_key) + vector(self.encrypted_path_secrets)

    @classmethod
    def decode(cls, reader: Reader) -> "UpdatePathNode":
        """Read `struct UpdatePathNode`."""
        return cls(reader.opaque(), reader.vector(HpkeCiphertext.decode))


@dataclass(frozen=True, slots=True)
class UpdatePath:
    """The committer's new leaf and the new keys above it, lowest first."""

    leaf_node: LeafNode
    nodes: tuple[UpdatePathNode, ...]

    def encode(self) -> bytes:
        """Write `struct UpdatePath`."""
        return self.leaf_node.encode() + vector(self.nodes)

    @classmethod
    def decode(cls, reader: Reader) -> "UpdatePath":
        """Read `struct UpdatePath`."""
        return cls(LeafNode.decode(reader), reader.vector(UpdatePathNode.decode))
