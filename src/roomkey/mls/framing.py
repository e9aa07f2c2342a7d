"""What every message to a group says and signs, however it is sent (RFC 9420 §6, §6.1)."""

from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from roomkey.crypto.suite import CipherSuite
from roomkey.errors import DecodeError

from .codec import PROTOCOL_VERSION, Reader, opaque, uint8, uint16, uint32, uint64
from .commit import Commit
from .group_context import GroupContext
from .labels import make_reference, sign_with_label, verify_with_label
from .proposal import Proposal, decode_proposal, encode_proposal


class WireFormat:
    """The kinds of MLSMessage (§17.2)."""

    PUBLIC_MESSAGE: Final = 1
    PRIVATE_MESSAGE: Final = 2
    WELCOME: Final = 3
    GROUP_INFO: Final = 4
    KEY_PACKAGE: Final = 5


class ContentType:
    """What a message to the group contains."""

    APPLICATION: Final = 1
    PROPOSAL: Final = 2
    COMMIT: Final = 3


class SenderType:
    """What a sender is to the group."""

    MEMBER: Final = 1
    EXTERNAL: Final = 2
    NEW_MEMBER_PROPOSAL: Final = 3
    NEW_MEMBER_COMMIT: Final = 4


_TBS_LABEL = b"FramedContentTBS"


@dataclass(frozen=True, slots=True)
class Sender:
    """A member's leaf index, an external sender's index, or somebody who is about to join."""

    type: int
    index: int = 0

    @classmethod
    def member(cls, leaf_index: int) -> "Sender":
        """Name the member at a leaf."""
        return cls(SenderType.MEMBER, leaf_index)

    @property
    def leaf_index(self) -> int | None:
        """The leaf of a member; None for everybody else."""
        return self.index if self.type == SenderType.MEMBER else None

    def encode(self) -> bytes:
        """Write `struct Sender`."""
        if self.type in (SenderType.MEMBER, SenderType.EXTERNAL):
            return uint8(self.type) + uint32(self.index)
        return uint8(self.type)

    @classmethod
    def decode(cls, reader: Reader) -> "Sender":
        """Read `struct Sender`."""
        sender_type = reader.uint8()
        if sender_type in (SenderType.MEMBER, SenderType.EXTERNAL):
            return cls(sender_type, reader.uint32())
        if sender_type in (SenderType.NEW_MEMBER_PROPOSAL, SenderType.NEW_MEMBER_COMMIT):
            return cls(sender_type)
        raise DecodeError("a sender is of an unknown type")


Content: TypeAlias = bytes | Proposal | Commit


def _content_type_of(content: Content) -> int:
    """Say which content type a message's content has."""
    if isinstance(content, bytes):
        return ContentType.APPLICATION
    return ContentType.COMMIT if isinstance(content, Commit) else ContentType.PROPOSAL


def encode_content(content: Content) -> bytes:
    """Write a message's content without its type."""
    if isinstance(content, bytes):
        return opaque(content)
    return content.encode() if isinstance(content, Commit) else encode_proposal(content)


def decode_content(content_type: int, reader: Reader) -> Content:
    """Read a message's content of the given type."""
    if content_type == ContentType.APPLICATION:
        return reader.opaque()
    if content_type == ContentType.PROPOSAL:
        return decode_proposal(reader)
    if content_type == ContentType.COMMIT:
        return Commit.decode(reader)
    raise DecodeError("a message's content is of an unknown type")


@dataclass(frozen=True, slots=True)
class FramedContent:
    """Content with who sent it, to which group and in which epoch."""

    group_id: bytes
    epoch: int
    sender: Sender
    authenticated_data: bytes
    # left out of the representation: it may be what a user wrote
    content: Content = field(repr=False)
    # a commit of a large group is long, and is signed, hashed and authenticated in this form
    _encoded: bytes | None = field(default=None, init=False, compare=False, repr=False)

    @property
    def content_type(self) -> int:
        """Which kind of content this is."""
        return _content_type_of(self.content)

    def encode(self) -> bytes:
        """Write `struct FramedContent`."""
        if self._encoded is None:
            encoded = (
                opaque(self.group_id)
                + uint64(self.epoch)
                + self.sender.encode()
                + opaque(self.authenticated_data)
                + uint8(self.content_type)
                + encode_content(self.content)
            )
            object.__setattr__(self, "_encoded", encoded)
        assert self._encoded is not None
        return self._encoded

    @classmethod
    def decode(cls, reader: Reader) -> "FramedContent":
        """Read `struct FramedContent`."""
        start = reader.position
        group_id, epoch, sender = reader.opaque(), reader.uint64(), Sender.decode(reader)
        authenticated_data = reader.opaque()
        content = decode_content(reader.uint8(), reader)
        framed = cls(group_id, epoch, sender, authenticated_data, content)
        object.__setattr__(framed, "_encoded", reader.data[start : reader.position])
        return framed


@dataclass(frozen=True, slots=True)
class AuthenticatedContent:
    """Framed content, its signature and a commit's confirmation tag; nothing is checked."""

    wire_format: int
    framed: FramedContent
    signature: bytes = b""
    confirmation_tag: bytes | None = None

    def signed_content(self, context: GroupContext) -> bytes:
        """Write FramedContentTBS; members and external committers sign the group context too."""
        content = uint16(PROTOCOL_VERSION) + uint16(self.wire_format) + self.framed.encode()
        if self.framed.sender.type in (SenderType.MEMBER, SenderType.NEW_MEMBER_COMMIT):
            return content + context.encode()
        return content

    def sign(
        self, suite: CipherSuite, private_key: bytes, context: GroupContext
    ) -> "AuthenticatedContent":
        """Make this content with its signature."""
        content = self.signed_content(context)
        return replace(self, signature=sign_with_label(suite, private_key, _TBS_LABEL, content))

    def verify_signature(
        self, suite: CipherSuite, signature_key: bytes, context: GroupContext
    ) -> None:
        """Check the signature; raises CryptoError."""
        content = self.signed_content(context)
        verify_with_label(suite, signature_key, _TBS_LABEL, content, self.signature)

    def encode_auth(self) -> bytes:
        """Write `struct FramedContentAuthData`."""
        if self.framed.content_type != ContentType.COMMIT:
            return opaque(self.signature)
        return opaque(self.signature) + opaque(self.confirmation_tag or b"")

    def encode(self) -> bytes:
        """Write `struct AuthenticatedContent`."""
        return uint16(self.wire_format) + self.framed.encode() + self.encode_auth()

    @classmethod
    def decode(cls, reader: Reader) -> "AuthenticatedContent":
        """Read `struct AuthenticatedContent`."""
        return cls.decode_after_format(reader.uint16(), reader)

    @classmethod
    def decode_after_format(cls, wire_format: int, reader: Reader) -> "AuthenticatedContent":
        """Read framed content and what authenticates it."""
        framed = FramedContent.decode(reader)
        return cls(wire_format, framed, *decode_auth(framed.content, reader))

    def reference(self, suite: CipherSuite) -> bytes:
        """Name a proposal as a commit does (ProposalRef, §5.2)."""
        return make_reference(suite, b"MLS 1.0 Proposal Reference", self.encode())


def decode_auth(content: Content, reader: Reader) -> tuple[bytes, bytes | None]:
    """Read `struct FramedContentAuthData`: the signature, and a commit's confirmation tag."""
    signature = reader.opaque()
    return signature, reader.opaque() if isinstance(content, Commit) else None


@dataclass(frozen=True, slots=True)
class VerifiedContent:
    """Content whose signature and membership hold; only verifying a message makes one.

    `generation` is the ratchet generation of a private message, None for a public one.
    """

    authenticated: AuthenticatedContent
    generation: int | None = None

    @property
    def framed(self) -> FramedContent:
        """The content itself."""
        return self.authenticated.framed
