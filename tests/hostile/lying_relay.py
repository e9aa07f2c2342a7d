"""A real relay with a liar at each of its doors, who changes what goes through, packet by packet.

Everybody in a test comes in by a door of their own, so that each can be told another story.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

import msgpack  # type: ignore[import-untyped]
from aiohttp import ClientSession, WSMsgType, web

Fields = dict[str, Any]
T = TypeVar("T")

EVENT: Final = 2
ACK: Final = 3
PATIENCE_SECONDS: Final = 60
_NOT_PASSED_ON: Final = {"host", "origin", "connection", "transfer-encoding", "content-length"}


def _nothing(_: str, fields: Fields) -> Fields:
    return fields


def _the_truth(_event: str, _asked: Fields, answer: Fields) -> Fields:
    return answer


def _as_it_is(_: str, fields: Fields) -> list[Fields]:
    return [fields]


class Door:
    """Where one person comes in; `asked`, `answered` and `pushed` lie, `seen` is all that passed.

    `asked` changes requests, `answered` answers, `pushed` gives the pushes in the place of one.
    """

    def __init__(self, relay: str, loop: asyncio.AbstractEventLoop) -> None:
        self._relay, self._loop = relay, loop
        self._sockets: set[web.WebSocketResponse] = set()
        self._runner: web.AppRunner | None = None
        self.address = ""
        self.seen: list[tuple[str, Fields]] = []
        self.be_honest()

    def be_honest(self) -> None:
        """Tell the truth from now on."""
        self.asked: Callable[[str, Fields], Fields] = _nothing
        self.answered: Callable[[str, Fields, Fields], Any] = _the_truth
        self.pushed: Callable[[str, Fields], list[Fields]] = _as_it_is

    def envelopes(self, change: Callable[[Fields], Fields | None]) -> None:
        """Show each envelope as `change` has it, wherever it is shown; None leaves it out."""

        def answered(event: str, _asked: Fields, answer: Fields) -> Fields:
            if event != "room.sync" or "envelopes" not in answer:
                return answer
            shown = [change(dict(envelope)) for envelope in answer["envelopes"]]
            return {**answer, "envelopes": [envelope for envelope in shown if envelope]}

        def pushed(event: str, fields: Fields) -> list[Fields]:
            if event != "room.envelope":
                return [fields]
            shown = change(dict(fields))
            return [] if shown is None else [shown]

        self.answered, self.pushed = answered, pushed

    def last(self, event: str) -> Fields:
        """The newest request, answer (`=room.admit`) or push with this name that passed here."""
        return next(fields for name, fields in reversed(self.seen) if name == event)

    def push(self, fields: Fields, event: str = "room.envelope") -> None:
        """Say something that the relay did not."""
        self.throw(pack({"type": EVENT, "data": [event, fields], "nsp": "/"}))

    def throw(self, frame: bytes) -> None:
        """Send any bytes as one frame."""

        async def throw() -> None:
            for socket in list(self._sockets):
                with contextlib.suppress(ConnectionError, RuntimeError):
                    await socket.send_bytes(frame)

        self._do(throw())

    def cut(self) -> None:
        """End all connections."""

        async def cut() -> None:
            for socket in list(self._sockets):
                await socket.close()

        self._do(cut())

    def open(self) -> None:
        """Listen on a free port."""

        async def listen() -> None:
            app = web.Application()
            app.router.add_get("/socket.io/", self._talk)
            app.router.add_get("/{path:.*}", self._page)
            self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
            await self._runner.setup()
            site = web.TCPSite(self._runner, "127.0.0.1", 0)
            await site.start()
            host, port = self._runner.addresses[0][:2]
            self.address = f"http://{host}:{port}"
            self._http = ClientSession(auto_decompress=False)

        self._do(listen())

    def close(self) -> None:
        """Listen no more."""

        async def close() -> None:
            assert self._runner is not None
            for socket in list(self._sockets):
                await socket.close()
            await self._http.close()
            await self._runner.cleanup()

        self._do(close())

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_SECONDS)

    async def _page(self, request: web.Request) -> web.Response:
        headers = {n: v for n, v in request.headers.items() if n.lower() not in _NOT_PASSED_ON}
        async with self._http.get(self._relay + request.path_qs, headers=headers) as answer:
            kept = {n: v for n, v in answer.headers.items() if n.lower() not in _NOT_PASSED_ON}
            return web.Response(status=answer.status, headers=kept, body=await answer.read())

    async def _talk(self, request: web.Request) -> web.WebSocketResponse:
        client = web.WebSocketResponse(max_msg_size=0)
        await client.prepare(request)
        self._sockets.add(client)
        questions: dict[int, tuple[str, Fields]] = {}
        try:
            async with self._http.ws_connect(
                self._relay + request.path_qs, max_msg_size=0
            ) as relay:

                async def to_relay() -> None:
                    async for message in client:
                        if message.type is WSMsgType.BINARY:
                            await relay.send_bytes(self._outward(message.data, questions))
                        elif message.type is WSMsgType.TEXT:
                            await relay.send_str(message.data)
                    await relay.close()

                async def to_client() -> None:
                    async for message in relay:
                        if message.type is WSMsgType.BINARY:
                            for frame in self._inward(message.data, questions):
                                await client.send_bytes(frame)
                        elif message.type is WSMsgType.TEXT:
                            await client.send_str(message.data)
                    await client.close()

                with contextlib.suppress(ConnectionError, RuntimeError):
                    await asyncio.gather(to_relay(), to_client())
        finally:
            self._sockets.discard(client)
        return client

    def _outward(self, frame: bytes, questions: dict[int, tuple[str, Fields]]) -> bytes:
        packet = msgpack.unpackb(frame)
        if packet["type"] != EVENT:
            return frame
        event, fields = packet["data"]
        self.seen.append((event, fields))
        questions[packet["id"]] = event, fields
        return pack({**packet, "data": [event, self.asked(event, fields)]})

    def _inward(self, frame: bytes, questions: dict[int, tuple[str, Fields]]) -> list[bytes]:
        packet = msgpack.unpackb(frame)
        if packet["type"] == ACK:
            event, fields = questions.pop(packet["id"])
            [answer] = packet["data"]
            self.seen.append(("=" + event, answer))
            answer = self.answered(event, fields, answer)
            if isinstance(answer, bytes):
                return [answer]
            return [pack({**packet, "data": [answer]})]
        if packet["type"] == EVENT:
            event, fields = packet["data"]
            self.seen.append((event, fields))
            return [pack({**packet, "data": [event, f]}) for f in self.pushed(event, fields)]
        return [frame]


def pack(packet: Any) -> bytes:
    """Write a frame in MessagePack."""
    frame: bytes = msgpack.packb(packet)
    return frame


class LyingRelay:
    """Opens doors to a relay, all served in a thread of its own."""

    def __init__(self, relay: str) -> None:
        self._relay = relay
        self._doors: list[Door] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def door(self) -> Door:
        """Open one more door."""
        door = Door(self._relay, self._loop)
        door.open()
        self._doors.append(door)
        return door

    def close(self) -> None:
        """Close all doors."""
        for door in self._doors:
            door.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE_SECONDS)
        self._loop.close()
