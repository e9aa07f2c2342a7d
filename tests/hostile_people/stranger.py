"""An outsider who speaks to the relay in bytes of his own making: TCP, WebSocket, Socket.IO."""

import base64
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import msgpack  # type: ignore[import-untyped]

from roomkey.crypto.randomness import system_random
from roomkey.crypto.signature import ED25519
from roomkey.wire.transcripts import admission_transcript, resume_transcript

PATIENCE = 30
UPGRADE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": base64.b64encode(bytes(16)).decode(),
}
CONTINUATION, TEXT, BINARY, CLOSE, PING = 0, 1, 2, 8, 9


class Ended(Exception):
    """The relay has ended the connection."""


class Stranger:
    """One TCP connection, from whatever address of this machine it is told to come from."""

    def __init__(self, url: str, address: str = "127.0.0.1") -> None:
        port = urlsplit(url).port
        assert port is not None
        self.host = f"127.0.0.1:{port}"
        self.socket = socket.create_connection(
            ("127.0.0.1", port), timeout=PATIENCE, source_address=(address, 0)
        )
        self.came_as = (b"", b"")
        self._buffer = b""
        self._number = 0

    def close(self) -> None:
        self.socket.close()

    def write(self, data: bytes) -> None:
        """Send bytes; the relay may have gone already."""
        try:
            self.socket.sendall(data)
        except OSError as error:
            raise Ended from error

    def read(self, count: int) -> bytes:
        while len(self._buffer) < count:
            self._more()
        data, self._buffer = self._buffer[:count], self._buffer[count:]
        return data

    def read_to(self, end: bytes) -> bytes:
        while end not in self._buffer:
            self._more()
        data, _, self._buffer = self._buffer.partition(end)
        return data

    def is_ended(self) -> bool:
        """Wait until the relay ends the connection; what it says before is passed over."""
        try:
            while True:
                self._buffer = b""
                self._more()
        except Ended:
            return True

    def _more(self) -> None:
        try:
            data = self.socket.recv(65536)
        except TimeoutError:
            raise
        except OSError as error:
            raise Ended from error
        if not data:
            raise Ended
        self._buffer += data

    # WebSocket

    def ask(self, method: str, path: str, **headers: str) -> bytes:
        """Send a request's head; give the answer's."""
        named = {"Host": self.host, **{name.replace("_", "-"): headers[name] for name in headers}}
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {named[name]}" for name in named)]
        self.write("\r\n".join((*lines, "", "")).encode())
        return self.read_to(b"\r\n\r\n")

    def shake_hands(self, **headers: str) -> bytes:
        """Ask for a WebSocket; give the answer's head."""
        upgrade = {name.replace("-", "_"): UPGRADE[name] for name in UPGRADE}
        path = "/socket.io/?EIO=4&transport=websocket"
        return self.ask("GET", path, **{**upgrade, **headers})

    def send_frame(
        self, opcode: int, data: bytes, *, first: int = 0x80, length: int | None = None
    ) -> None:
        """Send a masked frame; `first` are its first byte's flags, `length` what it claims."""
        claimed = len(data) if length is None else length
        if claimed < 126:
            head = bytes([first | opcode, 0x80 | claimed])
        elif claimed < 65536:
            head = bytes([first | opcode, 0x80 | 126]) + struct.pack(">H", claimed)
        else:
            head = bytes([first | opcode, 0x80 | 127]) + struct.pack(">Q", claimed)
        # a mask of zeros changes nothing
        self.write(head + bytes(4) + data)

    def read_frame(self) -> tuple[int, bytes]:
        first, length = self.read(2)
        if length == 126:
            (length,) = struct.unpack(">H", self.read(2))
        elif length == 127:
            (length,) = struct.unpack(">Q", self.read(8))
        return first & 0x0F, self.read(length)

    # Socket.IO

    def enter(self, **headers: str) -> "Stranger":
        """Come as far as anybody comes: a connection that requests can be made on."""
        head = self.shake_hands(**headers)
        assert head.startswith(b"HTTP/1.1 101 "), head
        self.send_packet(type=0, nsp="/", data={"v": 1})
        while self.read_frame()[0] != BINARY:
            pass
        return self

    def send_packet(self, **fields: Any) -> None:
        self.send_frame(BINARY, msgpack.packb(fields))

    def request(self, event: str, **fields: Any) -> dict[str, Any]:
        """Make a request; give its answer."""
        self._number += 1
        self.send_packet(type=2, nsp="/", id=self._number, data=[event, fields])
        while True:
            opcode, data = self.read_frame()
            if opcode == CLOSE:
                raise Ended
            if opcode == TEXT:
                self.send_frame(TEXT, b"3")
                continue
            packet = msgpack.unpackb(data)
            if packet.get("id") == self._number:
                answer: dict[str, Any] = packet["data"][0]
                return answer

    def guess(self, code: str, admission: tuple[bytes, bytes]) -> dict[str, Any]:
        """Try to come in with an admission key."""
        drawn, (_, leaf) = self.request("room.open", code=code), ED25519.generate(system_random)
        signed = admission_transcript(drawn["room"], drawn["nonce"], leaf)
        signature = ED25519.sign(admission[0], signed)
        self.came_as = drawn["room"], leaf
        return self.request("room.admit", room=drawn["room"], leaf=leaf, signature=signature)

    def join(self, admitted: dict[str, Any]) -> dict[str, Any]:
        """Join as who was admitted last, with a commit that is none."""
        room, leaf = self.came_as
        fields = {"request": os.urandom(16), "room": room, "joined": leaf}
        fields |= {"epoch": admitted["epoch"], "message": b"commit", "group_info": b"info"}
        return self.request("room.commit", **fields)

    def resume(self, code: str, identity: tuple[bytes, bytes]) -> dict[str, Any]:
        """Come back as a member, by a leaf key."""
        drawn = self.request("room.open", code=code)
        signed = resume_transcript(drawn["room"], drawn["nonce"], identity[1])
        signature = ED25519.sign(identity[0], signed)
        return self.request(
            "room.resume", room=drawn["room"], leaf=identity[1], signature=signature
        )

    def create(
        self,
        admission: tuple[bytes, bytes],
        identity: tuple[bytes, bytes],
        max_members: int = 100,
    ) -> Any:
        """Make a room; give its code and id."""
        drawn = self.request("room.reserve")
        signed = resume_transcript(drawn["room"], drawn["nonce"], identity[1])
        answer = self.request(
            "room.create",
            request=os.urandom(16),
            code=drawn["code"],
            admission=admission[1],
            leaf=identity[1],
            signature=ED25519.sign(identity[0], signed),
            group_info=b"group info",
            suite=1,
            retention=86400,
            max_members=max_members,
        )
        assert answer["ok"], answer
        return drawn["code"], drawn["room"]


@contextmanager
def a_stranger(url: str, address: str = "127.0.0.1") -> Iterator[Stranger]:
    """Connect, and end the connection after the block."""
    stranger = Stranger(url, address)
    try:
        yield stranger
    finally:
        stranger.close()
