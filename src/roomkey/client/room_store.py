"""One room on disk: its facts, its group, what it sends, its transcript; in one database."""

import contextlib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from roomkey.errors import StateCorrupt
from roomkey.mls import GroupSnapshot

from .database import Database
from .transcript_store import TRANSCRIPT_SCHEMA, TranscriptStore

SCHEMA_VERSION: Final = 2

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


class RoomStore:
    """The database of one room; raises StateCorrupt, StateFull or StateLocked."""

    def __init__(self, path: Path, key: bytes, *, create: bool = False) -> None:
        schema = _SCHEMA + TRANSCRIPT_SCHEMA
        self._database = Database(path, key, schema, SCHEMA_VERSION, create=create)
        self.transcript = TranscriptStore(self._database)
        self._tree: bytes | None = None
        self._epoch: bytes | None = None

    @property
    def path(self) -> Path:
        """Where the database is."""
        return self._database.path

    def close(self) -> None:
        """Close the database; what was committed stays."""
        self._database.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Write all that follows, or nothing if it fails; may stand inside another."""
        try:
            with self._database.transaction():
                yield
        except BaseException:
            self._tree = self._epoch = None
            raise

    # facts

    def set(self, name: str, value: bytes) -> None:
        """Store a fact under a name, in the place of the one before."""
        self._database.run("INSERT OR REPLACE INTO fact VALUES (?, ?)", name, value)

    def get(self, name: str) -> bytes | None:
        """Get a fact, or None."""
        rows = self._database.run("SELECT value FROM fact WHERE name = ?", name)
        value: bytes | None = rows[0][0] if rows else None
        return value

    def require(self, name: str) -> bytes:
        """Get a fact; raises StateCorrupt if it is not there."""
        value = self.get(name)
        if value is None:
            raise StateCorrupt(f"{self.path.name} lacks a part")
        return value

    def drop(self, *names: str) -> None:
        """Forget facts."""
        for name in names:
            self._database.run("DELETE FROM fact WHERE name = ?", name)

    # the group

    def save_group(self, snapshot: GroupSnapshot) -> None:
        """Store a group; its large parts only when they changed."""
        if snapshot.tree != self._tree:
            self._database.run("INSERT OR REPLACE INTO part VALUES ('tree', ?)", snapshot.tree)
        if snapshot.epoch != self._epoch:
            self._database.run("INSERT OR REPLACE INTO part VALUES ('epoch', ?)", snapshot.epoch)
        self._database.run("INSERT OR REPLACE INTO part VALUES ('messages', ?)", snapshot.messages)
        self._tree, self._epoch = snapshot.tree, snapshot.epoch

    def load_group(self) -> GroupSnapshot | None:
        """Get the stored group, or None."""
        parts = dict(self._database.run("SELECT name, value FROM part"))
        if {"tree", "epoch", "messages"} - set(parts):
            return None
        return GroupSnapshot(parts["tree"], parts["epoch"], parts["messages"])

    def drop_group(self) -> None:
        """Forget the group's keys."""
        self._database.run("DELETE FROM part")
        self._tree = self._epoch = None

    # requests

    def remember(self, request: bytes, kind: str, message: bytes = b"") -> None:
        """Note a request, and the bytes it sends, before it is sent."""
        self._database.run("INSERT OR IGNORE INTO request VALUES (?, ?)", request, kind)
        digest = hashlib.sha256(message).digest()
        self._database.run("INSERT OR IGNORE INTO attempt VALUES (?, ?)", digest, request)

    def knows(self, request: bytes) -> bool:
        """Say whether this state made a request."""
        return bool(self._database.run("SELECT 1 FROM request WHERE request = ?", request))

    def sent(self, request: bytes, message: bytes) -> bool:
        """Say whether this state sent exactly these bytes with a request."""
        digest = hashlib.sha256(message).digest()
        found = "SELECT 1 FROM attempt WHERE digest = ? AND request = ?"
        return bool(self._database.run(found, digest, request))

    # outbox

    def enqueue(self, request: bytes, message_id: bytes, content: bytes) -> None:
        """Queue a message behind the others."""
        self._database.run(
            "INSERT INTO outbox (request, message_id, content) VALUES (?, ?, ?)",
            request,
            message_id,
            content,
        )

    def first_queued(self) -> Queued | None:
        """Get the message that goes out next, or None."""
        columns = "request, message_id, content, epoch, message, archive"
        rows = self._database.run(f"SELECT {columns} FROM outbox ORDER BY place LIMIT 1")  # noqa: S608
        return Queued(*rows[0]) if rows else None

    def queued_content(self, message_id: bytes) -> bytes | None:
        """Get the content that waits under an id, or None."""
        found = "SELECT content FROM outbox WHERE message_id = ?"
        rows = self._database.run(found, message_id)
        content: bytes | None = rows[0][0] if rows else None
        return content

    def count_queued(self) -> int:
        """Count the messages that wait."""
        count: int = self._database.run("SELECT count(*) FROM outbox")[0][0]
        return count

    def seal_queued(
        self, request: bytes, epoch: int, message: bytes, archive: bytes | None
    ) -> None:
        """Store how a queued message goes out in an epoch."""
        self._database.run(
            "UPDATE outbox SET epoch = ?, message = ?, archive = ? WHERE request = ?",
            epoch,
            message,
            archive,
            request,
        )

    def unseal_queued(self, request: bytes) -> None:
        """Drop how a queued message was sealed: its epoch has passed."""
        self._database.run(
            "UPDATE outbox SET epoch = NULL, message = NULL WHERE request = ?", request
        )

    def dequeue(self, request: bytes) -> Queued | None:
        """Take a message out of the queue; None if it is not there."""
        columns = "request, message_id, content, epoch, message, archive"
        rows = self._database.run(f"SELECT {columns} FROM outbox WHERE request = ?", request)  # noqa: S608
        self._database.run("DELETE FROM outbox WHERE request = ?", request)
        return Queued(*rows[0]) if rows else None

    # leave statements

    def add_statement(self, leaf: bytes, signature: bytes) -> None:
        """Keep a leave statement until it is committed."""
        self._database.run("INSERT OR REPLACE INTO statement VALUES (?, ?)", leaf, signature)

    def statements(self) -> dict[bytes, bytes]:
        """List the leave statements by leaf."""
        return dict(self._database.run("SELECT leaf, signature FROM statement"))

    def drop_statement(self, leaf: bytes) -> None:
        """Forget a leave statement."""
        self._database.run("DELETE FROM statement WHERE leaf = ?", leaf)

    # when members were last seen

    def saw(self, leaf: bytes, time: int) -> None:
        """Note that a leaf showed itself; `time` is the relay's, milliseconds since 1970."""
        self._database.run("INSERT OR REPLACE INTO activity VALUES (?, ?)", leaf, time)

    def activity(self) -> dict[bytes, int]:
        """List when each leaf last showed itself."""
        return dict(self._database.run("SELECT leaf, time FROM activity"))
