"""Reading a room's log: catching up from a cursor, and archive copies of before."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any, TypeVar

from roomkey.errors import NotAdmitted
from roomkey.wire import limits

from .fields import Fields
from .limits import Limits
from .session import Session
from .store import Envelope, Store
from .store.records import ArchiveCopy

Answer = dict[str, Any]
Entry = TypeVar("Entry")


class LogReader:
    """The events by which members read (docs/protocol/delivery.md)."""

    def __init__(self, store: Store, limits_: Limits) -> None:
        self._store = store
        self._limits = limits_

    def sync(self, session: Session, fields: Fields) -> Answer:
        """Give the envelopes after a cursor, as many as fit in one answer."""
        room = fields.room()
        leaf = session.leaf_in(room)
        self._limits.read(session)
        after = fields.integer("after", 0, limits.MAX_SEQ)
        most = fields.integer("limit", 1, limits.MAX_SYNC_ENVELOPES)
        with self._store.read() as stored:
            found = stored.rooms.find(room)
            # This connection may not have heard yet that it was removed by way of a peer.
            if found is None or not stored.members.has(room, leaf):
                raise NotAdmitted
            given = _that_fit(stored.envelopes.after(room, after, most), _envelope_bytes)
        return {
            "envelopes": [envelope.to_map() for envelope in given],
            "head": found.head,
            "floor": found.floor,
            "more": bool(given) and given[-1].seq < found.head,
        }

    def history(self, session: Session, fields: Fields) -> Answer:
        """Give archive copies before a place in the log, newest first, with what opens them."""
        room = fields.room()
        leaf = session.leaf_in(room)
        self._limits.read(session)
        before = fields.integer("before", 0, limits.MAX_SEQ)
        most = fields.integer("limit", 1, limits.MAX_SYNC_ENVELOPES)
        with self._store.read() as stored:
            if not stored.members.has(room, leaf):
                raise NotAdmitted
            copies = stored.envelopes.archives_before(room, before, most)
            archives = _that_fit(copies, _archive_bytes)
            secrets = stored.history.secrets(room, {archive.epoch for archive in archives})
            oldest = min((secret.key_id for secret in secrets), default=limits.MAX_KEY_ID)
            chain = stored.history.links_above(room, oldest)
            more = bool(archives) and stored.envelopes.has_archive_before(room, archives[-1].seq)
        return {
            "archives": [asdict(archive) for archive in archives],
            "epochs": [{"epoch": s.epoch, "key_id": s.key_id, "sealed": s.sealed} for s in secrets],
            "chain": [asdict(link) for link in chain],
            "more": more,
        }


def _that_fit(entries: Iterable[Entry], size: Callable[[Entry], int]) -> list[Entry]:
    given: list[Entry] = []
    total = 0
    for entry in entries:
        total += size(entry)
        if given and total > limits.MAX_SYNC_BYTES:
            break
        given.append(entry)
    return given


def _envelope_bytes(envelope: Envelope) -> int:
    return len(envelope.body) + len(envelope.welcome or b"")


def _archive_bytes(copy: ArchiveCopy) -> int:
    return len(copy.archive)
