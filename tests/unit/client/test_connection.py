"""The connection's table, its waits, and the inbox's order."""

import pytest

from roomkey.client.connection import TRANSITIONS, Backoff, Connection, ConnectionState, Input
from roomkey.client.inbox import Envelope, Inbox
from roomkey.errors import RelayFault


def test_a_connection_tells_each_new_state_once() -> None:
    events: list[str] = []
    connection = Connection(lambda state: events.append(state.value))
    for what in (Input.TRY, Input.CAUGHT_UP, Input.CAUGHT_UP, Input.LOST, Input.LOST, Input.TRY):
        connection.take(what)
    connection.take(Input.REMOVED)
    connection.take(Input.LOST)
    connection.take(Input.CLOSE)
    assert events == ["connecting", "online", "offline", "connecting", "removed", "closed"]


def test_nothing_leads_out_of_closed_and_every_state_closes() -> None:
    for state in ConnectionState:
        assert TRANSITIONS[state, Input.CLOSE] is ConnectionState.CLOSED
    out = {new for (old, _), new in TRANSITIONS.items() if old is ConnectionState.CLOSED}
    assert out == {ConnectionState.CLOSED}
    connection = Connection(lambda _state: None)
    with pytest.raises(KeyError):
        connection.take(Input.CAUGHT_UP)


def test_waits_double_up_to_the_limit() -> None:
    backoff = Backoff(1, 10, uniform=lambda _low, high: high)
    assert [backoff.next() for _ in range(6)] == [1, 2, 4, 8, 10, 10]
    backoff.reset()
    assert backoff.next() == 1


def envelope(seq: int) -> Envelope:
    return Envelope(seq, 5, "message", 0, bytes(32), bytes(16), b"")


def test_the_inbox_gives_envelopes_in_order_and_sees_gaps() -> None:
    inbox = Inbox(2)
    inbox.push(envelope(4))
    assert inbox.next() is None
    assert inbox.has_gap
    inbox.push(envelope(3))
    inbox.push(envelope(3))
    inbox.push(envelope(1))
    order = []
    while (following := inbox.next()) is not None:
        order.append(following.seq)
        inbox.take(following)
    assert order == [3, 4]
    assert not inbox.has_gap
    inbox.reach(9)
    assert inbox.has_gap
    inbox.forget()
    assert not inbox.has_gap


def test_what_was_pushed_before_the_head_was_known_is_not_forgotten() -> None:
    inbox = Inbox(2)
    inbox.forget()
    inbox.push(envelope(3))
    inbox.reach(2)
    following = inbox.next()
    assert following is not None
    assert following.seq == 3


def test_an_envelope_far_ahead_is_not_kept_but_pulled() -> None:
    inbox = Inbox(0)
    inbox.push(envelope(5000))
    assert inbox.has_gap
    inbox.move(4999)
    assert inbox.next() is None
    assert inbox.has_gap


@pytest.mark.parametrize(
    "change",
    [
        {"seq": -1},
        {"seq": True},
        {"kind": "other"},
        {"leaf": b"short"},
        {"request": None},
        {"body": "text"},
        {"history": 7},
        {"history": 0},
        {"history": None},
        {"root": ""},
        {"root": None},
        {"time": None},
    ],
)
def test_what_is_no_envelope_is_refused(change: dict[str, object]) -> None:
    fields: dict[str, object] = {
        "seq": 1,
        "time": 2,
        "kind": "commit",
        "epoch": 0,
        "leaf": bytes(32),
        "request": bytes(16),
        "body": b"",
    }
    assert Envelope.read(fields).seq == 1
    with pytest.raises(RelayFault):
        Envelope.read({**fields, **change})
    with pytest.raises(RelayFault):
        Envelope.read(b"nothing")
