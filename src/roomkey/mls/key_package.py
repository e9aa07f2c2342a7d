"""Key packages: an invitation that a client leaves for whoever wants to add it (RFC 9420 §10)."""

from dataclasses import dataclass, replace

from roomkey.crypto.suite import CipherSuite

from .codec import Reader, decode_all, opaque, uint16, vector
from .extension import Extension
from .labels import make_reference, sign_with_label, verify_with_label
from .leaf_node import LeafNode

_TBS_LABEL = b"KeyPackageTBS"


@dataclass(frozen=True, slots=True)
class KeyPackage:
    """The leaf a client would have, and the key to encrypt its Welcome to."""

    version: int
    cipher_suite: int
    init_key: bytes
    leaf_node: LeafNode
    extensions: tuple[Extension, ...] = ()
    signature: bytes = b""

    def _unsigned(self) -> bytes:
        return (
            uint16(self.version)
            + uint16(self.cipher_suite)
            + opaque(self.init_key)
            + self.leaf_node.encode()
            + vector(self.extensions)
        )

    def encode(self) -> bytes:
        """Write `struct KeyPackage`."""
        return self._unsigned() + opaque(self.signature)

    @classmethod
    def decode(cls, reader: Reader) -> "KeyPackage":
        """Read `struct KeyPackage`."""
        return cls(
            reader.uint16(),
            reader.uint16(),
            reader.opaque(),
            LeafNode.decode(reader),
            reader.vector(Extension.decode),
            reader.opaque(),
        )

    def sign(self, suite: CipherSuite, private_key: bytes) -> "KeyPackage":
        """Make this key package with its signature."""
        signature = sign_with_label(suite, private_key, _TBS_LABEL, self._unsigned())
        return replace(self, signature=signature)

    def verify_signature(self, suite: CipherSuite) -> None:
        """Check the package's own signature, not its leaf's; raises CryptoError."""
        key = self.leaf_node.signature_key
        verify_with_label(suite, key, _TBS_LABEL, self._unsigned(), self.signature)

    def reference(self, suite: CipherSuite) -> bytes:
        """Name this key package as a Welcome does (KeyPackageRef, §5.2)."""
        return make_reference(suite, b"MLS 1.0 KeyPackage Reference", self.encode())


@dataclass(frozen=True, slots=True, repr=False)
class KeyPackageBundle:
    """A key package with its private keys, which its owner keeps until the Welcome arrives."""

    key_package: KeyPackage
    init_private_key: bytes
    leaf_private_key: bytes

    def encode(self) -> bytes:
        """Write the bundle for the owner's own storage; it holds private keys."""
        return (
            opaque(self.key_package.encode())
            + opaque(self.init_private_key)
            + opaque(self.leaf_private_key)
        )

    @classmethod
    def decode(cls, data: bytes) -> "KeyPackageBundle":
        """Read a bundle from the owner's own storage."""
        return decode_all(
            lambda reader: cls(
                decode_all(KeyPackage.decode, reader.opaque()), reader.opaque(), reader.opaque()
            ),
            data,
        )
