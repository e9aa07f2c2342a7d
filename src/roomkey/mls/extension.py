"""Extensions: typed data that leaves, key packages, groups and group infos carry (RFC 9420 §13)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from .codec import Reader, opaque, uint16


class ExtensionType:
    """The extension types of RFC 9420 §17.3; others are legal and kept as they are."""

    APPLICATION_ID: Final = 1
    RATCHET_TREE: Final = 2
    REQUIRED_CAPABILITIES: Final = 3
    EXTERNAL_PUB: Final = 4
    EXTERNAL_SENDERS: Final = 5


DEFAULT_EXTENSIONS: Final = frozenset(range(1, 6))
"""The types every client supports without listing them (§7.2)."""


@dataclass(frozen=True, slots=True)
class Extension:
    """One extension: its type and data whose form only the type knows."""

    type: int
    data: bytes

    def encode(self) -> bytes:
        """Write `struct Extension`."""
        return uint16(self.type) + opaque(self.data)

    @classmethod
    def decode(cls, reader: Reader) -> "Extension":
        """Read `struct Extension`."""
        return cls(reader.uint16(), reader.opaque())


def find_extension(extensions: Iterable[Extension], extension_type: int) -> bytes | None:
    """Get the data of the extension of that type, or None."""
    for extension in extensions:
        if extension.type == extension_type:
            return extension.data
    return None
