"""Group infos: what somebody needs to know of a group to join it (RFC 9420 §12.4.3)."""

from dataclasses import dataclass, replace

from roomkey.crypto.suite import CipherSuite

from .codec import Reader, opaque, uint32, vector
from .extension import Extension, find_extension
from .group_context import GroupContext
from .labels import sign_with_label, verify_with_label

_TBS_LABEL = b"GroupInfoTBS"


@dataclass(frozen=True, slots=True)
class GroupInfo:
    """An epoch's context and confirmation tag, signed by the member at leaf `signer`."""

    context: GroupContext
    extensions: tuple[Extension, ...]
    confirmation_tag: bytes
    signer: int
    signature: bytes = b""

    def extension(self, extension_type: int) -> bytes | None:
        """Get the data of the group info's own extension of that type, or None."""
        return find_extension(self.extensions, extension_type)

    def _unsigned(self) -> bytes:
        return (
            self.context.encode()
            + vector(self.extensions)
            + opaque(self.confirmation_tag)
            + uint32(self.signer)
        )

    def encode(self) -> bytes:
        """Write `struct GroupInfo`."""
        return self._unsigned() + opaque(self.signature)

    @classmethod
    def decode(cls, reader: Reader) -> "GroupInfo":
        """Read `struct GroupInfo`."""
        return cls(
            GroupContext.decode(reader),
            reader.vector(Extension.decode),
            reader.opaque(),
            reader.uint32(),
            reader.opaque(),
        )

    def sign(self, suite: CipherSuite, private_key: bytes) -> "GroupInfo":
        """Make this group info with its signature."""
        signature = sign_with_label(suite, private_key, _TBS_LABEL, self._unsigned())
        return replace(self, signature=signature)

    def verify_signature(self, suite: CipherSuite, signature_key: bytes) -> None:
        """Check the signature with the signer's key; raises CryptoError."""
        content = self._unsigned()
        verify_with_label(suite, signature_key, _TBS_LABEL, content, self.signature)
