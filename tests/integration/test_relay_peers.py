"""Two relays on one PostgreSQL and one Redis: rooms, limits and pushes are of both."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path

import pytest
import redis
from postgres_cluster import Cluster
from redis_server import RedisServer, a_redis
from relay_toolkit import ADMISSION, RelayProcess, ask_health, connected, run, running_relay, until
from socketio.exceptions import ConnectionError as Refused

from roomkey.crypto import oprf
from roomkey.crypto.randomness import system_random
from roomkey.crypto.signature import ED25519

Start = Callable[..., list[RelayProcess]]
ENVIRONMENT = dict(os.environ)


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    with a_redis() as server:
        yield server


@pytest.fixture
def peers(postgres: Cluster, redis_server: RedisServer, tmp_path: Path) -> Iterator[Start]:
    """Start relays that share a database, a seed and a Redis."""
    with ExitStack() as running:

        def start(**settings: str) -> list[RelayProcess]:
            shared = {"DATABASE": postgres.url(tmp_path), "REDIS": redis_server.url, **settings}
            folder = tmp_path / "data"
            return [running.enter_context(running_relay(folder, **shared)) for _ in range(2)]

        yield start


def test_members_at_two_relays_are_in_one_room(peers: Start) -> None:
    async def test() -> None:
        async with connected(first.url) as host, connected(second.url) as guest:
            drawn = await host.ask("room.reserve")
            again = {**drawn, **await guest.ask("room.open", code=drawn["code"])}
            # the code was drawn at one, and makes a room at the other
            made = await guest.create_reserved(again, ADMISSION)
            room = made["room"]
            assert (await host.join(drawn["code"], ADMISSION))["seq"] == 1
            assert (await guest.send(room, 1, b"from the second"))["seq"] == 2
            assert (await host.send(room, 1, b"from the first"))["seq"] == 3
            at_guest = [content["seq"] for _, content in await until(guest, 2)]
            at_host = [content["seq"] for _, content in await until(host, 1)]
            assert set(at_guest) >= {1, 3}
            assert 2 in at_host
            commits = await asyncio.gather(
                *(peer.commit(room, 1) for peer in (host, guest) for _ in range(4))
            )
            assert [answer["ok"] for answer in commits].count(True) == 1
            await host.ask("room.signal", room=room, body=b"typing")
            while ("room.signal", b"typing") not in [(e, c.get("body")) for e, c in guest.pushed]:
                await asyncio.sleep(0.01)
            # who is removed at one relay hears and reads nothing more at the other
            assert (await guest.commit(room, 2, removed=[host.leaf]))["ok"]
            while (await host.ask("room.signal", room=room, body=b"x"))["ok"]:
                await asyncio.sleep(0.01)
            read = await host.ask("room.sync", room=room, after=0, limit=9)
            assert read["code"] == "not_admitted"

    first, second = peers()
    run(test)


def test_guesses_at_a_room_key_are_counted_by_both_together(peers: Start) -> None:
    async def test() -> None:
        async with connected(first.url) as one, connected(second.url) as other:
            room = (await one.ask("room.open", code="00000-00000"))["room"]
            _, blinded = oprf.blind(b"room key", system_random)
            answers = [
                await peer.ask("room.evaluate", room=room, blinded=blinded)
                for _ in range(5)
                for peer in (one, other)
            ]
            assert [answer["ok"] for answer in answers] == [True] * 7 + [False] * 3
            assert answers[-1]["code"] == "rate_limited"

    first, second = peers(RATE_EVALUATE_ROOM="7/day")
    run(test)


def test_connections_are_counted_by_both_together(peers: Start, redis_server: RedisServer) -> None:
    async def test() -> None:
        async with AsyncExitStack() as opened:
            await opened.enter_async_context(connected(first.url))
            await opened.enter_async_context(connected(second.url))
            for relay in (first, second):
                with pytest.raises(Refused):
                    await opened.enter_async_context(connected(relay.url))
            # what a killed relay held is free again once it has not been heard of for a while
            first.kill()
            client = redis.Redis.from_url(redis_server.url)
            for key in client.scan_iter("roomkey:alive:*"):
                client.delete(key)
            # the one that lives says so again
            while not list(client.scan_iter("roomkey:alive:*")):
                await asyncio.sleep(0.05)
            await opened.enter_async_context(connected(second.url))
            with pytest.raises(Refused):
                await opened.enter_async_context(connected(second.url))

    first, second = peers(MAX_CONNECTIONS_ADDRESS="2")
    run(test)


def test_what_redis_loses_costs_no_more_than_a_pull(
    peers: Start, redis_server: RedisServer
) -> None:
    async def test() -> None:
        async with connected(first.url) as host, connected(second.url) as guest:
            made = await host.create(ADMISSION)
            room = made["room"]
            assert (await guest.join(made["code"], ADMISSION))["ok"]
            redis_server.stop()
            for number in range(3):
                assert (await host.send(room, 1, b"%d" % number))["ok"]
            # the last one is pushed though nobody told of it, and shows that two are missing
            while 4 not in [content.get("seq") for _, content in guest.pushed]:
                await asyncio.sleep(0.01)
            log = await guest.ask("room.sync", room=room, after=1, limit=9)
            assert [entry["body"] for entry in log["envelopes"]] == [b"0", b"1", b"2"]
            # nobody can guess while guesses cannot be counted, and health says why
            wrong = await guest.admit(made["code"], ED25519.generate(system_random))
            assert wrong["code"] == "relay_fault"
            status, said = await asyncio.to_thread(ask_health, first.url)
            assert (status, said["code"]) == (503, "redis_unusable")
            redis_server.start()
            while (await asyncio.to_thread(ask_health, first.url))[0] != 200:
                await asyncio.sleep(0.05)
            assert (await guest.send(room, 1, b"told again"))["seq"] == 5
            while 5 not in [content.get("seq") for _, content in host.pushed]:
                await asyncio.sleep(0.01)

    first, second = peers()
    run(test)


def test_what_a_stranger_tells_the_relays_ends_nobodys_listening(
    peers: Start, redis_server: RedisServer
) -> None:
    async def test() -> None:
        async with connected(first.url) as host, connected(second.url) as guest:
            made = await host.create(ADMISSION)
            assert (await guest.join(made["code"], ADMISSION))["ok"]
            client = redis.Redis.from_url(redis_server.url)
            (channel,) = client.pubsub_channels("roomkey:told:*")
            for message in (b"", b"\xc1", b"\x90", b"\x92\x01\x02"):
                assert client.publish(channel, message) == 2
            # signals are stored nowhere: who gets one was told of it
            await host.ask("room.signal", room=made["room"], body=b"typing")
            while ("room.signal", b"typing") not in [(e, c.get("body")) for e, c in guest.pushed]:
                await asyncio.sleep(0.01)
            for relay in (first, second):
                assert (await asyncio.to_thread(ask_health, relay.url))[0] == 200
            # both write to one log
            assert first.log.read_text().count("peer_unheard") == 8

    first, second = peers()
    run(test)


def test_a_relay_that_was_told_to_end_is_not_waited_for(
    peers: Start, redis_server: RedisServer
) -> None:
    first, _second = peers()
    with redis.Redis.from_url(redis_server.url) as client:
        assert len(list(client.scan_iter("roomkey:alive:*"))) == 2
        first.process.terminate()
        assert first.process.wait(60) == 0
        # what it held is free at once, and not when it has not been heard of for a while
        assert len(list(client.scan_iter("roomkey:alive:*"))) == 1


def test_redis_holds_nobodys_address_room_or_key(peers: Start, redis_server: RedisServer) -> None:
    async def test() -> None:
        async with connected(first.url) as host, connected(second.url) as guest:
            made = await host.create(ADMISSION)
            assert (await guest.join(made["code"], ADMISSION))["ok"]
            client = redis.Redis.from_url(redis_server.url)
            held = b"".join(client.scan_iter())
            assert held.count(b"roomkey:rate:") > 3
            for secret in (made["code"], made["room"].hex(), guest.leaf.hex(), "127.0.0.1"):
                assert secret.encode() not in held
            assert made["room"] not in held

    first, second = peers()
    run(test)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"REDIS": "unix:///nowhere/redis.sock"}, "cannot share SQLite"),
        ({"REDIS": "somewhere"}, "ROOMKEY_REDIS: "),
    ],
)
def test_what_cannot_be_right_is_refused(
    tmp_path: Path, settings: dict[str, str], said: str
) -> None:
    command = [sys.executable, "-m", "roomkey.relay", "--port", "0", "--data", str(tmp_path)]
    environment = {f"ROOMKEY_{name}": value for name, value in settings.items()}
    ended = subprocess.run(
        command, capture_output=True, text=True, timeout=60, env={**ENVIRONMENT, **environment}
    )
    assert ended.returncode in (1, 2)
    assert said in ended.stderr


def test_a_redis_that_is_not_there_is_said_at_the_start(postgres: Cluster, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "roomkey.relay", "--port", "0", "--data", str(tmp_path)]
    environment = {"ROOMKEY_DATABASE": postgres.url(tmp_path), "ROOMKEY_REDIS": "unix:///no.sock"}
    ended = subprocess.run(
        command, capture_output=True, text=True, timeout=60, env={**ENVIRONMENT, **environment}
    )
    assert ended.returncode == 1
    assert "cannot reach Redis" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
