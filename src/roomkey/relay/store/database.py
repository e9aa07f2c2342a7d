"""Opening the relay's database and bringing its tables up to date."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, update
from sqlalchemy.pool import StaticPool

from roomkey.relay.config import RelayConfig
from roomkey.relay.store.schema import rooms


def open_engine(config: RelayConfig, *, writer: bool) -> Engine:
    """Open the database for one writer, or for readers beside it.

    SQLite runs in WAL mode; with durability `full` every commit is synced to disk.
    """
    url = config.database_url
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
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
        run(f"PRAGMA synchronous = {config.durability.upper()}")
        run("PRAGMA foreign_keys = ON")
        run("PRAGMA secure_delete = ON")
        if config.max_database_pages:
            run(f"PRAGMA max_page_count = {config.max_database_pages}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")

    return engine


def migrate(engine: Engine) -> None:
    """Bring the tables to the version this relay needs."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")


def is_writable(connection: Connection) -> None:
    """Take the database's write lock; raises the database's error if it cannot be written."""
    connection.execute(update(rooms).where(rooms.c.room == b"").values(head=0))
