"""PostgreSQL's own settings: one writer at a time, of whichever relay on the database."""

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError

from .faults import DatabaseInUse

_WRITING, _RUNNING = 0x726F6F6D01, 0x726F6F6D02
_CONNECT_SECONDS = 5
_READERS = 16
_STUCK = "10s"
_PATIENCE = "5s"


def open_postgresql(url: str, *, writer: bool) -> Engine:
    """Open a PostgreSQL database.

    A transaction that writes holds a lock of the database from its beginning to its end, so that
    what it has checked still holds when it is stored, whatever other relays do.
    """
    options: dict[str, Any] = {"connect_timeout": _CONNECT_SECONDS}
    # One connection of the readers' is held as the relay's place.
    size = 1 if writer else _READERS + 1
    if writer:
        # A relay that has stopped in the middle must not hold up the others.
        options["options"] = f"-c idle_in_transaction_session_timeout={_STUCK}"
    # A reader sees one state of the log, as with SQLite.
    isolation = "READ COMMITTED" if writer else "REPEATABLE READ"
    engine = create_engine(
        url,
        pool_pre_ping=True,
        pool_size=size,
        max_overflow=0,
        isolation_level=isolation,
        connect_args=options,
    )
    # Many rows are looked for as by a join, and not planned one by one.
    engine.dialect.tuple_in_values = True
    if writer:
        event.listen(engine, "do_connect", _connect_for_a_thread)

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITING})")

    return engine


def _connect_for_a_thread(_dialect: object, _record: object, words: Any, options: Any) -> Any:
    """Connect for a thread of its own, as the journal's is.

    Under gevent psycopg waits by gevent's loop, also in such a thread, where it then takes
    milliseconds to get back from each exchange while the relay's own loop is busy.
    """
    import psycopg
    from psycopg import waiting

    class ThreadConnection(psycopg.Connection[Any]):
        def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
            wait = getattr(waiting, "wait_c", waiting.wait)
            return wait(gen, self.pgconn.socket, interval, timeout)

    return ThreadConnection.connect(*words, **options)


def take_place(engine: Engine, *, shared: bool) -> Connection:
    """Hold the database for one relay, or a place among several, until the connection is closed.

    Raises DatabaseInUse.
    """
    kind = "_shared" if shared else ""
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    try:
        # A relay that was killed may hold its place until the database notices.
        connection.exec_driver_sql(f"SET lock_timeout = '{_PATIENCE}'")
        connection.exec_driver_sql(f"SELECT pg_advisory_lock{kind}({_RUNNING})")
    except OperationalError as error:
        connection.close()
        raise DatabaseInUse from error
    return connection
