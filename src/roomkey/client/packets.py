"""Socket.IO packets from a relay: what is malformed ends the connection."""

from collections.abc import Callable
from typing import Any

from socketio.msgpack_packet import MsgPackPacket
from socketio.packet import ACK, CONNECT, CONNECT_ERROR, DISCONNECT, EVENT


def checked_packets(malformed: Callable[[], None]) -> type[Any]:
    """Make the class that packets are read with; `malformed` is told of one that is none.

    The library would leave its error to nobody, and go on as if nothing had come.
    """

    class CheckedPacket(MsgPackPacket):  # type: ignore[misc]
        packet_type: Any
        namespace: Any
        id: Any
        data: Any

        def decode(self, encoded_packet: bytes) -> None:
            try:
                super().decode(encoded_packet)
                is_packet = _is_packet(self.packet_type, self.namespace, self.id, self.data)
            except Exception:
                # the unpacker raises half a dozen kinds of error for bytes that are not MessagePack
                is_packet = False
            if not is_packet:
                self.packet_type, self.namespace, self.id, self.data = DISCONNECT, "/", None, None
                malformed()

    return CheckedPacket


def _is_packet(kind: Any, namespace: Any, number: Any, content: Any) -> bool:
    if type(kind) is not int or namespace != "/" or type(number) not in (int, type(None)):
        return False
    if kind == CONNECT:
        return content is None or isinstance(content, dict)
    if kind == EVENT:
        return isinstance(content, list) and bool(content) and isinstance(content[0], str)
    if kind == ACK:
        return isinstance(content, list) and number is not None
    return kind in (DISCONNECT, CONNECT_ERROR)
