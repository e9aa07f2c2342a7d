"""The line between one client and the relay, on which faults happen at chosen frames."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Literal

from .frames import Frame, Kind, read_frame

Direction = Literal["up", "down"]
Act = Callable[[], Awaitable[None]]

NETWORK = (
    "cut",
    "lose",
    "lose push",
    "lose answer",
    "delay",
    "duplicate",
    "duplicate request",
    "reorder",
    "truncate",
    "tear",
    "stall",
)
"""What can happen to traffic.

`cut` ends the connection after a frame, `lose` swallows a frame and ends the connection later,
`lose push` swallows a pushed envelope and nothing else, `lose answer` ends the connection in the
place of the answer to what was stored, `duplicate request` sends twice what is to be stored once,
`truncate` shortens a frame's content, `tear` ends the
connection within a frame, and `stall` lets nothing pass for a while before the connection ends.
"""


@dataclass(slots=True)
class Fault:
    """What happens to the `frame`-th frame of a kind from now in a direction.

    `seconds` as it needs; `act` is done before or after the frame passes.
    """

    what: str
    direction: Direction
    frame: int
    seconds: float = 0.0
    at: Kind = "frame"
    act: Act | None = None
    is_before: bool = False


@dataclass(slots=True, eq=False)
class _Connection:
    writers: dict[str, asyncio.StreamWriter]
    held: dict[str, bytes] = field(default_factory=dict)
    is_stalled: bool = False

    def abort(self) -> None:
        """End both sides at once, as a line that breaks."""
        for writer in self.writers.values():
            writer.transport.abort()


class Link:
    """A port of its own before the relay's, which may be refused, watched and disturbed."""

    def __init__(self, relay_port: int, happened: Callable[[str], None]) -> None:
        self._relay_port, self._happened = relay_port, happened
        self._connections: set[_Connection] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._faults: list[Fault] = []
        self._server: asyncio.Server | None = None
        self.is_away = False
        self.port = 0

    async def open(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stop listening, and end what there is."""
        assert self._server is not None
        self._server.close()
        self.cut()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def arm(self, fault: Fault) -> None:
        """Have a fault happen when its frame comes."""
        self._faults.append(fault)

    def heal(self) -> None:
        """Let everything pass from now on; a line on which something was lost is begun anew."""
        self._faults.clear()
        self.is_away = False

    def cut(self) -> None:
        """End all connections."""
        for connection in list(self._connections):
            connection.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._connect(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        except asyncio.CancelledError:
            if not writer.transport.is_closing():
                writer.transport.abort()
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_away:
            return
        theirs, to_relay = await asyncio.open_connection("127.0.0.1", self._relay_port)
        connection = _Connection({"up": to_relay, "down": writer})
        self._connections.add(connection)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            to_relay.write(head)
            carry: Callable[..., Coroutine[None, None, None]] = _pass_file
            if b"upgrade: websocket" in head.lower():
                writer.write(await theirs.readuntil(b"\r\n\r\n"))
                carry = self._pump
            pumps = [
                asyncio.ensure_future(carry(connection, "up", reader)),
                asyncio.ensure_future(carry(connection, "down", theirs)),
            ]
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            for side in (writer, to_relay):
                # what was read before the end came is still to be delivered
                with contextlib.suppress(OSError, asyncio.TimeoutError):
                    side.close()
                    await asyncio.wait_for(side.wait_closed(), 0.5)
        finally:
            self._connections.discard(connection)
            connection.abort()

    async def _pump(
        self, connection: _Connection, direction: Direction, reader: asyncio.StreamReader
    ) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                frame = await read_frame(reader)
                fault = self._due(direction, frame)
                if fault is None:
                    self._pass(connection, direction, frame.raw)
                else:
                    await self._disturb(connection, fault, frame)
                await connection.writers[direction].drain()

    def _due(self, direction: Direction, frame: Frame) -> Fault | None:
        due = None
        for fault in [fault for fault in self._faults if fault.direction == direction]:
            fault.frame -= frame.is_a(fault.at)
            if fault.frame <= 0 and due is None:
                due = fault
                self._faults.remove(fault)
        return due

    def _pass(self, connection: _Connection, direction: Direction, raw: bytes) -> None:
        if connection.is_stalled:
            return
        connection.writers[direction].write(raw)
        held = connection.held.pop(direction, None)
        if held is not None:
            connection.writers[direction].write(held)

    async def _disturb(self, connection: _Connection, fault: Fault, frame: Frame) -> None:
        self._happened(fault.what)
        direction = fault.direction
        match fault.what:
            case "cut":
                self._pass(connection, direction, frame.raw)
                await self._flush(connection, direction)
                connection.abort()
            case "lose":
                self._later(fault.seconds, connection)
            case "lose push":
                pass
            case "lose answer":
                connection.abort()
            case "delay":
                await asyncio.sleep(fault.seconds)
                self._pass(connection, direction, frame.raw)
            case "duplicate" | "duplicate request":
                self._pass(connection, direction, frame.raw)
                self._pass(connection, direction, frame.raw)
            case "reorder":
                connection.held[direction] = frame.raw
                # nothing may follow it: then it comes late
                self._release(fault.seconds, connection, direction)
            case "truncate":
                self._pass(connection, direction, frame.shortened())
                self._later(fault.seconds * 4, connection)
            case "tear":
                self._pass(connection, direction, frame.raw[: len(frame.raw) // 2])
                await self._flush(connection, direction)
                connection.abort()
            case "stall":
                connection.is_stalled = True
                self._later(fault.seconds, connection)
            case _:
                assert fault.act is not None
                if fault.is_before:
                    await fault.act()
                self._pass(connection, direction, frame.raw)
                if not fault.is_before:
                    await self._flush(connection, direction)
                    await fault.act()

    async def _flush(self, connection: _Connection, direction: Direction) -> None:
        # to the other process's socket, and a moment for it to read
        await connection.writers[direction].drain()
        await asyncio.sleep(0.002)

    def _later(self, seconds: float, connection: _Connection) -> None:
        asyncio.get_running_loop().call_later(seconds, connection.abort)

    def _release(self, seconds: float, connection: _Connection, direction: Direction) -> None:
        def release() -> None:
            held = connection.held.pop(direction, None)
            if held is not None and not connection.writers[direction].transport.is_closing():
                connection.writers[direction].write(held)

        asyncio.get_running_loop().call_later(seconds, release)


async def _pass_file(
    connection: _Connection, direction: Direction, reader: asyncio.StreamReader
) -> None:
    """Pass what is no WebSocket: the page's own files."""
    with contextlib.suppress(OSError):
        while data := await reader.read(2**16):
            connection.writers[direction].write(data)
            await connection.writers[direction].drain()
