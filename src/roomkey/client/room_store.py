"""One room on disk: a SQLCipher database; whatever must agree is written in one transaction."""

import contextlib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import sqlcipher3

from roomkey.errors import StateCorrupt, StateError, StateFull, StateLocked
from roomkey.mls import GroupSnapshot

SCHEMA_VERSION: Final = 2
BUSY_SECONDS: Final = 10

_SCHEMA: Final = """
CREATE TABLE fact (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE part (name TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE request (request BLOB PRIMARY KEY, kind TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE attempt (digest BLOB PRIMARY KEY, request BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE outbox (
    place INTEGER PRIMARY KEY AUTOINCREMENT, request BLOB NOT NULL UNIQUE,
    message_id BLOB NOT NULL, content BLOB NOT NULL,
    epoch INTEGER, message BLOB, archive BLOB);
CREATE TABLE statement (leaf BLOB PRIMARY KEY, signature BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE activity (leaf BLOB PRIMARY KEY, time INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE transcript (
    seq INTEGER PRIMARY KEY, message_id BLOB NOT NULL, time INTEGER NOT NULL,
    pseudonym BLOB NOT NULL, name TEXT NOT NULL, content BLOB NOT NULL,
    is_own INTEGER NOT NULL, is_history INTEGER NOT NULL);
CREATE INDEX transcript_message ON transcript (message_id);
"""


@dataclass(frozen=True, slots=True)
class Queued:
    """A message that waits to be stored by the relay; `message` is sealed for `epoch`."""

    request: bytes
    message_id: bytes
    content: bytes
    epoch: int | None
    message: bytes | None
    archive: bytes | None

    def __repr__(self) -> str:
        return f"Queued(epoch={self.epoch})"


@dataclass(frozen=True, slots=True)
class Stored:
    """A message of the transcript; `time` is the relay's clock in milliseconds since 1970."""

    seq: int
    message_id: bytes
    time: int
    pseudonym: bytes
    name: str
    content: bytes
    is_own: bool
    is_history: bool

    def __repr__(self) -> str:
        return f"Stored(seq={self.seq})"


class RoomStore:
    """The database of one room; raises StateCorrupt, StateFull or StateLocked."""

    def __init__(self, path: Path, key: bytes, *, create: bool = False) -> None:
        if not create and not path.exists():
            raise StateCorrupt(f"there is no {path.name}")
        self.path = path
        self._depth = 0
        self._tree: bytes | None = None
        self._epoch: bytes | None = None
        with _mapped(path):
            self._database = sqlcipher3.connect(
                str(path), timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            # the library would write what it finds damaged to a person's terminal
            self._database.execute("PRAGMA cipher_log_level = NONE")
            self._database.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
            path.chmod(0o600)
            version = self._database.execute("PRAGMA user_version").fetchone()[0]
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = FULL")
            self._database.execute("PRAGMA secure_delete = ON")
        if version == 0 and create:
            with self.transaction():
                for statement in _SCHEMA.split(";"):
                    self._run(statement)
                self._run(f"PRAGMA user_version = {SCHEMA_VERSION}")
        elif version != SCHEMA_VERSION:
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
            self._run("BEGIN IMMEDIATE")
            yield
            self._run("COMMIT")
        except BaseException:
            self._tree = self._epoch = None
            with contextlib.suppress(sqlcipher3.Error):
                self._database.execute("ROLLBACK")
            raise
        finally:
            self._depth = 0

    def _run(self, statement: str, *values: Any) -> list[Any]:
        with _mapped(self.path):
            rows: list[Any] = self._database.execute(statement, values).fetchall()
            return rows

    # facts

    def set(self, name: str, value: bytes) -> None:
        """Store a fact under a name, in the place of the one before."""
        self._run("INSERT OR REPLACE INTO fact VALUES (?, ?)", name, value)

    def get(self, name: str) -> bytes | None:
        """Get a fact, or None."""
        rows = self._run("SELECT value FROM fact WHERE name = ?", name)
        return None if not rows else bytes(rows[0][0])

    def require(self, name: str) -> bytes:
        """Get a fact; raises StateCorrupt if it is not there."""
        value = self.get(name)
        if value is None:
            raise StateCorrupt(f"{self.path.name} lacks a part")
        return value

    def drop(self, *names: str) -> None:
        """Forget facts."""
        for name in names:
            self._run("DELETE FROM fact WHERE name = ?", name)

    # the group

    def save_group(self, snapshot: GroupSnapshot) -> None:
        """Store a group; its large parts only when they changed."""
        if snapshot.tree != self._tree:
            self._run("INSERT OR REPLACE INTO part VALUES ('tree', ?)", snapshot.tree)
        if snapshot.epoch != self._epoch:
            self._run("INSERT OR REPLACE INTO part VALUES ('epoch', ?)", snapshot.epoch)
        self._run("INSERT OR REPLACE INTO part VALUES ('messages', ?)", snapshot.messages)
        self._tree, self._epoch = snapshot.tree, snapshot.epoch

    def load_group(self) -> GroupSnapshot | None:
        """Get the stored group, or None."""
        parts = dict(self._run("SELECT name, value FROM part"))
        if {"tree", "epoch", "messages"} - set(parts):
            return None
        return GroupSnapshot(parts["tree"], parts["epoch"], parts["messages"])

    def drop_group(self) -> None:
        """Forget the group's keys."""
        self._run("DELETE FROM part")
        self._tree = self._epoch = None

    # requests

    def remember(self, request: bytes, kind: str, message: bytes = b"") -> None:
        """Note a request, and the bytes it sends, before it is sent."""
        self._run("INSERT OR IGNORE INTO request VALUES (?, ?)", request, kind)
        digest = hashlib.sha256(message).digest()
        self._run("INSERT OR IGNORE INTO attempt VALUES (?, ?)", digest, request)

    def knows(self, request: bytes) -> bool:
        """Say whether this state made a request."""
        return bool(self._run("SELECT 1 FROM request WHERE request = ?", request))

    def sent(self, request: bytes, message: bytes) -> bool:
        """Say whether this state sent exactly these bytes with a request."""
        digest = hashlib.sha256(message).digest()
        found = "SELECT 1 FROM attempt WHERE digest = ? AND request = ?"
        return bool(self._run(found, digest, request))

    # outbox

    def enqueue(self, request: bytes, message_id: bytes, content: bytes) -> None:
        """Queue a message behind the others."""
        self._run(
            "INSERT INTO outbox (request, message_id, content) VALUES (?, ?, ?)",
            request,
            message_id,
            content,
        )

    def first_queued(self) -> Queued | None:
        """Get the message that goes out next, or None."""
        columns = "request, message_id, content, epoch, message, archive"
        rows = self._run(f"SELECT {columns} FROM outbox ORDER BY place LIMIT 1")  # noqa: S608
        return Queued(*rows[0]) if rows else None

    def count_queued(self) -> int:
        """Count the messages that wait."""
        count: int = self._run("SELECT count(*) FROM outbox")[0][0]
        return count

    def seal_queued(
        self, request: bytes, epoch: int, message: bytes, archive: bytes | None
    ) -> None:
        """Store how a queued message goes out in an epoch."""
        self._run(
            "UPDATE outbox SET epoch = ?, message = ?, archive = ? WHERE request = ?",
            epoch,
            message,
            archive,
            request,
        )

    def unseal_queued(self, request: bytes) -> None:
        """Drop how a queued message was sealed: its epoch has passed."""
        self._run("UPDATE outbox SET epoch = NULL, message = NULL WHERE request = ?", request)

    def dequeue(self, request: bytes) -> Queued | None:
        """Take a message out of the queue; None if it is not there."""
        columns = "request, message_id, content, epoch, message, archive"
        rows = self._run(f"SELECT {columns} FROM outbox WHERE request = ?", request)  # noqa: S608
        self._run("DELETE FROM outbox WHERE request = ?", request)
        return Queued(*rows[0]) if rows else None

    # leave statements

    def add_statement(self, leaf: bytes, signature: bytes) -> None:
        """Keep a leave statement until it is committed."""
        self._run("INSERT OR REPLACE INTO statement VALUES (?, ?)", leaf, signature)

    def statements(self) -> dict[bytes, bytes]:
        """List the leave statements by leaf."""
        return dict(self._run("SELECT leaf, signature FROM statement"))

    def drop_statement(self, leaf: bytes) -> None:
        """Forget a leave statement."""
        self._run("DELETE FROM statement WHERE leaf = ?", leaf)

    # when members were last seen

    def saw(self, leaf: bytes, time: int) -> None:
        """Note that a leaf showed itself; `time` is the relay's, milliseconds since 1970."""
        self._run("INSERT OR REPLACE INTO activity VALUES (?, ?)", leaf, time)

    def activity(self) -> dict[bytes, int]:
        """List when each leaf last showed itself."""
        return dict(self._run("SELECT leaf, time FROM activity"))

    # transcript

    def record(self, stored: Stored) -> bool:
        """Put a message into the transcript; says whether it is new there."""
        if self._run("SELECT 1 FROM transcript WHERE seq = ?", stored.seq):
            return False
        self._run(
            "INSERT INTO transcript VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            stored.seq,
            stored.message_id,
            stored.time,
            stored.pseudonym,
            stored.name,
            stored.content,
            stored.is_own,
            stored.is_history,
        )
        return True

    def has_message(self, message_id: bytes) -> bool:
        """Say whether a message is in the transcript."""
        return bool(self._run("SELECT 1 FROM transcript WHERE message_id = ?", message_id))

    def transcript(self, before: int, limit: int) -> list[Stored]:
        """List the newest messages below a place in the log, oldest first."""
        rows = self._run(
            "SELECT * FROM transcript WHERE seq < ? ORDER BY seq DESC LIMIT ?", before, limit
        )
        return [_stored(*row) for row in reversed(rows)]


def _stored(*row: Any) -> Stored:
    seq, message_id, time, pseudonym, name, content, is_own, is_history = row
    flags = bool(is_own), bool(is_history)
    return Stored(seq, message_id, time, pseudonym, name, content, *flags)


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
