"""The seed, retention and rates, with a clock and a database of the test's own."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from roomkey.crypto import oprf
from roomkey.crypto.randomness import system_random
from roomkey.errors import RateLimited
from roomkey.relay.app import create_app
from roomkey.relay.config import RelayConfig, from_arguments
from roomkey.relay.journal import Journal
from roomkey.relay.retention import Retention
from roomkey.relay.seed import Seed, SeedUnusable, load_or_create
from roomkey.relay.store import (
    ChainLink,
    DatabaseUnusable,
    Departure,
    Envelope,
    EpochSecret,
    Room,
    Store,
    Transaction,
)
from roomkey.relay.store.engine import migrate, open_engine
from roomkey.relay.store.schema import metadata

ROOM, LEAF = b"r" * 16, b"l" * 32
HOUR = 3_600_000


def _open(folder: Path) -> Store:
    return Store(RelayConfig(folder).database_url)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    store = _open(tmp_path)
    opened = Journal(store)
    yield opened
    opened.close()
    store.close()


def _fill(stored: Transaction, *, peopled: bool, closed: bool = False) -> None:
    room = Room(
        room=ROOM, request=bytes(16), creator=LEAF, created=0, touched=3 * HOUR, admission=LEAF,
        key_id=1, epoch=2, head=4, floor=1, suite=1, retention=3600, max_members=9, closed=closed,
    )  # fmt: skip
    stored.rooms.add(room, b"g")
    if peopled:
        stored.members.add(ROOM, LEAF)
    for seq in range(1, 5):
        epoch, time = min(seq - 1, 1), (seq - 1) * HOUR
        envelope = Envelope(seq, time, "message", epoch, LEAF, bytes([seq]) * 16, b"b")
        stored.envelopes.add([(ROOM, envelope, b"a")])
    for epoch in range(3):
        stored.history.add_secret(ROOM, EpochSecret(epoch, min(epoch, 1), epoch, b"s"))
    stored.history.add_link(ROOM, ChainLink(1, b"link"))
    stored.departures.add(ROOM, Departure(LEAF, bytes(64)))


def _column(folder: Path, name: str) -> list[Any]:
    table, column = name.split(".")
    with contextlib.closing(sqlite3.connect(folder / "relay.sqlite3")) as database:
        rows = database.execute(f"SELECT {column} FROM {table} ORDER BY {column}")
        return [row[0] for row in rows]


def test_what_is_older_than_the_retention_goes_and_the_rest_stays_readable(
    journal: Journal, tmp_path: Path
) -> None:
    journal.write(lambda stored: _fill(stored, peopled=True))
    assert Retention(journal, lambda: 3 * HOUR + 1).sweep() == 3
    assert _column(tmp_path, "envelopes.seq") == [4]
    assert _column(tmp_path, "rooms.floor") == [4]
    assert _column(tmp_path, "epochs.epoch") == [1, 2]
    assert _column(tmp_path, "chains.key_id") == [1]
    assert Retention(journal, lambda: 99 * HOUR).sweep() == 1
    assert _column(tmp_path, "epochs.epoch") == [2]
    assert _column(tmp_path, "rooms.room") == [ROOM]


@pytest.mark.parametrize(("peopled", "closed"), [(False, False), (True, True)])
def test_a_room_nobody_can_use_goes_with_its_last_envelope(
    journal: Journal, tmp_path: Path, peopled: bool, closed: bool
) -> None:
    journal.write(lambda stored: _fill(stored, peopled=peopled, closed=closed))
    Retention(journal, lambda: 99 * HOUR).sweep()
    for name, table in metadata.tables.items():
        if "room" in table.columns:
            assert _column(tmp_path, f"{name}.room") == []


def test_one_failing_write_leaves_the_others_of_its_transaction_alone(
    journal: Journal, tmp_path: Path
) -> None:
    journal.write(lambda stored: _fill(stored, peopled=False))

    def half_done(stored: Transaction) -> None:
        stored.members.add(ROOM, LEAF)
        raise RateLimited

    with pytest.raises(RateLimited):
        journal.write(half_done)
    assert _column(tmp_path, "members.leaf") == []


def test_migrations_make_exactly_the_tables_of_the_schema(tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    _open(tmp_path).close()
    _open(tmp_path).close()
    engine = create_engine(RelayConfig(tmp_path).database_url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_migrating_keeps_every_room_with_all_that_belongs_to_it(tmp_path: Path) -> None:
    engine = open_engine(RelayConfig(tmp_path).database_url, "full", writer=True)
    migrate(engine, "0001")
    with contextlib.closing(sqlite3.connect(tmp_path / "relay.sqlite3")) as database, database:
        room = (ROOM, bytes(16), LEAF, 1, 2, LEAF, 0, 5, 7, 1, b"info", 1, 3600, 9, 0)
        database.execute(f"INSERT INTO rooms VALUES ({', '.join('?' * len(room))})", room)
        database.execute("INSERT INTO members VALUES (?, ?)", (ROOM, LEAF))
    migrate(engine)
    engine.dispose()
    store = _open(tmp_path)
    with store.read() as stored:
        found = stored.rooms.find(ROOM)
        assert found is not None
        assert (found.epoch, found.head, found.retention, found.closed) == (5, 7, 3600, False)
        assert stored.rooms.group_info(ROOM) == b"info"
        assert found.locked is False
        assert stored.members.has(ROOM, LEAF)
        assert stored.hosts.has(ROOM, LEAF)
    store.close()


def test_a_database_that_cannot_be_opened_is_said_in_its_own_words(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnusable, match="unable to open database file"):
        Store(f"sqlite:///{tmp_path / 'nowhere' / 'relay.sqlite3'}")
    (tmp_path / "relay.sqlite3").write_bytes(b"not a database" * 100)
    with pytest.raises(DatabaseUnusable, match="not a database"):
        _open(tmp_path)


def test_the_seed_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    seed = load_or_create(tmp_path)
    assert load_or_create(tmp_path) == seed
    path = tmp_path / "seed"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["seed"]
    path.chmod(0o640)
    with pytest.raises(SeedUnusable):
        load_or_create(tmp_path)
    path.chmod(0o600)
    path.write_bytes(seed[:31])
    with pytest.raises(SeedUnusable):
        load_or_create(tmp_path)


def test_a_database_goes_with_the_seed_that_it_was_made_with(tmp_path: Path) -> None:
    config = RelayConfig(tmp_path)
    for _ in range(2):
        create_app(config).extensions["relay"].close()
    (tmp_path / "seed").unlink()
    with pytest.raises(SeedUnusable, match="not the seed"):
        create_app(config)


def test_each_room_and_each_seed_has_an_oprf_key_of_its_own() -> None:
    blinding, blinded = oprf.blind(b"room key", system_random)
    outputs = {
        oprf.finalize(blinding, Seed(seed).evaluate(room, blinded))
        for seed in (bytes(32), b"1" * 32)
        for room in (bytes(16), ROOM)
    }
    assert len(outputs) == 4
    assert Seed(bytes(32)).room_id("0000000000") != Seed(b"1" * 32).room_id("0000000000")


def test_the_command_line_goes_before_the_environment(tmp_path: Path) -> None:
    environment = {"ROOMKEY_PORT": "1", "ROOMKEY_HOST": "h", "ROOMKEY_RATE_SEND_MEMBER": "1/hour"}
    config = from_arguments(["--port", "2", "--data", str(tmp_path)], environment)
    assert (config.port, config.host, config.data) == (2, "h", tmp_path)
    assert config.rates == {"send_member": "1/hour"}
