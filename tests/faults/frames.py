"""WebSocket frames as they pass a proxy (RFC 6455, section 5.2): found, counted, cut short."""

import asyncio
import contextlib
from dataclasses import dataclass
from typing import Literal

import msgpack  # type: ignore[import-untyped]

Kind = Literal["frame", "request", "answer", "push"]
"""Any frame with a message, a request to store something, its answer, or the push of it."""

EVENT, ACK = 2, 3
STORING = ("room.send", "room.commit", "room.leave")

DATA = frozenset((0, 1, 2))
"""Opcodes of frames that carry messages."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: its bytes on the line, and where in them its content begins."""

    raw: bytes
    start: int

    @property
    def is_data(self) -> bool:
        """Whether it carries a message, or a part of one."""
        return self.raw[0] & 0x0F in DATA

    def is_a(self, kind: Kind) -> bool:
        """Say whether it is of a kind."""
        if kind == "frame" or not self.is_data:
            return self.is_data
        packet = {}
        # what is not a packet is of no kind
        with contextlib.suppress(Exception):
            packet = msgpack.unpackb(self._content(), strict_map_key=False)
        if not isinstance(packet, dict) or not packet.get("data"):
            return False
        said, data = packet.get("type"), packet["data"]
        if kind == "answer":
            return bool(said == ACK and "seq" in data[0])
        if kind == "push":
            return bool(said == EVENT and data[0] == "room.envelope")
        return bool(said == EVENT and data[0] in STORING)

    def _content(self) -> bytes:
        content = self.raw[self.start :]
        if not self.raw[1] & 0x80:
            return content
        key = self.raw[self.start - 4 : self.start]
        return bytes(byte ^ key[place % 4] for place, byte in enumerate(content))

    def shortened(self) -> bytes:
        """Give a well-formed frame with the first half of the content."""
        masked = self.raw[1] & 0x80
        content = self.raw[self.start : self.start + (len(self.raw) - self.start) // 2]
        key = self.raw[self.start - 4 : self.start] if masked else b""
        length = len(content)
        if length < 126:
            head = bytes((self.raw[0], masked | length))
        else:
            head = bytes((self.raw[0], masked | 127)) + length.to_bytes(8, "big")
        return head + key + content


async def read_frame(reader: asyncio.StreamReader) -> Frame:
    """Read the next frame; raises IncompleteReadError at the end."""
    head = await reader.readexactly(2)
    length = head[1] & 0x7F
    if length >= 126:
        more = await reader.readexactly(2 if length == 126 else 8)
        head += more
        length = int.from_bytes(more, "big")
    if head[1] & 0x80:
        head += await reader.readexactly(4)
    return Frame(head + await reader.readexactly(length), len(head))
