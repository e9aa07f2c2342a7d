"""The log: envelopes in their places, and the archive copies that travel apart from them."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, func, insert, select, tuple_

from .records import ArchiveCopy, Envelope
from .schema import envelopes, epochs

Request = tuple[bytes, bytes, bytes]
"""What an envelope is recognised by when it comes again: its room, its leaf, its request id."""

_HERE = envelopes.c.room == bindparam("of_room")
_BEGINS = (epochs.c.room == envelopes.c.room) & (epochs.c.seq == envelopes.c.seq)
_ENVELOPES = select(
    envelopes.c.seq,
    envelopes.c.time,
    envelopes.c.kind,
    envelopes.c.epoch,
    envelopes.c.leaf,
    envelopes.c.request,
    envelopes.c.body,
    envelopes.c.welcome,
    epochs.c.sealed.label("history"),
    envelopes.c.root,
).select_from(envelopes.outerjoin(epochs, _BEGINS))
_AFTER = (
    _ENVELOPES.where(_HERE, envelopes.c.seq > bindparam("after"))
    .order_by(envelopes.c.seq)
    .limit(bindparam("most"))
)
_COMMIT = _ENVELOPES.where(
    _HERE, envelopes.c.kind == "commit", envelopes.c.epoch == bindparam("of_epoch")
)
_REQUEST = (envelopes.c.room, envelopes.c.leaf, envelopes.c.request)
_FIND_REQUESTS = select(*_REQUEST, envelopes.c.seq, envelopes.c.time).where(
    tuple_(*_REQUEST).in_(bindparam("of_requests", expanding=True))
)
_ARCHIVED = envelopes.c.archive.is_not(None)
_ARCHIVES_BEFORE = (
    select(*(envelopes.c[name] for name in ("seq", "time", "epoch", "leaf", "archive")))
    .where(_HERE, envelopes.c.seq < bindparam("before"), _ARCHIVED)
    .order_by(envelopes.c.seq.desc())
    .limit(bindparam("most"))
)
_HAS_ARCHIVE_BEFORE = select(
    exists().where(_HERE, envelopes.c.seq < bindparam("before"), _ARCHIVED)
)
_HAS_ANY = select(exists().where(_HERE))
_LAST_OLDER = select(func.max(envelopes.c.seq)).where(_HERE, envelopes.c.time < bindparam("oldest"))
_ADD = insert(envelopes).inline()
_DELETE_THROUGH = delete(envelopes).where(_HERE, envelopes.c.seq <= bindparam("through"))


class EnvelopeStore:
    """The log of one transaction's rooms."""

    def __init__(self, connection: Connection) -> None:
        self._execute = connection.execute

    def find_requests(self, requests: Iterable[Request]) -> dict[Request, tuple[int, int]]:
        """Give seq and time of what some requests have stored before."""
        rows = self._execute(_FIND_REQUESTS, {"of_requests": list(requests)})
        return {(room, leaf, request): (seq, time) for room, leaf, request, seq, time in rows}

    def add(self, added: Iterable[tuple[bytes, Envelope, bytes | None]]) -> None:
        """Append envelopes to their rooms' logs, each with its archive copy."""
        rows = [
            {
                "room": room,
                "seq": envelope.seq,
                "time": envelope.time,
                "kind": envelope.kind,
                "epoch": envelope.epoch,
                "leaf": envelope.leaf,
                "request": envelope.request,
                "body": envelope.body,
                "archive": archive,
                "welcome": envelope.welcome,
                "root": envelope.root,
            }
            for room, envelope, archive in added
        ]
        if rows:
            self._execute(_ADD, rows)

    def after(self, room: bytes, seq: int, most: int) -> Iterator[Envelope]:
        """Read envelopes after a place, oldest first."""
        rows = self._execute(_AFTER, {"of_room": room, "after": seq, "most": most})
        return (_envelope(row) for row in rows)

    def commit_of(self, room: bytes, epoch: int) -> Envelope | None:
        """Give the commit that ended an epoch, if it is still kept."""
        row = self._execute(_COMMIT, {"of_room": room, "of_epoch": epoch}).first()
        return None if row is None else _envelope(row)

    def archives_before(self, room: bytes, seq: int, most: int) -> Iterator[ArchiveCopy]:
        """Read archive copies before a place, newest first."""
        rows = self._execute(_ARCHIVES_BEFORE, {"of_room": room, "before": seq, "most": most})
        return (ArchiveCopy(*row) for row in rows)

    def has_archive_before(self, room: bytes, seq: int) -> bool:
        """Say whether there is an archive copy before a place."""
        of = {"of_room": room, "before": seq}
        return bool(self._execute(_HAS_ARCHIVE_BEFORE, of).scalar_one())

    def has_any(self, room: bytes) -> bool:
        """Say whether a room's log still holds anything."""
        return bool(self._execute(_HAS_ANY, {"of_room": room}).scalar_one())

    def last_older(self, room: bytes, oldest: int) -> int | None:
        """Give the last place in the log whose envelope is older than `oldest`."""
        of = {"of_room": room, "oldest": oldest}
        last: int | None = self._execute(_LAST_OLDER, of).scalar_one()
        return last

    def delete_through(self, room: bytes, seq: int) -> int:
        """Delete a room's log up to a place; return how many envelopes went."""
        return self._execute(_DELETE_THROUGH, {"of_room": room, "through": seq}).rowcount


def _envelope(row: Any) -> Envelope:
    return Envelope(*row)
