"""Capabilities: what a client can process, and what a group demands (RFC 9420 §7.2, §11.1)."""

from dataclasses import dataclass

from .codec import Reader, uint16_vector
from .extension import DEFAULT_EXTENSIONS

_DEFAULT_PROPOSALS = frozenset(range(1, 8))


def _numbers(reader: Reader) -> tuple[int, ...]:
    return reader.vector(Reader.uint16)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The protocol versions, suites and types that a client supports beyond the defaults."""

    versions: tuple[int, ...]
    cipher_suites: tuple[int, ...]
    extensions: tuple[int, ...] = ()
    proposals: tuple[int, ...] = ()
    credentials: tuple[int, ...] = ()

    def supports_extension(self, extension_type: int) -> bool:
        """Say whether the client understands that extension type."""
        return extension_type in DEFAULT_EXTENSIONS or extension_type in self.extensions

    def supports_proposal(self, proposal_type: int) -> bool:
        """Say whether the client understands that proposal type."""
        return proposal_type in _DEFAULT_PROPOSALS or proposal_type in self.proposals

    def supports_credential(self, credential_type: int) -> bool:
        """Say whether the client understands that credential type."""
        return credential_type in self.credentials

    def encode(self) -> bytes:
        """Write `struct Capabilities`."""
        return (
            uint16_vector(self.versions)
            + uint16_vector(self.cipher_suites)
            + uint16_vector(self.extensions)
            + uint16_vector(self.proposals)
            + uint16_vector(self.credentials)
        )

    @classmethod
    def decode(cls, reader: Reader) -> "Capabilities":
        """Read `struct Capabilities`; unknown numbers, GREASE among them, are kept."""
        return cls(
            _numbers(reader), _numbers(reader), _numbers(reader), _numbers(reader), _numbers(reader)
        )


@dataclass(frozen=True, slots=True)
class RequiredCapabilities:
    """What every member of a group must support: the required_capabilities extension."""

    extensions: tuple[int, ...] = ()
    proposals: tuple[int, ...] = ()
    credentials: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """Write `struct RequiredCapabilities`."""
        return (
            uint16_vector(self.extensions)
            + uint16_vector(self.proposals)
            + uint16_vector(self.credentials)
        )

    @classmethod
    def decode(cls, reader: Reader) -> "RequiredCapabilities":
        """Read `struct RequiredCapabilities`."""
        return cls(_numbers(reader), _numbers(reader), _numbers(reader))

    def met_by(self, capabilities: Capabilities) -> bool:
        """Say whether a client with these capabilities may be a member."""
        return (
            all(map(capabilities.supports_extension, self.extensions))
            and all(map(capabilities.supports_proposal, self.proposals))
            and all(map(capabilities.supports_credential, self.credentials))
        )
