"""What is counted against whom: guesses at a room key, commits, stored bytes."""

import contextlib

import pytest

from roomkey.errors import RateLimited
from roomkey.relay import limits as counted
from roomkey.relay.limits import Limits
from roomkey.relay.session import Session

ROOM, LEAF = b"r" * 16, b"l" * 32
DAY = 86_400
SECOND = 1_000_000_000


def test_rates_hold_across_reconnects() -> None:
    limits = Limits({"evaluate_address": "2/hour", "send_member": "1/hour"})
    limits.evaluate(Session("first", "address"), ROOM)
    limits.evaluate(Session("second", "address"), ROOM)
    with pytest.raises(RateLimited):
        limits.evaluate(Session("third", "address"), b"s" * 16)
    limits.evaluate(Session("fourth", "elsewhere"), ROOM)
    for name in ("first", "second"):
        session = Session(name, "address")
        session.member[ROOM] = LEAF
        if name == "first":
            limits.send(session, ROOM, 1)
        else:
            with pytest.raises(RateLimited):
                limits.send(session, ROOM, 1)


def test_a_rate_allows_its_burst_at_once_and_then_its_average() -> None:
    now = [0]
    limits = Limits({"create_address": "3/minute"}, clock=lambda: now[0])
    session = Session("", "address")
    allowed = []
    for second in range(120):
        now[0] = second * 1_000_000_000
        with contextlib.suppress(RateLimited):
            limits.create(session, 0)
            allowed.append(second)
    assert allowed == [0, 1, 2, 20, 40, 60, 80, 100]


@pytest.mark.parametrize("text", ["", "60", "0/minute", "-1/hour", "60/week", "many/minute"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="60/minute"):
        Limits({"send_member": text})


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> int:
        return int(self.seconds * SECOND)


def guess(limits: Limits, address: str, room: bytes = ROOM) -> bool:
    """Try a wrong room key; say whether that was allowed."""
    try:
        limits.admit(Session("", address), room)
    except RateLimited:
        return False
    return True


def come_in(limits: Limits, session: Session) -> None:
    """Come in with the right room key."""
    limits.evaluate(session, ROOM)
    limits.admit(session, ROOM)
    limits.admitted(session, ROOM)


def test_one_address_guesses_some_hundred_room_keys_a_day() -> None:
    clock = Clock()
    limits = Limits({}, clock)
    allowed = 0
    for clock.seconds in range(0, DAY, 10):
        allowed += guess(limits, "192.0.2.1")
    assert 480 <= allowed <= 500


def test_all_addresses_together_guess_no_more_than_the_room_allows() -> None:
    clock = Clock()
    limits = Limits({}, clock)
    allowed = 0
    for minute in range(24 * 60):
        clock.seconds = minute * 60
        # Each of them is new: nobody is stopped for what he did before.
        allowed += sum(guess(limits, f"{minute}.{number}") for number in range(50))
    assert allowed <= 1200 + 24 * 1200


def test_whoever_guesses_does_not_shut_out_those_who_come_from_elsewhere() -> None:
    limits = Limits({}, Clock())
    while guess(limits, "192.0.2.1"):
        pass
    come_in(limits, Session("", "192.0.2.2"))


def test_a_network_of_ipv6_that_is_given_to_one_customer_counts_as_one() -> None:
    limits = Limits({}, Clock())
    allowed = [guess(limits, f"2001:db8:7:{number:x}::/64") for number in range(100)]
    assert sum(allowed) == 20
    assert guess(limits, "2001:db8:8::/64")


def test_who_knows_the_room_key_uses_up_nothing() -> None:
    limits = Limits({"admit_address": "9999/minute", "evaluate_address": "9999/minute"}, Clock())
    for _ in range(2000):
        come_in(limits, Session("", "192.0.2.1"))
    while guess(limits, "192.0.2.1"):
        pass
    with pytest.raises(RateLimited):
        come_in(limits, Session("", "192.0.2.1"))


def test_a_right_room_key_gives_back_no_more_than_it_took() -> None:
    limits = Limits({"evaluate_one": "1/day"}, Clock())
    guesser, member = Session("", "192.0.2.1"), Session("", "192.0.2.1")
    limits.evaluate(guesser, ROOM)
    for _ in range(3):
        limits.admit(member, ROOM)
        limits.admitted(member, ROOM)
    with pytest.raises(RateLimited):
        limits.evaluate(guesser, ROOM)


def test_who_comes_in_after_the_counts_were_cleared_is_given_back_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock()
    limits = Limits({"evaluate_room": "2/second"}, clock)
    slow = Session("", "192.0.2.1")
    limits.evaluate(slow, ROOM)
    clock.seconds = 2 * DAY
    monkeypatch.setattr(limits, "_prune_above", 0)
    limits.admit(slow, ROOM)
    limits.admitted(slow, ROOM)
    for number in range(2):
        limits.evaluate(Session("", f"192.0.2.{number}"), ROOM)
    with pytest.raises(RateLimited):
        limits.evaluate(Session("", "192.0.2.9"), ROOM)


def test_a_member_comes_in_again_while_strangers_have_used_up_the_rooms_guesses() -> None:
    limits = Limits({"guess_room": "5/day"}, Clock())
    for number in range(9):
        guess(limits, f"192.0.2.{number}")
    stranger, member = Session("", "198.51.100.1"), Session("", "198.51.100.1")
    member.member[ROOM] = LEAF
    with pytest.raises(RateLimited):
        limits.admit(stranger, ROOM)
    limits.admit(member, ROOM)


def test_a_member_guesses_a_new_room_key_no_faster_than_a_stranger() -> None:
    limits = Limits({}, Clock())
    member = Session("", "192.0.2.1")
    member.member[ROOM] = LEAF
    for _ in range(20):
        limits.admit(member, ROOM)
    with pytest.raises(RateLimited):
        limits.admit(member, ROOM)


def test_a_host_commits_while_others_have_used_up_the_rooms_commits() -> None:
    limits = Limits({"commit_room": "3/minute"}, Clock())
    session = Session("", "192.0.2.1")
    for number in range(3):
        limits.commit(session, ROOM, bytes([number]), 1, is_host=False)
    with pytest.raises(RateLimited):
        limits.commit(session, ROOM, b"another", 1, is_host=False)
    limits.commit(session, ROOM, b"host", 1, is_host=True)


def test_one_address_has_a_bounded_number_of_bytes_stored() -> None:
    limits = Limits({"stored_address": "1000/day"}, Clock())
    session = Session("", "192.0.2.1")
    limits.send(session, ROOM, 600)
    with pytest.raises(RateLimited):
        limits.send(session, b"s" * 16, 600)
    limits.send(session, b"s" * 16, 400)
    limits.send(Session("", "192.0.2.2"), ROOM, 600)


def test_counts_take_bounded_memory_and_a_siege_is_not_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(counted, "MOST_COUNTS", 4000)
    limits = Limits({}, Clock())
    while guess(limits, "192.0.2.1"):
        pass
    for number in range(10_000):
        with contextlib.suppress(RateLimited):
            limits.evaluate(Session("", f"address {number}"), number.to_bytes(16, "big"))
    assert len(limits._full_at) <= 4000
    assert not guess(limits, "192.0.2.1")
