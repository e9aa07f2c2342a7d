"""SQLite's own settings; everything else in the store is SQL that PostgreSQL speaks too."""

import fcntl
import os
from contextlib import suppress
from typing import Any, Literal

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

from .faults import DatabaseInUse

Durability = Literal["full", "normal"]


def open_sqlite(url: str, durability: Durability, max_pages: int | None, *, writer: bool) -> Engine:
    """Open a SQLite file in WAL mode: one writer, and readers that see its last commit."""
    options: dict[str, Any] = {"connect_args": {"check_same_thread": False, "timeout": 30}}
    if writer:
        options["poolclass"] = StaticPool
    engine = create_engine(url, **options)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        # pysqlite's own transaction handling breaks savepoints; BEGIN is ours.
        connection.isolation_level = None
        run = connection.execute
        run("PRAGMA journal_mode = WAL")
        run(f"PRAGMA synchronous = {durability.upper()}")
        run("PRAGMA foreign_keys = ON")
        run("PRAGMA secure_delete = ON")
        if max_pages:
            run(f"PRAGMA max_page_count = {max_pages}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")

    return engine


class SqlitePlace:
    """Holds a SQLite file for one relay until it is closed; raises DatabaseInUse."""

    def __init__(self, engine: Engine) -> None:
        path = f"{engine.url.database}.lock"
        self._lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self.close()
            raise DatabaseInUse from error

    def close(self) -> None:
        """Let another relay have the file."""
        with suppress(OSError):
            os.close(self._lock)
