"""Inboxes: what waits for a handle's owner, to be listed, read and removed by it."""

from typing import Any

from roomkey.errors import MalformedRequest
from roomkey.wire import limits

from .fields import Fields
from .handles import require_owner
from .journal import Journal
from .limits import Limits
from .session import Session
from .store import Store

Answer = dict[str, Any]


class Inboxes:
    """The events of inboxes (docs/protocol/directory.md); all are for the handle's owner."""

    def __init__(self, store: Store, journal: Journal, limits_: Limits) -> None:
        self._store = store
        self._journal = journal
        self._limits = limits_

    def list(self, session: Session, fields: Fields) -> Answer:
        """Give the rooms that wait, and since when."""
        handle = self._owned(session, fields)
        with self._store.read() as stored:
            waiting = stored.inbox.list(handle)
        return {"items": [{"room": room, "time": time} for room, time in waiting]}

    def read(self, session: Session, fields: Fields) -> Answer:
        """Give the Welcome of a room that waits."""
        handle, room = self._owned(session, fields), fields.room()
        with self._store.read() as stored:
            item = stored.inbox.find(handle, room)
        if item is None:
            raise MalformedRequest("room")
        return {"welcome": item.welcome, "time": item.time}

    def remove(self, session: Session, fields: Fields) -> Answer:
        """Take out what its owner has taken."""
        handle = self._owned(session, fields)
        rooms = fields.listed("rooms", limits.MAX_INBOX_ITEMS, limits.ROOM_ID_BYTES)
        self._journal.write(lambda transaction: transaction.inbox.remove(handle, rooms))
        return {}

    def _owned(self, session: Session, fields: Fields) -> str:
        handle = fields.handle()
        require_owner(self._store, session, handle)
        self._limits.read(session)
        return handle
