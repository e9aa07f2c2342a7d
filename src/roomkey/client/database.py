"""An encrypted database on disk: SQLCipher; whatever must agree is written in one transaction."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import sqlcipher3

from roomkey.errors import StateCorrupt, StateError, StateFull, StateLocked

BUSY_SECONDS: Final = 10


class Database:
    """One file under one key; raises StateCorrupt, StateFull or StateLocked."""

    def __init__(
        self, path: Path, key: bytes, schema: str, version: int, *, create: bool = False
    ) -> None:
        if not create and not path.exists():
            raise StateCorrupt(f"there is no {path.name}")
        self.path = path
        self._depth = 0
        with _mapped(path):
            self._database = sqlcipher3.connect(
                str(path), timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            # the library would write what it finds damaged to a person's terminal
            self._database.execute("PRAGMA cipher_log_level = NONE")
            self._database.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
            path.chmod(0o600)
            found = self._database.execute("PRAGMA user_version").fetchone()[0]
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = FULL")
            self._database.execute("PRAGMA secure_delete = ON")
        if found == 0 and create:
            with self.transaction():
                for statement in schema.split(";"):
                    self.run(statement)
                self.run(f"PRAGMA user_version = {version}")
        elif found != version:
            self.close()
            raise StateCorrupt(f"{path.name} is of another version of Roomkey")

    def close(self) -> None:
        """Close the database; what was committed stays."""
        with contextlib.suppress(sqlcipher3.Error):
            self._database.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Write all that follows, or nothing if it fails; may stand inside another."""
        if self._depth:
            yield
            return
        self._depth = 1
        try:
            self.run("BEGIN IMMEDIATE")
            yield
            self.run("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlcipher3.Error):
                self._database.execute("ROLLBACK")
            raise
        finally:
            self._depth = 0

    def run(self, statement: str, *values: Any) -> list[Any]:
        """Carry out one statement; returns its rows."""
        with _mapped(self.path):
            rows: list[Any] = self._database.execute(statement, values).fetchall()
            return rows


@contextlib.contextmanager
def _mapped(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlcipher3.Error as error:
        raise _state_error(error, path) from error
    except MemoryError as error:
        # SQLCipher reports a page it cannot decrypt in this way in some builds
        raise StateCorrupt(path.name) from error


def _state_error(error: Exception, path: Path) -> StateError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    text = str(error)
    if code == sqlcipher3.SQLITE_FULL or "full" in text:
        return StateFull(path.name)
    if code in (sqlcipher3.SQLITE_BUSY, sqlcipher3.SQLITE_LOCKED) or "locked" in text:
        return StateLocked(path.name)
    if "disk I/O error" in text or "readonly" in text:
        return StateFull(f"{path.name} cannot be written")
    return StateCorrupt(path.name)
