"""Socket.IO packets from outside: checked before python-socketio acts on them."""

from typing import Any

import msgpack  # type: ignore[import-untyped]
from engineio.packet import MESSAGE
from engineio.packet import Packet as EnginePacket
from socketio.msgpack_packet import MsgPackPacket
from socketio.packet import CONNECT, DISCONNECT, EVENT

MALFORMED = "malformed"
_RESERVED = frozenset(("connect", "disconnect", "connect_error", "*"))
_MAX_ID = 2**53


class CheckedPacket(MsgPackPacket):  # type: ignore[misc]
    """A packet of which only the default namespace's connect, disconnect and event are let through.

    Everything else becomes an event that is answered as malformed: decoding never raises.
    """

    def __init__(self, *fields: Any, encoded_packet: bytes | None = None, **named: Any) -> None:
        super().__init__(*fields, encoded_packet=encoded_packet, **named)
        if encoded_packet == b"":
            # the library leaves this one as it is, and fails on it later
            self.decode(encoded_packet)

    def decode(self, encoded_packet: bytes) -> None:
        """Read a packet in MessagePack."""
        self.packet_type: int = EVENT
        self.namespace: str = "/"
        self.id: int | None = None
        self.data: Any = [MALFORMED, None]
        try:
            decoded: Any = msgpack.unpackb(encoded_packet, strict_map_key=False)
        except Exception:
            # The unpacker raises half a dozen kinds of error for bytes that are not MessagePack.
            return
        if not isinstance(decoded, dict) or decoded.get("nsp") != "/":
            return
        number = decoded.get("id")
        if type(number) is int and 0 <= number < _MAX_ID:
            self.id = number
        kind: Any = decoded.get("type")
        data: Any = decoded.get("data")
        if type(kind) is not int:
            return
        if kind in (CONNECT, DISCONNECT):
            self.packet_type, self.data = kind, data
        elif kind == EVENT and _is_event(data):
            self.data = [data[0], data[1] if len(data) == 2 else None]


def _is_event(data: Any) -> bool:
    if not isinstance(data, list) or not 1 <= len(data) <= 2:
        return False
    return isinstance(data[0], str) and len(data[0]) <= 40 and data[0] not in _RESERVED


def encode_event(event: str, content: dict[str, Any]) -> Any:
    """Encode an event once, for every connection it goes to."""
    packet = MsgPackPacket(EVENT, data=[event, content], namespace="/")
    return EnginePacket(MESSAGE, packet.encode())
