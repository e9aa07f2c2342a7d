"""Reading the fields of a request: each has a type and a bound before it is used."""

import re
from typing import Any

from roomkey.errors import DecodeError, MalformedRequest, TooLarge
from roomkey.wire import limits, room_code

MAX_EPOCH = (1 << 63) - 1
_HANDLE = re.compile(limits.HANDLE_FORM)


class Fields:
    """The map a request came with; each reader raises MalformedRequest or TooLarge."""

    __slots__ = ("_map",)

    def __init__(self, request: Any) -> None:
        if not isinstance(request, dict):
            raise MalformedRequest("not a map")
        self._map = request

    def __contains__(self, name: str) -> bool:
        return name in self._map

    def exact(self, name: str, length: int) -> bytes:
        """Read a byte string of exactly `length` bytes."""
        value = self.bounded(name, length)
        if len(value) != length:
            raise MalformedRequest(name)
        return value

    def bounded(self, name: str, most: int) -> bytes:
        """Read a byte string of 1 to `most` bytes."""
        value = self._map.get(name)
        if not isinstance(value, bytes) or not value:
            raise MalformedRequest(name)
        if len(value) > most:
            raise TooLarge(name)
        return value

    def optional(self, name: str, most: int) -> bytes | None:
        """Read a byte string of 1 to `most` bytes, if it is there."""
        return self.bounded(name, most) if name in self else None

    def integer(self, name: str, least: int, most: int) -> int:
        """Read an integer between `least` and `most`."""
        value = self._map.get(name)
        if type(value) is not int or not least <= value <= most:
            raise MalformedRequest(name)
        return value

    def boolean_or_none(self, name: str) -> bool | None:
        """Read true or false, if it is there."""
        return self.boolean(name) if name in self else None

    def keys(self, name: str, most: int) -> list[bytes]:
        """Read a list of at most `most` public keys of 32 bytes; none if it is not there."""
        value = self._map.get(name, [])
        if not isinstance(value, list) or len(value) > most:
            raise MalformedRequest(name)
        if not all(isinstance(key, bytes) and len(key) == limits.KEY_BYTES for key in value):
            raise MalformedRequest(name)
        return value

    def boolean(self, name: str) -> bool:
        """Read true or false."""
        value = self._map.get(name)
        if not isinstance(value, bool):
            raise MalformedRequest(name)
        return value

    def listed(self, name: str, most: int, most_bytes: int) -> list[bytes]:
        """Read a list of 1 to `most` byte strings, each of 1 to `most_bytes`."""
        value = self._map.get(name)
        if not isinstance(value, list) or not value:
            raise MalformedRequest(name)
        if not all(isinstance(item, bytes) and item for item in value):
            raise MalformedRequest(name)
        if len(value) > most or any(len(item) > most_bytes for item in value):
            raise TooLarge(name)
        return value

    def handle(self) -> str:
        """Read a handle in its stored form."""
        value = self._map.get("handle")
        if not isinstance(value, str) or not _HANDLE.fullmatch(value):
            raise MalformedRequest("handle")
        return value

    def inner(self, name: str) -> "Fields":
        """Read a map within the request."""
        return Fields(self._map.get(name))

    def room(self) -> bytes:
        """Read the room id, 16 bytes."""
        return self.exact("room", limits.ROOM_ID_BYTES)

    def request(self) -> bytes:
        """Read the request id, 16 bytes."""
        return self.exact("request", limits.REQUEST_ID_BYTES)

    def leaf(self) -> bytes:
        """Read a leaf's signature key, 32 bytes."""
        return self.exact("leaf", limits.KEY_BYTES)

    def leaf_or_none(self, name: str) -> bytes | None:
        """Read a leaf's signature key, 32 bytes, if it is there."""
        return self.exact(name, limits.KEY_BYTES) if name in self else None

    def signature(self) -> bytes:
        """Read an Ed25519 signature, 64 bytes."""
        return self.exact("signature", limits.SIGNATURE_BYTES)

    def epoch(self) -> int:
        """Read an epoch's number."""
        return self.integer("epoch", 0, MAX_EPOCH)

    def code(self) -> str:
        """Read a room code into its stored form."""
        value = self._map.get("code")
        if not isinstance(value, str) or len(value) > 40:
            raise MalformedRequest("code")
        try:
            return room_code.parse(value)
        except DecodeError as error:
            raise MalformedRequest("code") from error
