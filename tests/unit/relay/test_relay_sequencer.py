"""Requests that share a transaction's statements are answered as if each had come alone."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import gevent
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event

from roomkey.errors import RequestError, StaleEpoch
from roomkey.relay.journal import Journal
from roomkey.relay.sequencer import Draft, Sequencer
from roomkey.relay.session import Session
from roomkey.relay.store import Envelope, Room, Store, Transaction

MEMBER, OTHER, STRANGER = b"m" * 32, b"o" * 32, b"s" * 32
OPEN, BUSY, CLOSED, MISSING = (bytes([number]) * 16 for number in range(4))
HEADS = {OPEN: 0, BUSY: 7, CLOSED: 3}
EPOCH = 5

Kind = Literal["message", "commit"]
Request = tuple[Kind, bytes, bytes, bytes, int]
"""Kind, room, leaf, request id and epoch; a commit begins the next epoch."""

kinds: list[Kind] = ["message", "message", "message", "commit"]
requests = st.tuples(
    st.sampled_from(kinds),
    st.sampled_from([OPEN, BUSY, BUSY, CLOSED, MISSING]),
    st.sampled_from([MEMBER, MEMBER, OTHER, STRANGER]),
    # few, so that some come twice
    st.integers(0, 3).map(lambda number: bytes([number]) * 16),
    st.sampled_from([EPOCH, EPOCH, EPOCH + 1]),
)


class Relay:
    """A journal and sequencer on a database of three rooms; `pushed` is what was pushed."""

    def __init__(self, store: Store) -> None:
        self.store, self.journal = store, Journal(store)
        self.pushed: list[tuple[bytes, int]] = []
        self.time = 0
        self.sequencer = Sequencer(self.journal, self._push, self._clock)

    def _push(self, _event: str, room: bytes, content: dict[str, Any], _but: str | None) -> None:
        self.pushed.append((room, content["seq"]))

    def _clock(self) -> int:
        # Clocks are set back now and then.
        self.time -= 1
        return self.time

    def begin(self) -> None:
        """Make the rooms anew, each with an envelope at its head."""
        self.time, self.pushed = 999, []
        self.journal.write(_make_rooms)

    def ask(self, request: Request) -> Any:
        """Give the answer to a request, or the code that it is refused with."""
        kind, room, leaf, name, epoch = request

        def check(found: Room) -> None:
            if found.epoch != epoch:
                raise StaleEpoch

        def work(stored: Transaction, found: Room) -> None:
            stored.rooms.begin_epoch(replace(found, epoch=found.epoch + 1), b"g")
            check(found)

        draft, session = Draft(kind, room, leaf, name, b"body"), Session("sid", "")
        try:
            if kind == "commit":
                return self.sequencer.carry_out(session, draft, work)
            return self.sequencer.append(session, draft, check)
        except RequestError as refusal:
            return refusal.code

    def ask_together(self, asked: list[Request]) -> list[Any]:
        """Give the answers to requests that one transaction is made of."""
        begun, may_end = threading.Event(), threading.Event()

        def hold(_: Transaction) -> None:
            begun.set()
            may_end.wait()

        holding = gevent.spawn(self.journal.write, hold)
        gevent.sleep(0)
        begun.wait()
        asking = [gevent.spawn(self.ask, request) for request in asked]
        gevent.sleep(0)
        may_end.set()
        holding.get()
        return [task.get() for task in asking]

    def logs(self) -> dict[bytes, tuple[Room | None, list[Envelope]]]:
        """Give each room's standing and log."""
        with self.store.read() as stored:
            return {
                room: (stored.rooms.find(room), list(stored.envelopes.after(room, 0, 999)))
                for room in HEADS
            }


def _make_rooms(stored: Transaction) -> None:
    for room, head in HEADS.items():
        stored.rooms.delete(room)
        made = Room(
            room=room, request=bytes(16), creator=MEMBER, created=0, touched=head, admission=MEMBER,
            key_id=0, epoch=EPOCH, head=head, floor=1, suite=1, retention=3600, max_members=9,
            closed=False,
        )  # fmt: skip
        stored.rooms.add(made, b"g")
        for leaf in (MEMBER, OTHER):
            stored.members.add(room, leaf)
        # the request 0 of one of them is in the log already
        if head:
            last = Envelope(head, head, "message", EPOCH, MEMBER, bytes(16), b"body")
            stored.envelopes.add([(room, last, None)])
    stored.rooms.close(CLOSED)


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relay]:
    folder: Path = tmp_path_factory.mktemp("relay")
    with closing(Store(f"sqlite:///{folder / 'relay.sqlite3'}", "normal")) as store:
        made = Relay(store)
        with closing(made.journal):
            yield made


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.lists(requests, min_size=2, max_size=20))
def test_together_they_are_answered_and_stored_as_one_after_the_other(
    relay: Relay, asked: list[Request]
) -> None:
    relay.begin()
    answers = [relay.ask(request) for request in asked]
    expected = answers, relay.logs(), relay.pushed
    relay.begin()
    assert (relay.ask_together(asked), relay.logs(), relay.pushed) == expected
    for (_, room, leaf, name, _), answer in zip(asked, answers, strict=True):
        if room == MISSING:
            assert answer == "not_admitted"
        elif (leaf, name) == (MEMBER, bytes(16)) and HEADS[room]:
            assert answer == {"seq": HEADS[room], "time": HEADS[room]}
        elif room == CLOSED:
            assert answer == "room_closed"
        elif leaf == STRANGER:
            assert answer == "not_admitted"
    for room, (found, log) in relay.logs().items():
        assert found is not None
        first = max(1, HEADS[room])
        assert [envelope.seq for envelope in log] == list(range(first, found.head + 1))
        assert sorted(log, key=lambda envelope: envelope.time) == log
        assert found.epoch == EPOCH + sum(envelope.kind == "commit" for envelope in log)


def test_any_number_of_them_takes_the_same_number_of_statements(relay: Relay) -> None:
    counts = []
    for many in (2, 50):
        relay.begin()
        asked: list[Request] = [
            ("message", OPEN, MEMBER, bytes([many, number]) * 8, EPOCH) for number in range(many)
        ]
        with statements() as ran:
            answers = relay.ask_together(asked)
        assert [answer["seq"] for answer in answers] == list(range(1, many + 1))
        counts.append(len(ran))
    assert counts[0] == counts[1]


def test_a_fault_nobody_foresaw_stores_none_of_them_and_all_that_came_before(relay: Relay) -> None:
    relay.begin()

    def fail(_: Room) -> None:
        raise ZeroDivisionError

    begun, may_end = threading.Event(), threading.Event()

    def before(stored: Transaction) -> None:
        begun.set()
        may_end.wait()
        stored.members.add(OPEN, STRANGER)

    def ask(number: int, check: Any) -> Any:
        draft = Draft("message", OPEN, MEMBER, bytes([number]) * 16, b"body")
        return relay.sequencer.append(Session("sid", ""), draft, check)

    holding = gevent.spawn(relay.journal.write, before)
    gevent.sleep(0)
    begun.wait()
    asking = [gevent.spawn(ask, 1, lambda _: None), gevent.spawn(ask, 2, fail)]
    gevent.sleep(0)
    may_end.set()
    holding.get()
    for task in asking:
        with pytest.raises(ZeroDivisionError):
            task.get()
    assert relay.logs()[OPEN][1] == []
    with relay.store.read() as stored:
        assert stored.members.has(OPEN, STRANGER)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Give a list that grows by each statement that any database is sent."""
    ran: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        ran.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield ran
    finally:
        event.remove(Engine, "before_cursor_execute", note)
