"""The TLS presentation language as MLS uses it (RFC 9420 §2.1)."""

from collections.abc import Callable, Iterable
from typing import Final, Protocol, TypeVar

from roomkey.errors import DecodeError

T = TypeVar("T")

PROTOCOL_VERSION: Final = 1
"""mls10, the only version of the protocol there is (RFC 9420 §17)."""

MAX_VECTOR_LENGTH: Final = (1 << 30) - 1


class Encodable(Protocol):
    """A structure that knows its own wire form."""

    def encode(self) -> bytes: ...


def encode_length(length: int) -> bytes:
    """Write the variable-size length header of a vector, in its shortest form (§2.1.2)."""
    if length < 1 << 6:
        return length.to_bytes(1, "big")
    if length < 1 << 14:
        return (length | 0x4000).to_bytes(2, "big")
    if length <= MAX_VECTOR_LENGTH:
        return (length | 0x8000_0000).to_bytes(4, "big")
    raise DecodeError("a vector is too long to encode")


def opaque(data: bytes) -> bytes:
    """Write `opaque data<V>`."""
    return encode_length(len(data)) + data


def uint8(value: int) -> bytes:
    """Write a one-byte integer."""
    return value.to_bytes(1, "big")


def uint16(value: int) -> bytes:
    """Write a two-byte integer."""
    return value.to_bytes(2, "big")


def uint32(value: int) -> bytes:
    """Write a four-byte integer."""
    return value.to_bytes(4, "big")


def uint64(value: int) -> bytes:
    """Write an eight-byte integer."""
    return value.to_bytes(8, "big")


def vector(items: Iterable[Encodable]) -> bytes:
    """Write `T items<V>`; the header counts bytes, not items."""
    return opaque(b"".join(item.encode() for item in items))


def uint16_vector(values: Iterable[int]) -> bytes:
    """Write `uint16 values<V>`."""
    return opaque(b"".join(uint16(value) for value in values))


def uint32_vector(values: Iterable[int]) -> bytes:
    """Write `uint32 values<V>`."""
    return opaque(b"".join(uint32(value) for value in values))


def optional(encoded: bytes | None) -> bytes:
    """Write `optional<T>`, given the encoding of the value or None (§2.1.1)."""
    return b"\x00" if encoded is None else b"\x01" + encoded


class Reader:
    """Takes structures off the front of `data`; raises DecodeError where it is malformed."""

    __slots__ = ("data", "end", "position")

    def __init__(self, data: bytes, position: int = 0, end: int | None = None) -> None:
        self.data = data
        self.position = position
        self.end = len(data) if end is None else end

    def take(self, length: int) -> bytes:
        """Read `length` bytes as they are."""
        start = self.position
        stop = start + length
        if stop > self.end:
            raise DecodeError("the data ends too early")
        self.position = stop
        return self.data[start:stop]

    def uint8(self) -> int:
        """Read a one-byte integer."""
        if self.position >= self.end:
            raise DecodeError("the data ends too early")
        value = self.data[self.position]
        self.position += 1
        return value

    def uint16(self) -> int:
        """Read a two-byte integer."""
        return int.from_bytes(self.take(2), "big")

    def uint32(self) -> int:
        """Read a four-byte integer."""
        return int.from_bytes(self.take(4), "big")

    def uint64(self) -> int:
        """Read an eight-byte integer."""
        return int.from_bytes(self.take(8), "big")

    def length(self) -> int:
        """Read a vector's length header; one that is longer than need be is refused (§2.1.2)."""
        first = self.uint8()
        prefix = first >> 6
        if prefix == 3:
            raise DecodeError("a length header has a prefix that is not used")
        value = first & 0x3F
        for _ in range((1 << prefix) - 1):
            value = value << 8 | self.uint8()
        if (prefix == 1 and value < 1 << 6) or (prefix == 2 and value < 1 << 14):
            raise DecodeError("a length header is longer than it need be")
        return value

    def opaque(self) -> bytes:
        """Read `opaque data<V>`."""
        return self.take(self.length())

    def vector(self, decode: Callable[["Reader"], T]) -> tuple[T, ...]:
        """Read `T items<V>`, each item by `decode`."""
        length = self.length()
        end = self.position + length
        if end > self.end:
            raise DecodeError("the data ends too early")
        inner = Reader(self.data, self.position, end)
        items = []
        while inner.position < end:
            items.append(decode(inner))
        self.position = end
        return tuple(items)

    def optional(self, decode: Callable[["Reader"], T]) -> T | None:
        """Read `optional<T>`."""
        present = self.uint8()
        if present == 0:
            return None
        if present != 1:
            raise DecodeError("an optional is neither present nor absent")
        return decode(self)

    def finish(self) -> None:
        """See that nothing is left."""
        if self.position != self.end:
            raise DecodeError("there is data after the end")


def decode_all(decode: Callable[[Reader], T], data: bytes) -> T:
    """Read one structure that must fill `data` exactly."""
    reader = Reader(data)
    value = decode(reader)
    reader.finish()
    return value
