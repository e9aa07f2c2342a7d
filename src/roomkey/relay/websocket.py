"""The relay's end of a WebSocket: every frame whole, no extensions, slow readers cut off.

The driver that python-engineio brings loses the rest of a partial write to a slow reader.
"""

import contextlib
import socket
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import gevent
from gevent.event import Event
from websockets.exceptions import WebSocketException
from websockets.frames import CloseCode, Frame, Opcode
from websockets.protocol import OPEN, Protocol, Side
from websockets.utils import accept_key

from roomkey.wire.limits import MAX_FRAME_BYTES

from .logs import logger

ENVIRON_KEY = "roomkey.websocket"
SOCKET_KEY = "roomkey.socket"
_READ_BYTES = 65536
_CLOSING_SECONDS = 2.0
_LEAVING_SECONDS = 10.0
# Engine.IO's text packets: close, pong, noop. All else is MessagePack, in binary frames.
_TEXT_PACKETS = frozenset((b"1", b"3", b"6"))


class _Leaving(Exception):
    """Thrown into who waits for a message when no more are read."""


class WebSocket:
    """One connection. Sending never blocks: what the network does not take yet is queued."""

    def __init__(self, sock: Any, queue_bytes: int) -> None:
        # Without this a small frame may wait 40 ms for the reader to acknowledge the one before.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sock = sock
        self._protocol = Protocol(Side.SERVER, state=OPEN, max_size=MAX_FRAME_BYTES)
        self._queue: deque[bytes] = deque()
        self._queued_bytes = 0
        self._queue_bytes = queue_bytes
        self._writer: Any = None
        self._received: deque[bytes | str] = deque()
        self._parts: list[bytes] = []
        self._text = False
        self._open = True
        self._was_closed = False
        self._reader: Any = None
        self._is_leaving = False

    def send(self, message: bytes | str) -> None:
        """Send one message; raises OSError once the connection has ended.

        A reader so slow that more than the queue's limit waits for it is cut off.
        """
        if isinstance(message, str):
            self._send_frame(Opcode.TEXT, message.encode())
        else:
            self._send_frame(Opcode.BINARY, message)

    def wait(self) -> bytes | str | None:
        """Wait for the next message; None once the connection has ended."""
        while not self._received:
            if self._is_leaving or self._was_closed:
                return None
            try:
                data = self._read()
                if not data or not self._open:
                    raise EOFError
                self._take(data)
                # Reading from a socket that always has more would never let another have its turn.
                gevent.sleep(0)
            except _Leaving:
                return None
            except (OSError, EOFError, WebSocketException):
                self._open = False
                return None
        return self._received.popleft()

    def leave(self) -> None:
        """Read no more: once what was read is answered, whoever waits for a message gets None."""
        self._is_leaving = True
        if self._reader is not None:
            gevent.kill(self._reader, _Leaving)

    def close(self) -> None:
        """End the connection; of one that was left the other side is told to come again soon.

        What is queued gets a few seconds to go out. The relay hangs up first (RFC 6455, 7.1.1).
        """
        if self._was_closed or (self._open and self._is_leaving):
            with contextlib.suppress(OSError, gevent.Timeout), gevent.Timeout(_CLOSING_SECONDS):
                if not self._was_closed:
                    again = int(CloseCode.SERVICE_RESTART).to_bytes(2, "big")
                    self._send_frame(Opcode.CLOSE, again)
                if self._writer is not None:
                    self._writer.join()
                self._sock.shutdown(socket.SHUT_WR)
                # Bytes that nobody has read would end the connection before the last answers.
                while self._sock.recv(_READ_BYTES):
                    gevent.sleep(0)
        self.abort()

    def abort(self) -> None:
        """End the connection at once; whoever waits for a message gets None."""
        self._open = self._was_closed = False
        self._queue.clear()
        self._queued_bytes = 0
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)

    def _read(self) -> bytes:
        self._reader = gevent.getcurrent()
        try:
            data: bytes = self._sock.recv(_READ_BYTES)
        finally:
            self._reader = None
        return data

    def _take(self, data: bytes) -> None:
        self._protocol.receive_data(data)
        for frame in self._protocol.events_received():
            if isinstance(frame, Frame):
                self._take_frame(frame)
        for reply in self._protocol.data_to_send():
            if reply:
                self._write(reply)
        if self._protocol.parser_exc is not None:
            raise EOFError
        if self._protocol.close_expected():
            self._open, self._was_closed = False, True

    def _take_frame(self, frame: Frame) -> None:
        if frame.opcode in (Opcode.TEXT, Opcode.BINARY):
            self._text = frame.opcode is Opcode.TEXT
            self._parts = []
        elif frame.opcode is not Opcode.CONT:
            return
        self._parts.append(bytes(frame.data))
        if not frame.fin:
            return
        message = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        self._parts = []
        if not self._text:
            self._received.append(message)
        elif message in _TEXT_PACKETS:
            self._received.append(message.decode())
        else:
            raise EOFError

    def _send_frame(self, opcode: Opcode, data: bytes) -> None:
        if not self._open:
            raise OSError("the connection has ended")
        self._write(Frame(opcode, data).serialize(mask=False))

    def _write(self, frame: bytes) -> None:
        if self._writer is None:
            frame = frame[self._send_now(frame) :]
            if not frame:
                return
        self._queue.append(frame)
        self._queued_bytes += len(frame)
        if self._queued_bytes > self._queue_bytes:
            logger().warning("slow_reader_cut_off", unsent_bytes=self._queued_bytes)
            self.abort()
            raise OSError("the reader is too slow")
        if self._writer is None:
            self._writer = gevent.spawn(self._drain)

    def _send_now(self, frame: bytes) -> int:
        try:
            sent: int = self._sock.send(frame, 0, timeout=0.0)
        except BlockingIOError:
            return 0
        return sent

    def _drain(self) -> None:
        try:
            while self._queue:
                frame = self._queue.popleft()
                self._sock.sendall(frame)
                self._queued_bytes -= len(frame)
        except OSError:
            self.abort()
        finally:
            self._writer = None


class Opened:
    """The WebSockets that are open, to be left together."""

    def __init__(self) -> None:
        self._all: set[WebSocket] = set()
        self._is_leaving = False
        self._none: Any = Event()
        self._none.set()

    @contextlib.contextmanager
    def one(self, websocket: WebSocket) -> Iterator[None]:
        """Count one in until the block ends."""
        self._all.add(websocket)
        self._none.clear()
        if self._is_leaving:
            websocket.leave()
        try:
            yield
        finally:
            self._all.discard(websocket)
            if not self._all:
                self._none.set()

    def leave(self) -> None:
        """Leave them all, once what was asked on them is answered; cut off who takes too long."""
        self._is_leaving = True
        for websocket in list(self._all):
            websocket.leave()
        self._none.wait(_LEAVING_SECONDS)
        for websocket in list(self._all):
            websocket.abort()


class WebSocketTransport:
    """What python-engineio calls for a handshake that was let in: the upgrade, then its handler."""

    def __init__(
        self,
        queue_bytes: int,
        opened: Opened,
        handler: Callable[[WebSocket], Iterable[bytes]],
        _server: object,
    ) -> None:
        self._queue_bytes = queue_bytes
        self._opened = opened
        self._handler = handler

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Upgrade the connection (RFC 6455, section 4.2.2) and serve until it ends."""
        write = start_response(
            "101 Switching Protocols",
            [
                ("Upgrade", "websocket"),
                ("Connection", "Upgrade"),
                ("Sec-WebSocket-Accept", accept_key(environ["HTTP_SEC_WEBSOCKET_KEY"])),
            ],
        )
        write(b"")
        websocket = WebSocket(environ[SOCKET_KEY], self._queue_bytes)
        environ[ENVIRON_KEY] = websocket
        with self._opened.one(websocket):
            try:
                self._handler(websocket)
            finally:
                websocket.close()
        return []
