"""The one writer of the database at its end: what was asked is stored, and nothing comes after."""

from pathlib import Path

import gevent
import pytest

from roomkey.errors import RelayFault
from roomkey.relay.journal import Journal
from roomkey.relay.store import Store, Transaction


def test_what_was_asked_before_the_end_is_stored_and_nothing_is_taken_after_it(
    tmp_path: Path,
) -> None:
    store = Store(f"sqlite:///{tmp_path / 'relay.sqlite3'}")
    journal, rooms = Journal(store), [bytes([number]) * 16 for number in range(5)]

    def reserve(stored: Transaction, room: bytes) -> bytes:
        stored.reservations.add(room, 1, 9)
        return room

    asked = [
        gevent.spawn(journal.write, lambda stored, r=room: reserve(stored, r)) for room in rooms
    ]
    gevent.sleep(0)
    for _ in range(2):
        # an end that comes twice is one
        journal.close()
    assert [greenlet.get() for greenlet in asked] == rooms
    with pytest.raises(RelayFault):
        journal.write(lambda stored: reserve(stored, b"late" * 4))
    with store.read() as stored:
        assert all(stored.reservations.has(room, 0) for room in rooms)
        assert not stored.reservations.has(b"late" * 4, 0)
    store.close()
