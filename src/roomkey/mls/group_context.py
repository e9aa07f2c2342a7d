"""The group context: what all members of an epoch agree on (RFC 9420 §8.1)."""

from dataclasses import dataclass

from roomkey.errors import DecodeError

from .capabilities import RequiredCapabilities
from .codec import PROTOCOL_VERSION, Reader, decode_all, opaque, uint16, uint64, vector
from .extension import Extension, ExtensionType, find_extension
from .external_sender import ExternalSender, decode_external_senders


@dataclass(frozen=True, slots=True)
class GroupContext:
    """Goes into every key of the epoch, so that members who differ in it share no key."""

    cipher_suite: int
    group_id: bytes
    epoch: int
    tree_hash: bytes
    confirmed_transcript_hash: bytes
    extensions: tuple[Extension, ...] = ()

    def extension(self, extension_type: int) -> bytes | None:
        """Get the data of the group's extension of that type, or None."""
        return find_extension(self.extensions, extension_type)

    @property
    def required_capabilities(self) -> RequiredCapabilities:
        """What every member must support beyond the defaults (§11.1)."""
        data = self.extension(ExtensionType.REQUIRED_CAPABILITIES)
        if data is None:
            return RequiredCapabilities()
        return decode_all(RequiredCapabilities.decode, data)

    @property
    def external_senders(self) -> tuple[ExternalSender, ...]:
        """Who may propose from outside (§12.1.8.1)."""
        data = self.extension(ExtensionType.EXTERNAL_SENDERS)
        return () if data is None else decode_external_senders(data)

    def encode(self) -> bytes:
        """Write `struct GroupContext`."""
        return (
            uint16(PROTOCOL_VERSION)
            + uint16(self.cipher_suite)
            + opaque(self.group_id)
            + uint64(self.epoch)
            + opaque(self.tree_hash)
            + opaque(self.confirmed_transcript_hash)
            + vector(self.extensions)
        )

    @classmethod
    def decode(cls, reader: Reader) -> "GroupContext":
        """Read `struct GroupContext`."""
        if reader.uint16() != PROTOCOL_VERSION:
            raise DecodeError("a group context is of another protocol version")
        return cls(
            reader.uint16(),
            reader.opaque(),
            reader.uint64(),
            reader.opaque(),
            reader.opaque(),
            reader.vector(Extension.decode),
        )
