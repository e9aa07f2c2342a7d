"""A connection that breaks, or says nonsense, before it stands."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
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
