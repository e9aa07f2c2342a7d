"""Leaf nodes: one member's public keys, credential and capabilities (RFC 9420 §7.2)."""

from dataclasses import dataclass, field, replace
from typing import Final

from roomkey.crypto.suite import CipherSuite
from roomkey.errors import DecodeError

from .capabilities import Capabilities
from .codec import Reader, opaque, uint8, uint32, uint64, vector
from .credential import Credential
from .extension import Extension, find_extension
from .labels import sign_with_label, verify_with_label


class LeafNodeSource:
    """Where a leaf comes from, which says what it carries and what its signature covers."""

    KEY_PACKAGE: Final = 1
    UPDATE: Final = 2
    COMMIT: Final = 3


_TBS_LABEL = b"LeafNodeTBS"


@dataclass(frozen=True, slots=True)
class Lifetime:
    """When a key package may be used, both ends included, in seconds since 1970."""

    not_before: int
    not_after: int


@dataclass(frozen=True, slots=True)
class LeafNode:
    """A member as the others see it."""

    encryption_key: bytes
    signature_key: bytes
    credential: Credential
    capabilities: Capabilities
    source: int
    lifetime: Lifetime | None = None
    parent_hash: bytes = b""
    extensions: tuple[Extension, ...] = ()
    signature: bytes = b""
    # encoded again and again for tree hashes and group infos, and never changed
    _encoded: bytes | None = field(default=None, init=False, compare=False, repr=False)

    def extension(self, extension_type: int) -> bytes | None:
        """Get the data of this leaf's extension of that type, or None."""
        return find_extension(self.extensions, extension_type)

    def _unsigned(self) -> bytes:
        body = (
            opaque(self.encryption_key)
            + opaque(self.signature_key)
            + self.credential.encode()
            + self.capabilities.encode()
            + uint8(self.source)
        )
        if self.source == LeafNodeSource.KEY_PACKAGE:
            lifetime = self.lifetime or Lifetime(0, 0)
            body += uint64(lifetime.not_before) + uint64(lifetime.not_after)
        elif self.source == LeafNodeSource.COMMIT:
            body += opaque(self.parent_hash)
        return body + vector(self.extensions)

    def encode(self) -> bytes:
        """Write `struct LeafNode`."""
        if self._encoded is None:
            object.__setattr__(self, "_encoded", self._unsigned() + opaque(self.signature))
        assert self._encoded is not None
        return self._encoded

    @classmethod
    def decode(cls, reader: Reader) -> "LeafNode":
        """Read `struct LeafNode`."""
        start = reader.position
        encryption_key, signature_key = reader.opaque(), reader.opaque()
        credential, capabilities = Credential.decode(reader), Capabilities.decode(reader)
        source = reader.uint8()
        lifetime, parent_hash = None, b""
        if source == LeafNodeSource.KEY_PACKAGE:
            lifetime = Lifetime(reader.uint64(), reader.uint64())
        elif source == LeafNodeSource.COMMIT:
            parent_hash = reader.opaque()
        elif source != LeafNodeSource.UPDATE:
            raise DecodeError("a leaf node has an unknown source")
        leaf = cls(
            encryption_key,
            signature_key,
            credential,
            capabilities,
            source,
            lifetime,
            parent_hash,
            reader.vector(Extension.decode),
            reader.opaque(),
        )
        object.__setattr__(leaf, "_encoded", reader.data[start : reader.position])
        return leaf

    def _signed_content(self, group_id: bytes, index: int) -> bytes:
        if self.source == LeafNodeSource.KEY_PACKAGE:
            return self._unsigned()
        return self._unsigned() + opaque(group_id) + uint32(index)

    def sign(
        self, suite: CipherSuite, private_key: bytes, group_id: bytes = b"", index: int = 0
    ) -> "LeafNode":
        """Make this leaf with its signature, which covers group and index if it is in a group."""
        content = self._signed_content(group_id, index)
        return replace(self, signature=sign_with_label(suite, private_key, _TBS_LABEL, content))

    def verify_signature(self, suite: CipherSuite, group_id: bytes = b"", index: int = 0) -> None:
        """Check the signature for this place in this group; raises CryptoError."""
        content = self._signed_content(group_id, index)
        verify_with_label(suite, self.signature_key, _TBS_LABEL, content, self.signature)
