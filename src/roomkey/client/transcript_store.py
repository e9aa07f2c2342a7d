"""The transcript's rows: every content that was read, at its place in the log."""

from dataclasses import dataclass
from typing import Any, Final, Literal

from .content import ContentKind
from .database import Database

TRANSCRIPT_SCHEMA: Final = """
CREATE TABLE transcript (
    seq INTEGER PRIMARY KEY, message_id BLOB NOT NULL UNIQUE, time INTEGER NOT NULL,
    pseudonym BLOB NOT NULL, leaf BLOB NOT NULL, name TEXT NOT NULL, content BLOB NOT NULL,
    is_own INTEGER NOT NULL, is_history INTEGER NOT NULL,
    kind TEXT NOT NULL, target BLOB, expires_at INTEGER, gone TEXT NOT NULL);
CREATE INDEX transcript_target ON transcript (target);
CREATE INDEX transcript_time ON transcript (time);
CREATE INDEX transcript_expiry ON transcript (expires_at) WHERE gone = '';
"""

Gone = Literal["", "deleted", "expired"]


@dataclass(frozen=True, slots=True)
class Stored:
    """One row; `time` is the relay's clock in milliseconds since 1970, `expires_at` one's own.

    `leaf` is the signature key that signed it, `target` the id of what it changes. A row whose
    content is `gone` keeps its place, so that what it held is not taken up again.
    """

    seq: int
    message_id: bytes
    time: int
    pseudonym: bytes
    leaf: bytes
    name: str
    content: bytes
    is_own: bool
    is_history: bool
    kind: ContentKind = ContentKind.MESSAGE
    target: bytes | None = None
    expires_at: int | None = None
    gone: Gone = ""

    def __repr__(self) -> str:
        return f"Stored(seq={self.seq})"


class TranscriptStore:
    """The rows of one room's transcript."""

    def __init__(self, database: Database) -> None:
        self._run = database.run

    def add(self, row: Stored) -> bool:
        """Put a row at its place; says whether neither the place nor the id was taken."""
        taken = "SELECT 1 FROM transcript WHERE seq = ? OR message_id = ?"
        if self._run(taken, row.seq, row.message_id):
            return False
        self._run(
            "INSERT INTO transcript VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            row.seq,
            row.message_id,
            row.time,
            row.pseudonym,
            row.leaf,
            row.name,
            row.content,
            row.is_own,
            row.is_history,
            row.kind.value,
            row.target,
            row.expires_at,
            row.gone,
        )
        return True

    def find(self, message_id: bytes) -> Stored | None:
        """Get the row of an id, or None."""
        rows = self._run("SELECT * FROM transcript WHERE message_id = ?", message_id)
        return _stored(*rows[0]) if rows else None

    def has_place(self, seq: int) -> bool:
        """Say whether there is a row at a place in the log."""
        return bool(self._run("SELECT 1 FROM transcript WHERE seq = ?", seq))

    def about(self, message_id: bytes) -> list[Stored]:
        """List the rows that change what an id names, in the order of the log."""
        found = "SELECT * FROM transcript WHERE target = ? ORDER BY seq"
        return [_stored(*row) for row in self._run(found, message_id)]

    def messages(self, before: int, limit: int, least: int = 0) -> list[Stored]:
        """List the newest messages from `least` to below a place, oldest first; no expired ones."""
        found = (
            "SELECT * FROM transcript WHERE kind = 'message' AND gone != 'expired'"
            " AND seq < ? AND seq >= ? ORDER BY seq DESC LIMIT ?"
        )
        return [_stored(*row) for row in reversed(self._run(found, before, least, limit))]

    def count_unread(self, after: int) -> int:
        """Count the messages of others above a place that are still there."""
        found = (
            "SELECT count(*) FROM transcript"
            " WHERE kind = 'message' AND gone = '' AND NOT is_own AND seq > ?"
        )
        count: int = self._run(found, after)[0][0]
        return count

    def empty(self, message_id: bytes, gone: Gone) -> None:
        """Drop what a row holds; it keeps its place."""
        change = "UPDATE transcript SET content = x'', gone = ? WHERE message_id = ?"
        self._run(change, gone, message_id)

    def remove(self, message_id: bytes) -> None:
        """Delete a row."""
        self._run("DELETE FROM transcript WHERE message_id = ?", message_id)

    def due(self, now: int) -> list[Stored]:
        """List the messages whose time is over."""
        found = "SELECT * FROM transcript WHERE gone = '' AND expires_at <= ? ORDER BY seq"
        return [_stored(*row) for row in self._run(found, now)]

    def next_expiry(self) -> int | None:
        """Say when the next message expires; None if none does."""
        found = "SELECT min(expires_at) FROM transcript WHERE gone = ''"
        at: int | None = self._run(found)[0][0]
        return at

    def remove_before(self, time: int) -> list[Stored]:
        """Delete the rows from before a time; returns the messages that were still there."""
        found = (
            "SELECT * FROM transcript WHERE time < ? AND kind = 'message' AND gone != 'expired'"
            " ORDER BY seq"
        )
        gone = [_stored(*row) for row in self._run(found, time)]
        self._run("DELETE FROM transcript WHERE time < ?", time)
        return gone


def _stored(*row: Any) -> Stored:
    seq, message_id, time, pseudonym, leaf, name, content, is_own, is_history, kind, *rest = row
    author = pseudonym, leaf, name
    flags = bool(is_own), bool(is_history)
    return Stored(seq, message_id, time, *author, content, *flags, ContentKind(kind), *rest)
