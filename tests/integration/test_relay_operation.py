"""What an operator relies on: caps, health, retention, and that nobody holds up anybody else."""

import asyncio
import json
import socket
import sqlite3
import sys
import time
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from relay_toolkit import ADMISSION, ask_health, connected, run, running_relay, until
from socketio.exceptions import ConnectionError as Refused

HOUR = 3_600_000
BLOCKING_RELAY = Path(__file__).with_name("blocking_relay.py")


def test_a_connection_too_many_is_refused_until_another_ends(tmp_path: Path) -> None:
    async def test() -> None:
        async with AsyncExitStack() as opened:
            first = await opened.enter_async_context(connected(relay.url))
            await opened.enter_async_context(connected(relay.url))
            with pytest.raises(Refused):
                await opened.enter_async_context(connected(relay.url))
            assert (await first.create(ADMISSION))["ok"]
            await first.client.disconnect()
            while True:
                try:
                    third = await opened.enter_async_context(connected(relay.url))
                    break
                except Refused:
                    await asyncio.sleep(0.05)
            assert (await third.create(ADMISSION))["ok"]

    with running_relay(tmp_path / "data", MAX_CONNECTIONS_ADDRESS="2") as relay:
        run(test)


def test_a_connection_from_a_page_of_somebody_else_is_refused(tmp_path: Path) -> None:
    async def test() -> None:
        for headers in ({"Origin": relay.url}, {}):
            async with connected(relay.url, headers=headers) as peer:
                assert (await peer.create(ADMISSION))["ok"]
        for origin in ("https://evil.example", "null", relay.url + ".evil.example"):
            with pytest.raises(Refused):
                async with connected(relay.url, headers={"Origin": origin}):
                    pass

    with running_relay(tmp_path / "data") as relay:
        run(test)


def test_health_says_that_the_disk_is_full_and_that_it_is_not_any_more(tmp_path: Path) -> None:
    async def fill() -> None:
        async with connected(relay.url) as host:
            room = (await host.create(ADMISSION))["room"]
            for size in (50_000, 1000):
                while (await host.send(room, 0, bytes(size)))["ok"]:
                    pass

    with running_relay(tmp_path / "data", MAX_DATABASE_PAGES="300") as relay:
        assert ask_health(relay.url) == (200, {"ok": True, "connections": 0})
        run(fill)
        while (health := ask_health(relay.url))[0] == 200:
            time.sleep(0.1)
        status, said = health
        assert (status, said["ok"], said["code"]) == (503, False, "storage_full")
        assert "full" in said["sentence"]
    with running_relay(tmp_path / "data") as relay:
        assert ask_health(relay.url)[0] == 200


def test_what_has_outlived_its_retention_goes_while_the_relay_runs(tmp_path: Path) -> None:
    async def test() -> None:
        async with connected(relay.url) as host:
            room = (await host.create(ADMISSION, retention=3600))["room"]
            for body in (b"one", b"two", b"three"):
                assert (await host.send(room, 0, body, archive=body))["ok"]
            with (
                closing(sqlite3.connect(tmp_path / "data" / "relay.sqlite3")) as database,
                database,
            ):
                database.execute("UPDATE envelopes SET time = time - ? WHERE seq < 3", (2 * HOUR,))
            while True:
                log = await host.ask("room.sync", room=room, after=0, limit=9)
                if log["floor"] == 3:
                    break
                await asyncio.sleep(0.05)
            assert [(e["seq"], e["body"]) for e in log["envelopes"]] == [(3, b"three")]
            past = await host.ask("room.history", room=room, before=9, limit=9)
            assert [a["archive"] for a in past["archives"]] == [b"three"]
            assert (await host.send(room, 0, b"four"))["seq"] == 4

    with running_relay(tmp_path / "data", RETENTION_INTERVAL="1") as relay:
        run(test)


def test_a_handler_that_waits_holds_up_its_own_connection_only(tmp_path: Path) -> None:
    async def test() -> None:
        async with connected(relay.url) as stuck, connected(relay.url) as free:
            room = (await stuck.create(ADMISSION))["room"]
            order: list[str] = []

            async def ask(event: str, **fields: Any) -> None:
                await stuck.ask(event, **fields)
                order.append(event)

            blocked = asyncio.ensure_future(ask("test.block"))
            await asyncio.sleep(0)
            behind = asyncio.ensure_future(ask("room.sync", room=room, after=0, limit=1))
            made = await free.create(ADMISSION)
            assert (await free.send(made["room"], 0, b"not held up"))["ok"]
            assert ask_health(relay.url)[0] == 200
            assert not blocked.done()
            assert not behind.done()
            await free.ask("test.release")
            await asyncio.gather(blocked, behind)
            assert order == ["test.block", "room.sync"]

    command = [sys.executable, str(BLOCKING_RELAY)]
    with running_relay(tmp_path / "data", command=command) as relay:
        run(test)


def test_a_slow_reader_is_noted_in_the_log_without_saying_who(tmp_path: Path) -> None:
    async def test() -> None:
        async with connected(relay.url) as host, connected(relay.url) as slow:
            made = await host.create(ADMISSION)
            await slow.join(made["code"], ADMISSION)
            transport = slow.client.eio.ws._response.connection.transport
            transport.pause_reading()
            while "slow_reader_cut_off" not in relay.log.read_text():
                assert (await host.send(made["room"], 1, bytes(120_000)))["ok"]
            transport.resume_reading()
            while slow.client.connected:
                await asyncio.sleep(0.01)

    with running_relay(tmp_path / "data", QUEUE_BYTES="300000") as relay:
        run(test)
        (line,) = [text for text in relay.log.read_text().splitlines() if "slow_reader" in text]
        assert set(json.loads(line)) == {"event", "unsent_bytes", "level", "timestamp"}


def test_a_push_reaches_members_in_every_room_of_one_connection(tmp_path: Path) -> None:
    async def test() -> None:
        async with connected(relay.url) as host, connected(relay.url) as guest:
            made = [await host.create(ADMISSION) for _ in range(3)]
            for room in made:
                assert (await guest.join(room["code"], ADMISSION))["ok"]
            for room in made:
                assert (await guest.send(room["room"], 1, b"hello"))["ok"]
            pushed = [content["room"] for _, content in await until(host, 6)]
            assert pushed == [room["room"] for room in made] * 2

    with running_relay(tmp_path / "data") as relay:
        run(test)


def speak(url: str, request: bytes) -> bytes:
    """Send bytes to a relay and read until it hangs up."""
    host, _, port = url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(request)
        answer = b""
        while part := connection.recv(65536):
            answer += part
    return answer


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GARBAGE\r\n\r\n", b"400"),
        (b"GET / HTTP/9.9\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"400"),
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n", b"414"),
        (b"GET /../../etc/passwd HTTP/1.1\r\nConnection: close\r\n\r\n", b"404"),
        (b"GET //etc/passwd HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", b"404"),
        (b"GET /..%2f..%2fseed HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", b"404"),
        (b"GET http://evil.example HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", b"404"),
        (b"GET ?x HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", b"404"),
        (b"POST /socket.io/?EIO=4 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", b"405"),
        (b"GET /version HTTP/1.1\r\nConnection: close\r\n\r\n", b"200"),
    ],
)
def test_every_answer_has_strict_headers_whatever_was_sent(
    plain_relay: Any, request_: bytes, status: bytes
) -> None:
    answer = speak(plain_relay.url, request_)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.split()[1] == status
    for name in (
        b"content-security-policy: default-src 'none'",
        b"x-content-type-options: nosniff",
    ):
        assert head.lower().count(name) == 1
    assert b"evil" not in head + body
    assert b"Location" not in head


@pytest.fixture(scope="module")
def plain_relay(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with running_relay(tmp_path_factory.mktemp("relay") / "data") as process:
        yield process
