"""Inboxes: the Welcomes of private conversations, until their owners take them."""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from .records import InboxItem
from .schema import inbox

_OF = inbox.c.handle == bindparam("of_handle")
_HERE = inbox.c.room == bindparam("of_room")
_COUNT = select(func.count()).select_from(inbox).where(_OF)
_LIST = select(inbox.c.room, inbox.c.time).where(_OF).order_by(inbox.c.time, inbox.c.room)
_FIND = select(inbox.c.time, inbox.c.welcome).where(_OF, _HERE)
_ADD = insert(inbox).inline()
_REMOVE = delete(inbox).where(_OF, _HERE)
_DELETE_BEFORE = delete(inbox).where(inbox.c.time < bindparam("before"))


class InboxStore:
    """The inboxes of one transaction; times are in milliseconds since 1970-01-01 UTC."""

    def __init__(self, connection: Connection) -> None:
        self._execute = connection.execute

    def count(self, handle: str) -> int:
        """Count what waits for a handle's owner."""
        return int(self._execute(_COUNT, {"of_handle": handle}).scalar_one())

    def add(self, handle: str, room: bytes, item: InboxItem) -> None:
        """Put a conversation's Welcome into an inbox."""
        row = {"room": room, "handle": handle, "time": item.time, "welcome": item.welcome}
        self._execute(_ADD, row)

    def list(self, handle: str) -> list[tuple[bytes, int]]:
        """Give the rooms that wait, and since when, oldest first."""
        return [(row.room, row.time) for row in self._execute(_LIST, {"of_handle": handle})]

    def find(self, handle: str, room: bytes) -> InboxItem | None:
        """Give what an inbox holds of a room."""
        row = self._execute(_FIND, {"of_handle": handle, "of_room": room}).first()
        return None if row is None else InboxItem(*row)

    def remove(self, handle: str, rooms: Iterable[bytes]) -> None:
        """Take items out; what is not there stays so."""
        gone = [{"of_handle": handle, "of_room": room} for room in rooms]
        if gone:
            self._execute(_REMOVE, gone)

    def delete_before(self, time: int) -> None:
        """Delete what has waited since before a time."""
        self._execute(_DELETE_BEFORE, {"before": time})
