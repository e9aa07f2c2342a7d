"""Limits that hold across this relay's peers: counts and connections are kept in Redis."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from roomkey.errors import RateLimited, RelayFault, TooManyConnections

from .connections import Connections
from .faults import RedisUnusable
from .limits import Key, Limits

if TYPE_CHECKING:
    from .peers import Peers

_NANOSECONDS_IN_A_MICROSECOND: Final = 1000
# Floods of these cost only the relay they come to.
_OWN: Final = frozenset(
    ("connect_address", "event_address", "open_address", "read_address", "signal_address")
)
_GUESSING: Final = ("evaluate_", "admit_", "guess_")

# The generic cell rate algorithm of limits.py, in microseconds of Redis's clock.
_TAKE: Final = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local full_at = {}
for i, key in ipairs(KEYS) do
  full_at[i] = math.max(now, tonumber(redis.call('GET', key) or now)) + ARGV[2 * i - 1]
  if full_at[i] - now > tonumber(ARGV[2 * i]) then return 0 end
end
for i, key in ipairs(KEYS) do
  local milliseconds = math.ceil((full_at[i] - now) / 1000) + 1
  redis.call('SET', key, string.format('%.0f', full_at[i]), 'PX', milliseconds)
end
return 1
"""
_GIVE_BACK: Final = """
for i, key in ipairs(KEYS) do
  local full_at = redis.call('GET', key)
  if full_at then redis.call('SET', key, string.format('%.0f', full_at - ARGV[i]), 'KEEPTTL') end
end
"""
_OPEN: Final = """
local function open(key)
  local sum, entries = 0, redis.call('HGETALL', key)
  for i = 1, #entries, 2 do
    if redis.call('EXISTS', ARGV[4] .. entries[i]) == 1 then
      sum = sum + entries[i + 1]
    else
      redis.call('HDEL', key, entries[i])
    end
  end
  return sum
end
if open(KEYS[1]) >= tonumber(ARGV[2]) or open(KEYS[2]) >= tonumber(ARGV[3]) then return 0 end
for _, key in ipairs(KEYS) do redis.call('HINCRBY', key, ARGV[1], 1) end
return 1
"""
_CLOSE: Final = """
for _, key in ipairs(KEYS) do
  if redis.call('HINCRBY', key, ARGV[1], -1) <= 0 then redis.call('HDEL', key, ARGV[1]) end
end
"""


class SharedLimits(Limits):
    """Rates that all peers count together.

    While Redis is away each counts by itself, and nobody can try a room key.
    """

    def __init__(self, rates: Mapping[str, str], peers: "Peers") -> None:
        super().__init__(rates)
        self._peers = peers

    def _count(self, keys: list[Key], cost: int = 1) -> None:
        names = [str(key[0]) for key in keys]
        if _OWN.issuperset(names):
            super()._count(keys, cost)
            return
        values = []
        for name in names:
            rate = self._rates[name]
            values += [
                rate.interval * cost // _NANOSECONDS_IN_A_MICROSECOND,
                rate.period // _NANOSECONDS_IN_A_MICROSECOND,
            ]
        try:
            taken = self._peers.run(_TAKE, self._names(keys), values)
        except RedisUnusable as error:
            if any(name.startswith(_GUESSING) for name in names):
                raise RelayFault("guesses cannot be counted") from error
            super()._count(keys, cost)
            return
        if not taken:
            raise RateLimited

    def _give_back(self, keys: Iterable[Key]) -> None:
        given = list(keys)
        values = [
            self._rates[str(key[0])].interval // _NANOSECONDS_IN_A_MICROSECOND for key in given
        ]
        try:
            self._peers.run(_GIVE_BACK, self._names(given), values)
        except RedisUnusable:
            # They are too many by one then, for as long as the rate's period.
            return

    def _names(self, keys: list[Key]) -> list[str]:
        return [self._peers.key("rate", *key) for key in keys]


class SharedConnections(Connections):
    """Connections that all peers count together; while Redis is away each counts its own."""

    def __init__(self, most: int, most_per_address: int, peers: "Peers") -> None:
        super().__init__(most, most_per_address)
        self._bounds = (most, most_per_address)
        self._peers = peers

    @contextmanager
    def one_from(self, address: str) -> Iterator[None]:
        """Count a connection until the block ends; raises TooManyConnections."""
        peers = self._peers
        keys = [peers.key("open"), peers.key("open", address)]
        with super().one_from(address):
            is_counted = True
            try:
                values = [peers.me, *self._bounds, peers.alive_key("")]
                if not peers.run(_OPEN, keys, values):
                    raise TooManyConnections
            except RedisUnusable:
                is_counted = False
            try:
                yield
            finally:
                if is_counted:
                    self._end(keys)

    def _end(self, keys: list[str]) -> None:
        try:
            self._peers.run(_CLOSE, keys, [self._peers.me])
        except RedisUnusable:
            # Whatever it holds of this relay goes when this relay does.
            return
