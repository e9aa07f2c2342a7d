"""What a message says, as the IETF's MIMI content in CBOR (docs/protocol/content.md)."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import cbor2

from roomkey.errors import DecodeError, TooLarge

SALT_BYTES: Final = 16
MESSAGE_ID_BYTES: Final = 32
MAX_TEXT_BYTES: Final = 64_000
MAX_SIGN_BYTES: Final = 64
MAX_TOPIC_BYTES: Final = 64
MAX_EXTENSIONS: Final = 16
MAX_EXTENSION_BYTES: Final = 1024
BUCKETS: Final = (256, 1024, 4096, 16384, 65536)

MARKDOWN: Final = "text/markdown;variant=GFM"
PLAIN: Final = "text/plain;charset=utf-8"
CLOCK_EXTENSION: Final = "roomkey.clock"

_UINT32: Final = 2**32 - 1
_NULL_PART: Final = 0
_SINGLE_PART: Final = 1
_FIELDS: Final = 7


class Disposition:
    """What a body is for (the draft's baseDispos)."""

    RENDER: Final = 1
    REACTION: Final = 2


class ContentKind(StrEnum):
    """What a content is, by its shape; there are no others."""

    MESSAGE = "message"
    EDIT = "edit"
    DELETION = "deletion"
    REACTION = "reaction"
    RETRACTION = "retraction"


@dataclass(frozen=True, slots=True)
class Expiration:
    """When a message is to be forgotten: seconds after it was shown, or seconds since 1970."""

    relative: bool
    seconds: int


ExtensionValue = int | str | bytes


@dataclass(frozen=True, slots=True)
class Content:
    """A message, or what changes one: a body, or none when it takes back what it replaces."""

    salt: bytes
    text: str | None
    disposition: int = Disposition.RENDER
    content_type: str = MARKDOWN
    language: str = ""
    replaces: bytes | None = None
    topic: bytes = b""
    expires: Expiration | None = None
    in_reply_to: bytes | None = None
    extensions: tuple[tuple[int | str, ExtensionValue], ...] = ()

    @property
    def sender_clock(self) -> int | None:
        """The sender's clock when it wrote this, in milliseconds since 1970; None if not said."""
        value = dict(self.extensions).get(CLOCK_EXTENSION)
        return value if isinstance(value, int) else None

    @property
    def kind(self) -> ContentKind:
        """What this is by its shape (content.md, section Form); raises DecodeError."""
        is_new, has_text = self.replaces is None, self.text is not None
        match self.disposition, is_new, has_text:
            case Disposition.RENDER, True, True:
                return ContentKind.MESSAGE
            case Disposition.RENDER, False, True:
                kind = ContentKind.EDIT
            case Disposition.RENDER, False, False:
                kind = ContentKind.DELETION
            case Disposition.REACTION, True, True:
                kind = ContentKind.REACTION
            case Disposition.REACTION, False, False:
                kind = ContentKind.RETRACTION
            case _:
                raise DecodeError("content is of no known kind")
        answers = self.in_reply_to is not None
        _require(self.expires is None)
        _require(answers if kind is ContentKind.REACTION else has_text or not answers)
        if kind is ContentKind.REACTION:
            _require(1 <= len((self.text or "").encode()) <= MAX_SIGN_BYTES)
        return kind

    @property
    def target(self) -> bytes | None:
        """The id of what this changes: a message, or the reaction that is taken back."""
        return self.in_reply_to if self.kind is ContentKind.REACTION else self.replaces

    def encode(self) -> bytes:
        """Write deterministic CBOR; raises TooLarge above 64,000 bytes of text."""
        part: list[Any] = [self.disposition, self.language]
        if self.text is None:
            part.append(_NULL_PART)
        else:
            body = self.text.encode()
            if len(body) > MAX_TEXT_BYTES:
                raise TooLarge(f"a message has at most {MAX_TEXT_BYTES} bytes")
            part += [_SINGLE_PART, self.content_type, body]
        expires = None if self.expires is None else [self.expires.relative, self.expires.seconds]
        fields = [
            self.salt,
            self.replaces,
            self.topic,
            expires,
            self.in_reply_to,
            dict(self.extensions),
            part,
        ]
        return cbor2.dumps(fields, canonical=True)

    @classmethod
    def decode(cls, data: bytes) -> "Content":
        """Read exactly what `encode` writes; raises DecodeError for anything else."""
        if len(data) > BUCKETS[-1]:
            raise DecodeError("content is too long")
        try:
            fields = cbor2.loads(
                data, max_depth=4, allow_indefinite=False, allow_duplicate_keys=False
            )
            content = cls._from_fields(fields)
            canonical = content.encode()
            _ = content.kind
        except (cbor2.CBORError, ValueError, TypeError, OverflowError, TooLarge) as error:
            raise DecodeError("content is not well formed") from error
        # one message, one encoding: the message id must not depend on how it was written
        if canonical != data:
            raise DecodeError("content is not in its only form")
        return content

    @classmethod
    def _from_fields(cls, fields: Any) -> "Content":
        items = _array(fields, _FIELDS)
        salt, replaces, topic, expires, in_reply_to, extensions, part = items
        _require(isinstance(salt, bytes) and len(salt) == SALT_BYTES)
        _require(isinstance(topic, bytes) and len(topic) <= MAX_TOPIC_BYTES)
        disposition, language, text, content_type = _part(part)
        return cls(
            salt,
            text,
            disposition,
            content_type,
            language,
            _message_id(replaces),
            topic,
            _expiration(expires),
            _message_id(in_reply_to),
            _extensions(extensions),
        )


def compute_message_id(sender: bytes, room_id: bytes, encoded: bytes) -> bytes:
    """Name a message by who wrote it, where, and every byte of it; 32 bytes.

    `sender` is the writer's pseudonym, `encoded` the content as it was sent.
    """
    fields = b"".join(len(part).to_bytes(4, "big") + part for part in (sender, room_id, encoded))
    return b"\x01" + hashlib.sha256(fields).digest()[:31]


def padding_for(length: int) -> int:
    """Return how many zero bytes bring content of `length` bytes to the next bucket."""
    for bucket in BUCKETS:
        if length <= bucket:
            return bucket - length
    raise TooLarge(f"content has at most {BUCKETS[-1]} bytes")


def pad(encoded: bytes) -> bytes:
    """Return content behind its length (four bytes, big-endian) and zeros up to its bucket."""
    return len(encoded).to_bytes(4, "big") + encoded + bytes(padding_for(len(encoded)))


def unpad(padded: bytes) -> bytes:
    """Return what `pad` was given; raises DecodeError unless every other byte is as it wrote it."""
    length = int.from_bytes(padded[:4], "big")
    encoded = padded[4 : 4 + length]
    if len(padded) < 4 or len(encoded) != length or length > BUCKETS[-1] or pad(encoded) != padded:
        raise DecodeError("padding")
    return encoded


def _require(condition: bool) -> None:
    if not condition:
        raise DecodeError("content is not well formed")


def _array(value: Any, length: int) -> list[Any]:
    _require(isinstance(value, list) and len(value) == length)
    items: list[Any] = value
    return items


def _is_uint(value: Any, limit: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= limit


def _message_id(value: Any) -> bytes | None:
    if value is None:
        return None
    _require(isinstance(value, bytes) and len(value) == MESSAGE_ID_BYTES)
    name: bytes = value
    return name


def _expiration(value: Any) -> Expiration | None:
    if value is None:
        return None
    relative, seconds = _array(value, 2)
    _require(isinstance(relative, bool) and _is_uint(seconds, _UINT32) and seconds > 0)
    return Expiration(relative, seconds)


def _extensions(value: Any) -> tuple[tuple[int | str, ExtensionValue], ...]:
    _require(isinstance(value, dict) and len(value) <= MAX_EXTENSIONS)
    items = []
    for name, item in value.items():
        _require(_is_extension_name(name) and _is_extension_value(item))
        items.append((name, item))
    return tuple(items)


def _is_extension_name(name: Any) -> bool:
    if isinstance(name, str):
        return 1 <= len(name.encode()) <= 255
    return isinstance(name, int) and not isinstance(name, bool) and abs(name) <= _UINT32


def _is_extension_value(value: Any) -> bool:
    if isinstance(value, str):
        return len(value.encode()) <= MAX_EXTENSION_BYTES
    if isinstance(value, bytes):
        return len(value) <= MAX_EXTENSION_BYTES
    return _is_uint(value, 2**53 - 1)


def _part(value: Any) -> tuple[int, str, str | None, str]:
    _require(isinstance(value, list) and len(value) >= 3)
    disposition, language, cardinality = value[:3]
    _require(disposition in (Disposition.RENDER, Disposition.REACTION))
    _require(type(disposition) is int and isinstance(language, str) and len(language) <= 35)
    _require(_is_uint(cardinality, _SINGLE_PART))
    if cardinality == _NULL_PART:
        _array(value, 3)
        return disposition, language, None, MARKDOWN
    _, _, _, content_type, body = _array(value, 5)
    _require(content_type in (MARKDOWN, PLAIN))
    _require(isinstance(body, bytes) and len(body) <= MAX_TEXT_BYTES)
    return disposition, language, body.decode(), content_type
