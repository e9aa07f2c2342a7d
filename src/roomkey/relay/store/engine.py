"""Opening the database: SQLite by default, anything SQLAlchemy knows by its URL."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine

from .sqlite import Durability, open_sqlite


def open_engine(
    url: str, durability: Durability, max_pages: int | None = None, *, writer: bool
) -> Engine:
    """Open the database for its one writer, or for the readers beside it.

    With durability `full` a commit is on disk when it returns; `max_pages` bounds SQLite's file.
    """
    if url.startswith("sqlite"):
        return open_sqlite(url, durability, max_pages, writer=writer)
    # A reader sees one state of the log, as with SQLite.
    isolation = "READ COMMITTED" if writer else "REPEATABLE READ"
    return create_engine(url, pool_pre_ping=True, isolation_level=isolation)


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the tables to the version this relay needs, or to the one given."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, revision)
