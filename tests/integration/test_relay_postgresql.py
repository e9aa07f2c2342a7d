"""A relay on PostgreSQL: its tables, what is deleted, and a database that goes away and returns."""

import asyncio
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from postgres_cluster import Cluster, a_cluster
from relay_toolkit import ADMISSION, ask_health, connected, run, running_relay
from sqlalchemy import create_engine

from roomkey.crypto.randomness import system_random
from roomkey.crypto.signature import ED25519
from roomkey.relay.store import Store
from roomkey.relay.store.engine import migrate, open_engine
from roomkey.relay.store.schema import metadata

HOUR = 3_600_000
ROOM, LEAF = b"r" * 16, b"l" * 32


def test_migrations_make_exactly_the_tables_of_the_schema(
    postgres: Cluster, tmp_path: Path
) -> None:
    url = postgres.url(tmp_path)
    for _ in range(2):
        Store(url).close()
    engine = create_engine(url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_migrating_keeps_every_room_with_all_that_belongs_to_it(
    postgres: Cluster, tmp_path: Path
) -> None:
    url = postgres.url(tmp_path)
    engine = open_engine(url, "full", writer=True)
    migrate(engine, "0001")
    room = (ROOM, bytes(16), LEAF, 1, 2, LEAF, 0, 5, 7, 1, b"info", 1, 3600, 9, False)
    postgres.run(url, f"INSERT INTO rooms VALUES ({', '.join(['%s'] * len(room))})", *room)
    postgres.run(url, "INSERT INTO members VALUES (%s, %s)", ROOM, LEAF)
    engine.dispose()
    with closing(Store(url)) as store, store.read() as stored:
        found = stored.rooms.find(ROOM)
        assert found is not None
        assert (found.epoch, found.head, found.retention, found.locked) == (5, 7, 3600, False)
        assert stored.rooms.group_info(ROOM) == b"info"
        assert stored.members.has(ROOM, LEAF)
        assert stored.hosts.has(ROOM, LEAF)


def test_what_was_acknowledged_survives_a_killed_relay(postgres: Cluster, tmp_path: Path) -> None:
    folder, leaf = tmp_path / "data", ED25519.generate(system_random)
    url, request = postgres.url(folder), system_random(16)
    made: dict[str, Any] = {}

    async def before() -> None:
        async with connected(relay.url, leaf) as host:
            made.update(await host.create(ADMISSION))
            made["sent"] = await host.send(made["room"], 0, b"kept", request=request)
            relay.kill()

    async def after() -> None:
        async with connected(relay.url, leaf) as host:
            assert (await host.resume(made["code"]))["head"] == 1
            assert await host.send(made["room"], 0, b"kept", request=request) == made["sent"]

    for scene in (before, after):
        with running_relay(folder, DATABASE=url) as relay:
            run(scene)


def test_the_writer_waits_by_its_own_thread_and_not_by_a_loop_of_gevents(
    postgres: Cluster, tmp_path: Path
) -> None:
    # As in a relay: everything that could wait is gevent's.
    script = """
from gevent import monkey
monkey.patch_all()
import sys
from gevent._hub_local import get_hub_if_exists
from roomkey.relay.journal import Journal
from roomkey.relay.store import Store

store = Store(sys.argv[1])
journal = Journal(store)

def work(transaction):
    transaction.rooms.count()
    return get_hub_if_exists()

print([journal.write(work) for _ in range(3)])
journal.close()
store.close()
"""
    command = [sys.executable, "-c", script, postgres.url(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stdout == "[None, None, None]\n", done.stderr


def test_what_has_outlived_its_retention_goes(postgres: Cluster, tmp_path: Path) -> None:
    url = postgres.url(tmp_path / "data")

    async def test() -> None:
        async with connected(relay.url) as host:
            room = (await host.create(ADMISSION, retention=3600))["room"]
            for body in (b"one", b"two", b"three"):
                assert (await host.send(room, 0, body))["ok"]
            old = "UPDATE envelopes SET time = time - %s WHERE seq < 3"
            postgres.run(url, old, 2 * HOUR)
            while True:
                log = await host.ask("room.sync", room=room, after=0, limit=9)
                if log["floor"] == 3:
                    break
                await asyncio.sleep(0.05)
            assert [e["body"] for e in log["envelopes"]] == [b"three"]

    with running_relay(tmp_path / "data", DATABASE=url, RETENTION_INTERVAL="1") as relay:
        run(test)


def test_health_says_that_the_database_is_gone_and_that_it_is_back(tmp_path: Path) -> None:
    async def test() -> None:
        async with connected(relay.url) as host:
            room = (await host.create(ADMISSION))["room"]
            assert (await host.send(room, 0, b"before"))["seq"] == 1
            assert ask_health(relay.url)[0] == 200
            cluster.stop()
            refused = await host.send(room, 0, b"meanwhile")
            assert refused == {"ok": False, "code": "relay_fault"}
            while (health := ask_health(relay.url))[0] == 200:
                time.sleep(0.1)
            assert health[1]["code"] == "relay_fault"
            cluster.start()
            while ask_health(relay.url)[0] != 200:
                time.sleep(0.1)
            assert (await host.send(room, 0, b"after"))["seq"] == 2

    with (
        a_cluster() as cluster,
        running_relay(tmp_path / "data", DATABASE=cluster.url(tmp_path)) as relay,
    ):
        run(test)
