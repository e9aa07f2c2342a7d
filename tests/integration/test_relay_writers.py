"""Two relays on one PostgreSQL: the database sees to it that they write as one would."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import gevent
import pytest
from postgres_cluster import Cluster

from roomkey.errors import EpochConflict, StaleEpoch
from roomkey.relay.journal import Journal
from roomkey.relay.sequencer import Draft, Sequencer
from roomkey.relay.session import Session
from roomkey.relay.store import (
    DatabaseInUse,
    DatabaseUnusable,
    Envelope,
    Room,
    Store,
    Transaction,
)

ROOM, LEAF = b"r" * 16, b"l" * 32
EACH, EPOCHS = 40, 15


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


def commit(sequencer: Sequencer, epoch: int, request: bytes) -> bool:
    """Say whether a commit was the first for its epoch."""

    def work(stored: Transaction, found: Room) -> None:
        if found.epoch != epoch:
            raise EpochConflict
        stored.rooms.begin_epoch(replace(found, epoch=epoch + 1), b"g")

    draft = Draft("commit", ROOM, LEAF, request, b"body")
    try:
        sequencer.carry_out(Session("", ""), draft, work)
    except EpochConflict:
        return False
    return True


def append(sequencer: Sequencer, request: bytes, epoch: int = 0) -> int | None:
    """Give the place of a message; None if it came too late for its epoch."""

    def check(found: Room) -> None:
        if found.epoch != epoch:
            raise StaleEpoch

    draft = Draft("message", ROOM, LEAF, request, b"body")
    try:
        return int(sequencer.append(Session("", ""), draft, check)["seq"])
    except StaleEpoch:
        return None


def log_of(store: Store) -> list[Envelope]:
    """Give the room's whole log, which is dense and ends at the room's head."""
    with store.read() as stored:
        log = list(stored.envelopes.after(ROOM, 0, 9999))
        assert [envelope.seq for envelope in log] == list(range(1, len(log) + 1))
        found = stored.rooms.find(ROOM)
        assert found is not None
        assert found.head == len(log)
        return log


def test_places_are_dense_and_requests_are_carried_out_once(relays: Any) -> None:
    writing = [
        gevent.spawn(append, sequencer, bytes([number]) * 16)
        for number in range(EACH)
        for _, sequencer in relays
    ]
    places = [task.get() for task in writing]
    # both relays were asked for each request
    assert places[0::2] == places[1::2]
    assert sorted(places[0::2]) == list(range(1, EACH + 1))
    assert len(log_of(relays[0][0])) == EACH


def test_one_commit_ends_an_epoch_whichever_relay_it_comes_by(relays: Any) -> None:
    for epoch in range(5):
        tries = [
            gevent.spawn(commit, sequencer, epoch, bytes([epoch, 2 * number + which]) * 8)
            for number in range(5)
            for which, (_, sequencer) in enumerate(relays)
        ]
        assert [task.get() for task in tries].count(True) == 1


def test_messages_that_race_with_commits_at_another_relay_are_in_their_own_epoch(
    relays: Any,
) -> None:
    def talk(who: int, sequencer: Sequencer) -> list[tuple[int, int]]:
        epoch, told = 0, []
        for number in range(EACH):
            request = bytes([who, number]) * 8
            while (place := append(sequencer, request, epoch)) is None:
                epoch += 1
            told.append((place, epoch))
        return told

    def advance(sequencer: Sequencer) -> None:
        for epoch in range(EPOCHS):
            assert commit(sequencer, epoch, bytes([255, epoch]) * 8)

    talking = [
        gevent.spawn(talk, 10 * number + which, sequencer)
        for number in range(3)
        for which, (_, sequencer) in enumerate(relays)
    ]
    advance(relays[0][1])
    told = [one for task in talking for one in task.get()]
    log = log_of(relays[1][0])
    assert len(log) == len(talking) * EACH + EPOCHS
    current = 0
    for envelope in log:
        assert envelope.epoch == current
        current += envelope.kind == "commit"
    # what each was told is what is stored
    stored = [(envelope.seq, envelope.epoch) for envelope in log if envelope.kind == "message"]
    assert sorted(told) == stored


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
