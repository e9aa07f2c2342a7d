"""Credentials: who a member says it is (RFC 9420 §5.3)."""

from dataclasses import dataclass
from typing import Final

from .codec import Reader, decode_all, opaque, uint16


class CredentialType:
    """The credential types of RFC 9420 §17.5."""

    BASIC: Final = 1
    X509: Final = 2


@dataclass(frozen=True, slots=True)
class Credential:
    """A credential of any type; every type's content is one vector on the wire."""

    type: int
    content: bytes

    @classmethod
    def basic(cls, identity: bytes) -> "Credential":
        """Make a credential that only states an identity."""
        return cls(CredentialType.BASIC, identity)

    @property
    def identity(self) -> bytes:
        """The identity a basic credential states; empty for the other types."""
        return self.content if self.type == CredentialType.BASIC else b""

    @property
    def certificates(self) -> tuple[bytes, ...]:
        """The chain of an X.509 credential, the member's own first; empty for other types."""
        if self.type != CredentialType.X509:
            return ()
        return decode_all(lambda reader: reader.vector(Reader.opaque), opaque(self.content))

    def encode(self) -> bytes:
        """Write `struct Credential`."""
        return uint16(self.type) + opaque(self.content)

    @classmethod
    def decode(cls, reader: Reader) -> "Credential":
        """Read `struct Credential`; the content of an unknown type is kept unread."""
        credential = cls(reader.uint16(), reader.opaque())
        _ = credential.certificates  # a malformed chain is malformed data
        return credential
