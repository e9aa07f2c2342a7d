"""What goes wrong around a relay, and what it keeps, says and hides then."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import socketio
from relay_toolkit import ADMISSION, Peer, connected, run, running_relay, until

from roomkey.crypto.randomness import system_random
from roomkey.crypto.signature import ED25519


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with running_relay(tmp_path_factory.mktemp("relay") / "data") as process:
        yield process


def test_what_was_acknowledged_survives_a_killed_relay(tmp_path: Path) -> None:
    leaf = ED25519.generate(system_random)
    request = system_random(16)
    made: dict[str, Any] = {}
    sent: dict[str, Any] = {}

    async def before() -> None:
        async with connected(relay.url, leaf) as host:
            made.update(await host.create(ADMISSION))
            sent.update(await host.send(made["room"], 0, b"kept", request=request))
            relay.kill()

    async def after() -> None:
        async with connected(relay.url, leaf) as host:
            assert (await host.resume(made["code"]))["head"] == 1
            assert await host.send(made["room"], 0, b"kept", request=request) == sent
            log = await host.ask("room.sync", room=made["room"], after=0, limit=9)
            assert [e["body"] for e in log["envelopes"]] == [b"kept"]

    with running_relay(tmp_path / "data") as relay:
        run(before)
    seed = (tmp_path / "data" / "seed").read_bytes()
    with running_relay(tmp_path / "data") as relay:
        run(after)
    assert (tmp_path / "data" / "seed").read_bytes() == seed
    assert (tmp_path / "data" / "seed").stat().st_mode & 0o777 == 0o600


def test_a_code_makes_a_room_though_the_relay_was_started_again(tmp_path: Path) -> None:
    drawn: dict[str, Any] = {}

    async def before() -> None:
        async with connected(relay.url) as host:
            drawn.update(await host.ask("room.reserve"))

    async def after() -> None:
        async with connected(relay.url) as host:
            again = {**drawn, **await host.ask("room.open", code=drawn["code"])}
            assert (await host.create_reserved(again, ADMISSION))["ok"]

    for scene in (before, after):
        with running_relay(tmp_path / "data") as relay:
            run(scene)


def test_a_full_disk_is_said_and_nothing_is_half_stored(tmp_path: Path) -> None:
    leaf = ED25519.generate(system_random)
    made: dict[str, Any] = {}
    stored: list[int] = []

    async def fill() -> None:
        async with connected(relay.url, leaf) as host:
            made.update(await host.create(ADMISSION))
            while True:
                answer = await host.send(made["room"], 0, bytes(50_000))
                if not answer["ok"]:
                    assert answer["code"] == "storage_full"
                    return
                stored.append(answer["seq"])

    async def recover() -> None:
        async with connected(relay.url, leaf) as host:
            assert (await host.resume(made["code"]))["head"] == len(stored)
            assert (await host.send(made["room"], 0, b"again"))["seq"] == len(stored) + 1

    with running_relay(tmp_path / "data", MAX_DATABASE_PAGES="300") as relay:
        run(fill)
    with running_relay(tmp_path / "data") as relay:
        run(recover)


def test_a_slow_reader_is_cut_off_and_the_others_read_everything(tmp_path: Path) -> None:
    async def test() -> None:
        async with connected(relay.url) as host, connected(relay.url) as good:
            made = await host.create(ADMISSION)
            await good.join(made["code"], ADMISSION)
            slow = Peer(
                socketio.AsyncClient(serializer="msgpack", reconnection=False),
                ED25519.generate(system_random),
            )
            await slow.client.connect(relay.url, transports=["websocket"], auth={"v": 1})
            await slow.join(made["code"], ADMISSION)
            transport = slow.client.eio.ws._response.connection.transport
            transport.pause_reading()
            total = 120
            for number in range(total):
                assert (await host.send(made["room"], 2, bytes([number]) * 120_000))["ok"]
            bodies = [c["body"] for _, c in await until(good, total + 1)][1:]
            assert bodies == [bytes([number]) * 120_000 for number in range(total)]
            transport.resume_reading()
            while slow.client.connected:
                await asyncio.sleep(0.01)

    with running_relay(tmp_path / "data", QUEUE_BYTES="300000") as relay:
        run(test)


def test_a_second_relay_on_the_same_port_says_so_in_one_line(relay: Any, tmp_path: Path) -> None:
    port = relay.url.rpartition(":")[2]
    command = [sys.executable, "-m", "roomkey.relay", "--port", port, "--data", str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1
    assert "in use" in ended.stderr


def test_the_log_names_nobody_and_the_database_holds_no_code(relay: Any) -> None:
    async def test() -> None:
        async with connected(relay.url) as host:
            made = await host.create(ADMISSION)
            await host.client.call("room.send", {"room": made["room"], "message": "secret"})
            text = relay.log.read_text()
            for secret in (made["code"], made["room"].hex(), host.leaf.hex(), "127.0.0.1"):
                assert secret not in text
            for stored in (relay.log.parent / "data").glob("relay.sqlite3*"):
                assert made["code"].encode() not in stored.read_bytes()

    run(test)
    with sqlite3.connect(relay.log.parent / "data" / "relay.sqlite3") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
