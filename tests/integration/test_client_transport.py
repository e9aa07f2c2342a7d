"""What a client makes of a relay that has no room for it, or does not answer."""

import asyncio
import contextlib
import http.server
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import socketio
from aiohttp import web
from client_toolkit import KEY, Listener, scene
from relay_toolkit import running_relay

from roomkey.client.client import Client
from roomkey.client.connection import Backoff
from roomkey.client.events import RoomTrouble
from roomkey.client.keystore import Keystore
from roomkey.client.transport import SocketTransport
from roomkey.errors import (
    RateLimited,
    RelayFault,
    RelayUnreachable,
    RoomkeyError,
    TooManyConnections,
    UnsupportedVersion,
)
from roomkey.wire.limits import PROTOCOL_VERSION

BLOCKING_RELAY = Path(__file__).with_name("blocking_relay.py")


@contextlib.asynccontextmanager
async def connection(url: str, *limits: float) -> AsyncIterator[SocketTransport]:
    transport = SocketTransport(url, *limits)
    try:
        await transport.connect()
        yield transport
    finally:
        await transport.close()


@scene
async def test_a_relay_without_room_for_a_connection_says_so(tmp_path: Path) -> None:
    with running_relay(tmp_path / "data", MAX_CONNECTIONS_ADDRESS="1") as relay:
        async with connection(relay.url):
            with pytest.raises(TooManyConnections):
                async with connection(relay.url):
                    pass


@scene
async def test_a_room_that_finds_no_connection_free_is_told_why(tmp_path: Path) -> None:
    def client() -> Client:
        return Client(relay.url, Keystore(tmp_path / "a"), backoff=lambda: Backoff(0.05, 0.1))

    with running_relay(tmp_path / "data", MAX_CONNECTIONS_ADDRESS="1") as relay:
        async with client() as a:
            code = (await a.create(KEY, "Ann")).code
        async with contextlib.AsyncExitStack() as opened:
            while True:
                # the room's connection may not have ended there yet
                with contextlib.suppress(TooManyConnections):
                    await opened.enter_async_context(connection(relay.url))
                    break
                await asyncio.sleep(0.05)
            async with client() as a:
                trouble = await Listener(await a.resume(code)).of(RoomTrouble)
                assert trouble.code == TooManyConnections.code


@scene
async def test_a_request_that_is_never_answered_ends_at_its_limit(tmp_path: Path) -> None:
    command = [sys.executable, str(BLOCKING_RELAY)]
    with running_relay(tmp_path / "data", command=command) as relay:
        async with connection(relay.url, 0.05) as hasty, connection(relay.url) as other:
            with pytest.raises(RelayUnreachable):
                await hasty.request("test.block", {})
            await other.request("test.release", {})


@scene
async def test_a_relay_of_another_version_is_not_taken_for_one_that_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("roomkey.client.transport.PROTOCOL_VERSION", PROTOCOL_VERSION + 1)
    with running_relay(tmp_path / "data") as relay:
        with pytest.raises(UnsupportedVersion):
            async with connection(relay.url):
                pass
        monkeypatch.undo()
        async with connection(relay.url):
            pass


@contextlib.asynccontextmanager
async def answering(answers: dict[str, Any], refusing: str = "") -> AsyncIterator[str]:
    """Run what speaks Socket.IO, and answers each event with what is given for it."""
    server = socketio.AsyncServer(
        async_mode="aiohttp", serializer="msgpack", transports=["websocket"]
    )
    server.on("*", lambda event, *_: answers[event])

    def connected(*_: Any) -> None:
        if refusing:
            raise socketio.exceptions.ConnectionRefusedError(refusing)

    server.on("connect", connected)
    app = web.Application()
    server.attach(app)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@scene
async def test_an_answer_that_is_no_map_is_the_relays_fault_and_ends_no_connection() -> None:
    wrong = {"none": None, "text": "ok", "list": ["ok"], "two": ({"ok": True}, 2), "yes": True}
    async with answering({**wrong, "map": {"ok": True, "n": 7}}) as url, connection(url) as relay:
        for event in wrong:
            with pytest.raises(RelayFault, match="not a map"):
                await relay.request(event, {})
        assert await relay.request("map", {}) == {"ok": True, "n": 7}


@scene
@pytest.mark.parametrize(
    ("word", "error"), [("rate_limited", RateLimited), ("wrong_room_key", RelayUnreachable)]
)
async def test_a_connection_is_refused_for_too_many_tries_and_for_nothing_of_a_room(
    word: str, error: type[RoomkeyError]
) -> None:
    async with answering({}, refusing=word) as url:
        with pytest.raises(error):
            async with connection(url):
                pass


@scene
async def test_a_connection_that_was_never_opened_is_closed_and_answers_nothing() -> None:
    transport = SocketTransport("http://127.0.0.1:1")
    for _ in range(2):
        await transport.close()
    with pytest.raises(RelayUnreachable):
        await transport.request("room.open", {})


class _NoRelay(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_error(503)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def proxy_without_relay() -> Iterator[str]:
    server = http.server.HTTPServer(("127.0.0.1", 0), _NoRelay)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@scene
async def test_a_proxy_that_has_no_relay_behind_it_is_no_full_relay(
    proxy_without_relay: str,
) -> None:
    with pytest.raises(RelayUnreachable):
        async with connection(proxy_without_relay):
            pass
