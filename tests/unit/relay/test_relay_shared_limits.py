"""Counts that several relays share: what holds while the Redis they are in is away."""

from collections.abc import Sequence
from typing import Any, cast

import pytest

from roomkey.errors import RateLimited, RelayFault, TooManyConnections
from roomkey.relay.faults import RedisUnusable
from roomkey.relay.peers import Peers
from roomkey.relay.session import Session
from roomkey.relay.shared_limits import SharedConnections, SharedLimits

ROOM = b"r" * 16


class RedisThatGoesAway:
    """Says yes to whatever it is asked while it is there."""

    me = "this relay"

    def __init__(self) -> None:
        self.is_there = True
        self.asked: list[tuple[str, ...]] = []

    def key(self, kind: str, *whose: str | bytes) -> str:
        return ":".join([kind, *map(str, whose)])

    def alive_key(self, peer: str) -> str:
        return f"alive:{peer}"

    def run(self, _script: str, keys: Sequence[str], _values: Sequence[Any]) -> int:
        if not self.is_there:
            raise RedisUnusable
        self.asked.append(tuple(keys))
        return 1


@pytest.fixture
def redis() -> RedisThatGoesAway:
    return RedisThatGoesAway()


def limits(redis: RedisThatGoesAway, **rates: str) -> SharedLimits:
    return SharedLimits(rates, cast(Peers, redis))


def session() -> Session:
    return Session("sid", "192.0.2.1")


def test_a_flood_that_costs_only_this_relay_is_not_counted_by_all(redis: RedisThatGoesAway) -> None:
    counted = limits(redis, open_address="1/day")
    counted.open(session())
    with pytest.raises(RateLimited):
        counted.open(session())
    assert redis.asked == []


def test_rates_are_this_relays_own_while_redis_is_away(redis: RedisThatGoesAway) -> None:
    counted = limits(redis, create_address="1/day")
    for _ in range(3):
        counted.create(session(), 1)
    redis.is_there = False
    counted.create(session(), 1)
    with pytest.raises(RateLimited):
        counted.create(session(), 1)


def test_nobody_tries_a_room_key_while_redis_is_away(redis: RedisThatGoesAway) -> None:
    counted = limits(redis)
    counted.evaluate(session(), ROOM)
    redis.is_there = False
    for guess in (counted.evaluate, counted.admit):
        with pytest.raises(RelayFault):
            guess(session(), ROOM)


def test_who_comes_in_while_redis_goes_away_is_in(redis: RedisThatGoesAway) -> None:
    counted, guest = limits(redis), session()
    counted.evaluate(guest, ROOM)
    counted.admit(guest, ROOM)
    redis.is_there = False
    counted.admitted(guest, ROOM)


def test_connections_are_this_relays_own_while_redis_is_away(redis: RedisThatGoesAway) -> None:
    connections = SharedConnections(9, 1, cast(Peers, redis))
    redis.is_there = False
    with (
        connections.one_from("192.0.2.1"),
        pytest.raises(TooManyConnections),
        connections.one_from("192.0.2.1"),
    ):
        pass
    redis.is_there = True
    with connections.one_from("192.0.2.1"):
        assert len(redis.asked) == 1
    assert len(redis.asked) == 2


def test_a_connection_ends_only_where_it_was_counted(redis: RedisThatGoesAway) -> None:
    connections = SharedConnections(9, 9, cast(Peers, redis))
    redis.is_there = False
    with connections.one_from("192.0.2.1"):
        redis.is_there = True
    assert redis.asked == []
    with connections.one_from("192.0.2.1"):
        redis.is_there = False
    assert len(redis.asked) == 1
