"""The relay's database: opened, brought up to date, read from and written to."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from .engine import is_sqlite, migrate, open_engine
from .faults import DatabaseUnusable, TransactionLost, reason
from .postgresql import take_place
from .sqlite import Durability, SqlitePlace
from .transaction import Transaction


class Store:
    """One database, with one writer (the journal) and any number of readers."""

    def __init__(
        self,
        url: str,
        durability: Durability = "full",
        max_pages: int | None = None,
        *,
        shared: bool = False,
    ) -> None:
        """Open the database at a SQLAlchemy URL, `shared` with other relays or alone.

        Raises DatabaseUnusable or DatabaseInUse.
        """
        lone = is_sqlite(url)
        if lone and shared:
            raise DatabaseUnusable("several relays share PostgreSQL, and cannot share SQLite")
        try:
            self._writer = open_engine(url, durability, max_pages, writer=True)
            self._reader = open_engine(url, durability, max_pages, writer=False)
            # Whether it can be opened is seen now, and nobody's first request waits for it.
            for engine in (self._writer, self._reader):
                engine.connect().close()
            self._place = (
                SqlitePlace(self._writer) if lone else take_place(self._reader, shared=shared)
            )
            migrate(self._writer)
        except (SQLAlchemyError, ImportError) as error:
            raise DatabaseUnusable(reason(error)) from error

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """Read one state of the database until the block ends."""
        with self._reader.begin() as connection:
            yield Transaction(connection)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Store all that is done in the block, or nothing; raises TransactionLost."""
        try:
            with self._writer.begin() as connection:
                yield Transaction(connection)
        except SQLAlchemyError as error:
            raise TransactionLost(error) from error

    def close(self) -> None:
        """Close the database."""
        self._place.close()
        self._reader.dispose()
        self._writer.dispose()
