"""How often what may be asked: per address, per room and per member."""

import re
import time
from collections.abc import Callable, Iterable, Mapping
from ipaddress import IPv6Network, ip_network

from roomkey.errors import RateLimited

from .session import Session

DEFAULT_RATES: Mapping[str, str] = {
    "connect_address": "1200/minute",
    "event_address": "12000/minute",
    "open_address": "240/minute",
    "evaluate_address": "60/minute",
    "evaluate_one": "240/hour",
    "evaluate_room": "14400/hour",
    "admit_address": "60/minute",
    "guess_one": "20/hour",
    "guess_room": "1200/hour",
    "create_address": "60/hour",
    "claim_address": "10/hour",
    "publish_handle": "120/hour",
    "fetch_address": "60/hour",
    "fetch_handle": "60/hour",
    "send_member": "1200/minute",
    "commit_member": "60/minute",
    "commit_room": "240/minute",
    "stored_address": "500000000/day",
    "read_address": "1200/minute",
    "signal_address": "1200/minute",
}
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_NANOSECONDS = 1_000_000_000
_FEW = 1024
MOST_COUNTS = 200_000
"""How many counts are held in memory before the half that ends soonest is forgotten."""
# Whoever rents one server is given 2^16 networks of 64 bits.
_GUESSING_NETWORK_BITS = 48

Key = tuple[str | bytes, ...]
"""What is counted: the name of its rate, and whose it is."""


class Rate:
    """So many at once, and on average, in a period: `Rate("60/minute")`."""

    def __init__(self, text: str) -> None:
        parts = re.fullmatch(r"([1-9]\d{0,8})/(second|minute|hour|day)", text.strip())
        if parts is None:
            raise ValueError(f"{text!r} is no rate; write for example 60/minute")
        self.period = _SECONDS[parts[2]] * _NANOSECONDS
        self.interval = self.period // int(parts[1])


class Limits:
    """Counts requests in memory; each check raises RateLimited, and then nothing was counted.

    Counts belong to addresses, rooms and members, so that reconnecting starts none of them anew.
    Raises ValueError for a rate that is none.
    """

    def __init__(
        self, rates: Mapping[str, str], clock: Callable[[], int] = time.monotonic_ns
    ) -> None:
        self._rates = {n: Rate(rates.get(n, default)) for n, default in DEFAULT_RATES.items()}
        self._clock = clock
        # When each has its whole burst again: one number a key (the generic cell rate algorithm).
        self._full_at: dict[Key, int] = {}
        self._prune_above = _FEW

    def connect(self, address: str) -> None:
        """Count a WebSocket's handshake."""
        self._count([("connect_address", address)])

    def event(self, session: Session) -> None:
        """Count a request of any kind."""
        self._count([("event_address", session.address)])

    def open(self, session: Session) -> None:
        """Count a code asked for, or a connection resumed."""
        self._count([("open_address", session.address)])

    def evaluate(self, session: Session, room: bytes) -> None:
        """Count an evaluation: with it a room key can be tried."""
        self._count([("evaluate_address", session.address), *_evaluation(session, room)])
        session.evaluated = room

    def admit(self, session: Session, room: bytes) -> None:
        """Count a try to come in, as a guess at the room key until `admitted` says otherwise."""
        self._count([("admit_address", session.address), *_guess(session, room)])

    def admitted(self, session: Session, room: bytes) -> None:
        """Give back what was counted as a guess: the room key was right."""
        self._give_back(_guess(session, room))
        if session.evaluated == room:
            session.evaluated = None
            self._give_back(_evaluation(session, room))

    def claim(self, session: Session) -> None:
        """Count a handle claimed that nobody had."""
        self._count([("claim_address", session.address)])

    def publish(self, session: Session, handle: str, size: int) -> None:
        """Count key packages published at once, of so many bytes together."""
        self._count([("publish_handle", handle)])
        self._store(session, size)

    def fetch(self, session: Session) -> None:
        """Count a key package asked for."""
        self._count([("fetch_address", session.address)])

    def spares_stock(self, handle: str) -> bool:
        """Count a one-time package wanted; say whether so many were that no more are given."""
        try:
            self._count([("fetch_handle", handle)])
        except RateLimited:
            return True
        return False

    def create(self, session: Session, size: int) -> None:
        """Count a new room, and the bytes it begins with."""
        self._count([("create_address", session.address)])
        self._store(session, size)

    def send(self, session: Session, room: bytes, size: int) -> None:
        """Count a message of so many bytes."""
        self._count([("send_member", room, session.member.get(room) or session.address)])
        self._store(session, size)

    def commit(
        self, session: Session, room: bytes, leaf: bytes, size: int, *, is_host: bool
    ) -> None:
        """Count a commit of so many bytes; hosts need not wait for what others have used up."""
        all_others: list[Key] = [] if is_host else [("commit_room", room)]
        self._count([("commit_member", room, leaf), *all_others])
        self._store(session, size)

    def read(self, session: Session) -> None:
        """Count a page of the log asked for."""
        self._count([("read_address", session.address)])

    def signal(self, session: Session) -> None:
        """Count a signal."""
        self._count([("signal_address", session.address)])

    def _store(self, session: Session, size: int) -> None:
        self._count([("stored_address", session.address)], size)

    def _count(self, keys: list[Key], cost: int = 1) -> None:
        now, counted = self._clock(), {}
        for key in keys:
            rate = self._rates[str(key[0])]
            full_at = max(now, self._full_at.get(key, now)) + rate.interval * cost
            if full_at - now > rate.period:
                raise RateLimited
            counted[key] = full_at
        self._full_at |= counted
        if len(self._full_at) > self._prune_above:
            self._prune(now)

    def _give_back(self, keys: Iterable[Key]) -> None:
        for key in keys:
            if key in self._full_at:
                self._full_at[key] -= self._rates[str(key[0])].interval

    def _prune(self, now: int) -> None:
        kept = {key: at for key, at in self._full_at.items() if at > now}
        if len(kept) > MOST_COUNTS // 2:
            # Whoever asks under many addresses pushes out counts of one, not those of a siege.
            longest = sorted(kept, key=kept.__getitem__, reverse=True)[: MOST_COUNTS // 2]
            kept = {key: kept[key] for key in longest}
        self._full_at = kept
        self._prune_above = max(_FEW, 2 * len(kept))


def _evaluation(session: Session, room: bytes) -> list[Key]:
    return [("evaluate_one", room, _network(session.address)), ("evaluate_room", room)]


def _guess(session: Session, room: bytes) -> list[Key]:
    leaf = session.member.get(room)
    if leaf is not None:
        # A member that comes in again does not stand in line with those who are trying room keys.
        return [("guess_one", room, leaf)]
    return [("guess_one", room, _network(session.address)), ("guess_room", room)]


def _network(address: str) -> str:
    if "/" not in address:
        return address
    network = ip_network(address)
    assert isinstance(network, IPv6Network)
    return str(network.supernet(new_prefix=_GUESSING_NETWORK_BITS))
