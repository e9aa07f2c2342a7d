"""Deleting what has outlived its room's retention."""

from collections.abc import Callable
from functools import partial
from typing import Final

from roomkey.wire.limits import INBOX_SECONDS

from .journal import Journal
from .rooms import RESERVED_MILLISECONDS
from .store import Transaction

GIVEN_MILLISECONDS: Final = 3_600_000
"""How long a key package that was given can be asked for again."""


class Retention:
    """Deletes what rooms, inboxes and the directory hold when its time is over."""

    def __init__(self, journal: Journal, clock: Callable[[], int]) -> None:
        self._journal = journal
        self._clock = clock

    def sweep(self) -> int:
        """Delete what is due, a transaction for each room; return how many envelopes went."""
        now = self._clock()
        self._journal.write(partial(_expire_directory, now=now))
        before = now - RESERVED_MILLISECONDS
        self._journal.write(lambda transaction: transaction.reservations.delete_before(before))
        due = self._journal.write(lambda transaction: transaction.rooms.due(now))
        return sum(self._journal.write(partial(_expire, room=room, now=now)) for room in due)


def _expire_directory(transaction: Transaction, now: int) -> None:
    transaction.key_packages.sweep(now, GIVEN_MILLISECONDS)
    transaction.inbox.delete_before(now - INBOX_SECONDS * 1000)


def _expire(transaction: Transaction, room: bytes, now: int) -> int:
    found = transaction.rooms.find(room)
    if found is None:
        return 0
    oldest = now - found.retention * 1000
    # Up to a place in the log, so that what is kept has no gaps.
    last = transaction.envelopes.last_older(room, oldest)
    gone = 0
    if last is not None:
        gone = transaction.envelopes.delete_through(room, last)
        transaction.rooms.raise_floor(room, last + 1)
    transaction.history.delete_unneeded(room, found.epoch)
    usable = transaction.members.count(room) > 0 and not found.closed
    if found.touched < oldest and not usable and not transaction.envelopes.has_any(room):
        transaction.rooms.delete(room)
    return gone
