"""Opening the database: SQLite by default, or PostgreSQL."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import ArgumentError

from .faults import DatabaseUnusable
from .postgresql import open_postgresql
from .sqlite import Durability, open_sqlite


def open_engine(
    url: str, durability: Durability, max_pages: int | None = None, *, writer: bool
) -> Engine:
    """Open the database for its one writer, or for the readers beside it.

    With durability `full` a commit is on disk when it returns; `max_pages` bounds SQLite's file.
    """
    if is_sqlite(url):
        return open_sqlite(url, durability, max_pages, writer=writer)
    return open_postgresql(url, writer=writer)


def is_sqlite(url: str) -> bool:
    """Say whether a URL names a file of SQLite's; raises DatabaseUnusable for what is no URL."""
    try:
        name = make_url(url).get_backend_name()
    except ArgumentError as error:
        raise DatabaseUnusable("its URL cannot be read") from error
    if name not in ("sqlite", "postgresql"):
        raise DatabaseUnusable(f"{name} is neither SQLite nor PostgreSQL")
    return name == "sqlite"


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the tables to the version this relay needs, or to the one given."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, revision)
