"""Deleting what has outlived its room's retention."""

from collections.abc import Callable
from functools import partial

from sqlalchemy import Connection, delete, exists, func, select, update

from .journal import Journal
from .store.schema import chains, departures, envelopes, epochs, members, rooms


class Retention:
    """Deletes envelopes, archive copies, sealed secrets and empty rooms when their time is over."""

    def __init__(self, journal: Journal, clock: Callable[[], int]) -> None:
        self._journal = journal
        self._clock = clock

    def sweep(self) -> int:
        """Delete what is due, a transaction for each room; return how many envelopes went."""
        now = self._clock()
        due = self._journal.write(lambda connection: _due(connection, now))
        return sum(self._journal.write(partial(_expire, room=room, now=now)) for room in due)


def _due(connection: Connection, now: int) -> list[bytes]:
    oldest = now - rooms.c.retention * 1000
    old = exists().where(envelopes.c.room == rooms.c.room, envelopes.c.time < oldest)
    query = select(rooms.c.room).where(old | (rooms.c.touched < oldest))
    return list(connection.execute(query).scalars())


def _expire(connection: Connection, room: bytes, now: int) -> int:
    found = connection.execute(select(rooms).where(rooms.c.room == room)).mappings().first()
    if found is None:
        return 0
    oldest = now - found["retention"] * 1000
    here = envelopes.c.room == room
    # Up to a place in the log, so that what is kept has no gaps.
    last = connection.execute(
        select(func.max(envelopes.c.seq)).where(here, envelopes.c.time < oldest)
    ).scalar_one()
    gone = 0
    if last is not None:
        gone = connection.execute(delete(envelopes).where(here, envelopes.c.seq <= last)).rowcount
        connection.execute(update(rooms).where(rooms.c.room == room).values(floor=last + 1))
    _expire_secrets(connection, room, found["epoch"])
    kept = connection.execute(select(exists().where(here))).scalar_one()
    peopled = connection.execute(select(exists().where(members.c.room == room))).scalar_one()
    if found["touched"] < oldest and not kept and (found["closed"] or not peopled):
        for table in (members, departures, epochs, chains, rooms):
            connection.execute(delete(table).where(table.c.room == room))
    return gone


def _expire_secrets(connection: Connection, room: bytes, current: int) -> None:
    """Delete the sealed secrets of past epochs no archive copy needs, and links to no secret."""
    needed = exists().where(
        envelopes.c.room == room,
        envelopes.c.epoch == epochs.c.epoch,
        envelopes.c.archive.is_not(None),
    )
    past = epochs.c.epoch < current
    connection.execute(delete(epochs).where(epochs.c.room == room, past, ~needed))
    lowest = select(func.min(epochs.c.key_id)).where(epochs.c.room == room).scalar_subquery()
    connection.execute(delete(chains).where(chains.c.room == room, chains.c.key_id <= lowest))
