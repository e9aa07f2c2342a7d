"""External senders: who may propose changes without being a member (RFC 9420 §12.1.8.1)."""

from dataclasses import dataclass

from .codec import Reader, decode_all, opaque, vector
from .credential import Credential
from .extension import Extension, ExtensionType


@dataclass(frozen=True, slots=True)
class ExternalSender:
    """A signature key, and who holds it, that the group takes proposals from."""

    signature_key: bytes
    credential: Credential

    def encode(self) -> bytes:
        """Write `struct ExternalSender`."""
        return opaque(self.signature_key) + self.credential.encode()

    @classmethod
    def decode(cls, reader: Reader) -> "ExternalSender":
        """Read `struct ExternalSender`."""
        return cls(reader.opaque(), Credential.decode(reader))


def encode_external_senders(senders: tuple[ExternalSender, ...]) -> Extension:
    """Make the external_senders extension of a group context."""
    return Extension(ExtensionType.EXTERNAL_SENDERS, vector(senders))


def decode_external_senders(data: bytes) -> tuple[ExternalSender, ...]:
    """Read the data of an external_senders extension."""
    return decode_all(lambda reader: reader.vector(ExternalSender.decode), data)
