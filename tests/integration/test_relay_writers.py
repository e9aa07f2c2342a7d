"""Two relays on one PostgreSQL: the database sees to it that they write as one would."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import gevent
import pytest
from postgres_cluster import Cluster

from roomkey.errors import EpochConflict
from roomkey.relay.journal import Journal
from roomkey.relay.sequencer import Draft, Sequencer
from roomkey.relay.session import Session
from roomkey.relay.store import DatabaseInUse, DatabaseUnusable, Room, Store, Transaction

ROOM, LEAF = b"r" * 16, b"l" * 32
EACH = 40


@pytest.fixture
def url(postgres: Cluster, tmp_path: Path) -> str:
    return postgres.url(tmp_path)


@pytest.fixture
def relays(url: str) -> Iterator[list[tuple[Store, Sequencer]]]:
    with ExitStack() as opened:
        made = []
        for _ in range(2):
            store = opened.enter_context(closing(Store(url, shared=True)))
            journal = opened.enter_context(closing(Journal(store)))
            made.append((store, Sequencer(journal, lambda *_: None, lambda: 0)))
            if len(made) == 1:
                journal.write(make_room)
        yield made


def make_room(stored: Transaction) -> None:
    room = Room(
        room=ROOM, request=bytes(16), creator=LEAF, created=0, touched=0, admission=LEAF, key_id=0,
        epoch=0, head=0, floor=1, suite=1, retention=3600, max_members=9, closed=False,
    )  # fmt: skip
    stored.rooms.add(room, b"g")
    stored.members.add(ROOM, LEAF)


def append(sequencer: Sequencer, kind: Any, request: bytes, work: Any) -> int:
    draft = Draft(kind, ROOM, LEAF, request, b"body")
    return int(sequencer.append(Session("", ""), draft, work)["seq"])


def test_places_are_dense_and_requests_are_carried_out_once(relays: Any) -> None:
    writing = [
        gevent.spawn(append, sequencer, "message", bytes([number]) * 16, lambda *_: None)
        for number in range(EACH)
        for _, sequencer in relays
    ]
    places = [task.get() for task in writing]
    # both relays were asked for each request
    assert places[0::2] == places[1::2]
    assert sorted(places[0::2]) == list(range(1, EACH + 1))
    with relays[0][0].read() as stored:
        log = list(stored.envelopes.after(ROOM, 0, 999))
        assert [envelope.seq for envelope in log] == list(range(1, EACH + 1))
        found = stored.rooms.find(ROOM)
        assert found is not None
        assert found.head == EACH


def test_one_commit_ends_an_epoch_whichever_relay_it_comes_by(relays: Any) -> None:
    def commit(sequencer: Sequencer, epoch: int, number: int) -> bool:
        def work(stored: Transaction, found: Room) -> None:
            if found.epoch != epoch:
                raise EpochConflict
            following = Room(
                **{n: getattr(found, n) for n in Room.__slots__} | {"epoch": epoch + 1}
            )
            stored.rooms.begin_epoch(following, b"g")

        try:
            append(sequencer, "commit", bytes([epoch, number]) * 8, work)
        except EpochConflict:
            return False
        return True

    for epoch in range(5):
        tries = [
            gevent.spawn(commit, sequencer, epoch, 2 * number + which)
            for number in range(5)
            for which, (_, sequencer) in enumerate(relays)
        ]
        assert [task.get() for task in tries].count(True) == 1


def test_a_relay_that_does_not_share_a_database_has_it_alone(url: str, tmp_path: Path) -> None:
    with closing(Store(url)):
        for shared in (False, True):
            with pytest.raises(DatabaseInUse):
                Store(url, shared=shared)
    with closing(Store(url, shared=True)), pytest.raises(DatabaseInUse):
        Store(url)
    file = f"sqlite:///{tmp_path / 'relay.sqlite3'}"
    with closing(Store(file)), pytest.raises(DatabaseInUse):
        Store(file)
    Store(file).close()
    with pytest.raises(DatabaseUnusable, match="cannot share SQLite"):
        Store(file, shared=True)


@pytest.mark.parametrize("address", ["mysql://somewhere/relay", "no address"])
def test_an_address_that_is_no_database_of_ours_is_refused(address: str) -> None:
    with pytest.raises(DatabaseUnusable):
        Store(address)
