"""How often what may be asked: per address, per room and per member."""

import re
import time
from collections.abc import Callable, Mapping

from roomkey.errors import RateLimited

from .session import Session

DEFAULT_RATES: Mapping[str, str] = {
    "open_address": "240/minute",
    "evaluate_address": "60/minute",
    "evaluate_room": "60/minute",
    "admit_address": "60/minute",
    "admit_room": "60/minute",
    "create_address": "60/hour",
    "send_member": "1200/minute",
    "read_address": "1200/minute",
    "signal_address": "1200/minute",
}
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_NANOSECONDS = 1_000_000_000
_FEW = 1024


class Rate:
    """So many at once, and on average, in a period: `Rate("60/minute")`."""

    def __init__(self, text: str) -> None:
        parts = re.fullmatch(r"([1-9]\d{0,8})/(second|minute|hour|day)", text.strip())
        if parts is None:
            raise ValueError(f"{text!r} is no rate; write for example 60/minute")
        self.period = _SECONDS[parts[2]] * _NANOSECONDS
        self.interval = self.period // int(parts[1])


class Limits:
    """Counts requests in memory; each check raises RateLimited.

    Counts belong to addresses, rooms and members, so that reconnecting starts none of them anew.
    Raises ValueError for a rate that is none.
    """

    def __init__(
        self, rates: Mapping[str, str], clock: Callable[[], int] = time.monotonic_ns
    ) -> None:
        self._rates = {n: Rate(rates.get(n, default)) for n, default in DEFAULT_RATES.items()}
        self._clock = clock
        # When each has its whole burst again: one number a key (the generic cell rate algorithm).
        self._full_at: dict[tuple[str | bytes, ...], int] = {}
        self._prune_above = _FEW

    def open(self, session: Session) -> None:
        """Count a code asked for, or a connection resumed."""
        self._hit("open_address", session.address)

    def evaluate(self, session: Session, room: bytes) -> None:
        """Count an evaluation: with it a room key can be tried."""
        self._hit("evaluate_address", session.address)
        self._hit("evaluate_room", room)

    def admit(self, session: Session, room: bytes) -> None:
        """Count a try to come in."""
        self._hit("admit_address", session.address)
        self._hit("admit_room", room)

    def create(self, session: Session) -> None:
        """Count a new room."""
        self._hit("create_address", session.address)

    def send(self, session: Session, room: bytes) -> None:
        """Count a message or commit."""
        leaf = session.member.get(room) or session.admitted.get(room)
        self._hit("send_member", room, leaf or session.address)

    def read(self, session: Session) -> None:
        """Count a page of the log asked for."""
        self._hit("read_address", session.address)

    def signal(self, session: Session) -> None:
        """Count a signal."""
        self._hit("signal_address", session.address)

    def _hit(self, name: str, *whose: str | bytes) -> None:
        rate, key, now = self._rates[name], (name, *whose), self._clock()
        full_at = max(now, self._full_at.get(key, now)) + rate.interval
        if full_at - now > rate.period:
            raise RateLimited
        self._full_at[key] = full_at
        if len(self._full_at) > self._prune_above:
            self._full_at = {key: at for key, at in self._full_at.items() if at > now}
            self._prune_above = max(_FEW, 2 * len(self._full_at))
