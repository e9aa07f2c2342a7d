"""A connection that breaks, or says nonsense."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import msgpack
import pytest
from aiohttp import web
from client_toolkit import PATIENCE, scene, soon

from roomkey.client import transport
from roomkey.client.transport import SocketTransport
from roomkey.errors import RelayUnreachable

OPEN = '0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":20000}'

Talk = Callable[[web.WebSocketResponse], Awaitable[None]]


@asynccontextmanager
async def relay_that(talk: Talk) -> AsyncIterator[str]:
    async def serve(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await talk(socket)
        await socket.close()
        return socket

    app = web.Application()
    app.router.add_get("/socket.io/", serve)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("packet", ["0", '0{"sid', "0{}", "0[]", '0"x"', '0{"sid":"x"}', "4", "x"])
def test_a_relay_that_opens_with_nonsense_is_unreachable(packet: str) -> None:
    @scene
    async def play() -> None:
        async with relay_that(lambda socket: socket.send_str(packet)) as url:
            connection = SocketTransport(url)
            with pytest.raises(RelayUnreachable):
                await connection.connect()
            await connection.close()

    play()


def test_a_connection_that_is_lost_while_it_is_made_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(transport, "CONNECT_SECONDS", 10 * PATIENCE)

    async def talk(socket: web.WebSocketResponse) -> None:
        await socket.send_str(OPEN)
        assert (await socket.receive()).type is aiohttp.WSMsgType.BINARY

    @scene
    async def play() -> None:
        async with relay_that(talk) as url:
            connection = SocketTransport(url)
            with pytest.raises(RelayUnreachable):
                await soon(connection.connect())
            await connection.close()

    play()


@pytest.mark.parametrize("is_connected", [False, True])
@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"\xc1",
        msgpack.packb({"type": 2, "data": ["room.envelope", {}], "nsp": "/"})[:-4],
        msgpack.packb(7),
        msgpack.packb({"type": 2}),
        msgpack.packb({"type": "2", "data": ["x"], "nsp": "/"}),
        msgpack.packb({"type": 2, "data": [], "nsp": "/"}),
        msgpack.packb({"type": 2, "data": [{}], "nsp": "/"}),
        msgpack.packb({"type": 3, "data": None, "id": 1, "nsp": "/"}),
        msgpack.packb({"type": 3, "data": [{}], "id": [], "nsp": "/"}),
        msgpack.packb({"type": 5, "data": ["x"], "nsp": "/"}),
        msgpack.packb({"type": 99, "nsp": "/"}),
        "4hello",
    ],
)
def test_a_packet_that_is_none_ends_the_connection(
    packet: bytes | str, is_connected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "CONNECT_SECONDS", 10 * PATIENCE)
    lost = asyncio.Event()

    async def talk(socket: web.WebSocketResponse) -> None:
        await socket.send_str(OPEN)
        await socket.receive()
        if is_connected:
            await socket.send_bytes(msgpack.packb({"type": 0, "data": {"sid": "x"}, "nsp": "/"}))
        await (socket.send_str if isinstance(packet, str) else socket.send_bytes)(packet)
        await soon(lost.wait())

    @scene
    async def play() -> None:
        async with relay_that(talk) as url:
            connection = SocketTransport(url)
            connection.on_lost = lost.set
            with contextlib.suppress(RelayUnreachable):
                await soon(connection.connect())
            await soon(lost.wait())
            with pytest.raises(RelayUnreachable):
                await connection.request("room.sync", {})
            await connection.close()

    play()
