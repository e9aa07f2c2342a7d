"""Stands between clients and a relay, and keeps every byte in both directions, unmasked."""

import contextlib
import socket
import threading

_READ_BYTES = 65536


class RecordingProxy:
    """Listens on a port of its own; `traffic` is what went through."""

    def __init__(self, port: int) -> None:
        self._relay = ("127.0.0.1", port)
        self._recordings: list[tuple[bytearray, bytearray]] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def traffic(self) -> dict[str, bytes]:
        """Everything that was said so far: as it went over the wire, and frames without masks."""
        said = {}
        for number, (up, down) in enumerate(list(self._recordings)):
            said[f"traffic {number} to the relay"] = bytes(up)
            said[f"traffic {number} to the relay, unmasked"] = _unmasked(bytes(up))
            said[f"traffic {number} from the relay"] = bytes(down)
        return said

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                relay = socket.create_connection(self._relay)
                recording = (bytearray(), bytearray())
                self._recordings.append(recording)
                for source, sink, kept in ((client, relay, 0), (relay, client, 1)):
                    carry = (source, sink, recording[kept])
                    threading.Thread(target=_carry, args=carry, daemon=True).start()


def _carry(source: socket.socket, sink: socket.socket, kept: bytearray) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(_READ_BYTES):
            kept += data
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


def _unmasked(said: bytes) -> bytes:
    """Take the masks off a client's WebSocket frames (RFC 6455, section 5.3)."""
    head, _, frames = said.partition(b"\r\n\r\n")
    if b"websocket" not in head.lower():
        return said
    content, place = bytearray(), 0
    while place + 6 <= len(frames):
        length, start = frames[place + 1] & 0x7F, place + 2
        if length > 125:
            width = 2 if length == 126 else 8
            length = int.from_bytes(frames[start : start + width], "big")
            start += width
        mask, body = frames[start : start + 4], frames[start + 4 : start + 4 + length]
        repeated = (mask * (len(body) // 4 + 1))[: len(body)]
        unmasked = int.from_bytes(body, "big") ^ int.from_bytes(repeated, "big")
        content += unmasked.to_bytes(len(body), "big")
        place = start + 4 + length
    return bytes(content)
