"""What goes wrong with a database on disk is said in the client's own words."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from roomkey.client import database as module
from roomkey.client.database import Database
from roomkey.errors import StateCorrupt, StateFull, StateLocked

KEY = bytes(range(32))
SCHEMA = "CREATE TABLE fact (name TEXT PRIMARY KEY, value BLOB NOT NULL)"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "some.room"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    opened = Database(path, KEY, SCHEMA, 1, create=True)
    yield opened
    opened.close()


def names(database: Database) -> list[str]:
    return [name for (name,) in database.run("SELECT name FROM fact ORDER BY name")]


def add(database: Database, name: str, value: bytes = b"") -> None:
    database.run("INSERT INTO fact VALUES (?, ?)", name, value)


def test_a_transaction_within_another_is_part_of_it(database: Database) -> None:
    def fail() -> None:
        with database.transaction():
            add(database, "outer")
            with database.transaction():
                add(database, "inner")
            assert names(database) == ["inner", "outer"]
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert names(database) == []
    with database.transaction(), database.transaction():
        add(database, "kept")
    assert names(database) == ["kept"]


def test_a_database_that_is_not_there_is_not_made_by_opening_it(path: Path) -> None:
    with pytest.raises(StateCorrupt):
        Database(path, KEY, SCHEMA, 1)
    assert not path.exists()


def test_a_database_of_another_version_is_left_as_it_is(path: Path, database: Database) -> None:
    add(database, "kept")
    for create in (False, True):
        with pytest.raises(StateCorrupt, match="another version"):
            Database(path, KEY, SCHEMA, 2, create=create)
    assert names(database) == ["kept"]


def test_a_full_disk_keeps_what_was_there(database: Database) -> None:
    add(database, "before")
    [[pages]] = database.run("PRAGMA page_count")
    database.run(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StateFull):
        add(database, "too much", os.urandom(100_000))
    assert names(database) == ["before"]


def test_what_cannot_be_written_is_as_a_full_disk(database: Database) -> None:
    database.run("PRAGMA query_only = ON")
    with pytest.raises(StateFull):
        add(database, "nowhere to go")


def test_what_another_process_holds_is_locked(
    path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUSY_SECONDS", 0)
    second = Database(path, KEY, SCHEMA, 1)
    with database.transaction():
        add(database, "one writer")
        with pytest.raises(StateLocked), second.transaction():
            add(second, "another")
    assert names(second) == ["one writer"]
    second.close()


@pytest.mark.parametrize("where", [0.01, 0.5, 0.9])
def test_a_damaged_page_is_damage_wherever_it_is(path: Path, where: float) -> None:
    database = Database(path, KEY, SCHEMA, 1, create=True)
    for number in range(200):
        add(database, str(number), os.urandom(1000))
    database.run("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    held = bytearray(path.read_bytes())
    at = int(len(held) * where)
    held[at : at + 64] = os.urandom(64)
    path.write_bytes(held)

    def read_all() -> None:
        opened = Database(path, KEY, SCHEMA, 1)
        try:
            opened.run("SELECT * FROM fact")
        finally:
            opened.close()

    with pytest.raises(StateCorrupt):
        read_all()


def test_another_key_opens_nothing(path: Path, database: Database) -> None:
    add(database, "secret")
    with pytest.raises(StateCorrupt):
        Database(path, bytes(32), SCHEMA, 1)


def test_a_page_that_is_reported_as_lack_of_memory_is_damage(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Undecryptable:
        def execute(self, *_given: object) -> None:
            raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(database, "_database", Undecryptable())
        with pytest.raises(StateCorrupt, match="some\\.room"):
            names(database)
    assert names(database) == []
