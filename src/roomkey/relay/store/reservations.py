"""Codes drawn for rooms that are not made yet; times are in milliseconds since 1970-01-01 UTC."""

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from .schema import reservations

_HERE = reservations.c.room == bindparam("of_room")
_FIND = select(reservations.c.time).where(_HERE)
_COUNT = select(func.count()).select_from(reservations)
_OLDEST = select(reservations.c.room).order_by(reservations.c.time).limit(1).scalar_subquery()
_ADD = insert(reservations).inline()
_REMOVE = delete(reservations).where(_HERE)
_REMOVE_OLDEST = delete(reservations).where(reservations.c.room == _OLDEST)
_DELETE_BEFORE = delete(reservations).where(reservations.c.time < bindparam("before"))


class ReservationStore:
    """The reservations of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._execute = connection.execute

    def add(self, room: bytes, now: int, most: int) -> None:
        """Note that a room's code was drawn; beyond `most` the oldest one is forgotten."""
        if int(self._execute(_COUNT).scalar_one()) >= most:
            self._execute(_REMOVE_OLDEST)
        self._execute(_ADD, {"room": room, "time": now})

    def has(self, room: bytes, since: int) -> bool:
        """Say whether a room's code was drawn since a time, and not used yet."""
        drawn = self._execute(_FIND, {"of_room": room}).scalar_one_or_none()
        return drawn is not None and drawn >= since

    def remove(self, room: bytes) -> None:
        """Forget a code that was used."""
        self._execute(_REMOVE, {"of_room": room})

    def delete_before(self, time: int) -> None:
        """Forget the codes drawn before a time."""
        self._execute(_DELETE_BEFORE, {"before": time})
