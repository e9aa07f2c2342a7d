"""Leave statements that wait for a commit to carry them out."""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, delete, insert, select

from .records import Departure
from .schema import departures

_HERE = departures.c.room == bindparam("of_room")
_IN = select(departures.c.leaf, departures.c.signature).where(_HERE)
_ADD = insert(departures).inline()
_REMOVE = delete(departures).where(_HERE, departures.c.leaf == bindparam("of_leaf"))


class DepartureStore:
    """The departures of one transaction's rooms."""

    def __init__(self, connection: Connection) -> None:
        self._execute = connection.execute

    def of(self, room: bytes) -> list[Departure]:
        """Give the statements that no commit has carried out yet."""
        return [Departure(*row) for row in self._execute(_IN, {"of_room": room})]

    def add(self, room: bytes, departure: Departure) -> None:
        """Keep a statement."""
        row = {"room": room, "leaf": departure.leaf, "signature": departure.signature}
        self._execute(_ADD, row)

    def remove(self, room: bytes, leaves: Iterable[bytes]) -> None:
        """Drop the statements of some leaves."""
        gone = [{"of_room": room, "of_leaf": leaf} for leaf in leaves]
        if gone:
            self._execute(_REMOVE, gone)
