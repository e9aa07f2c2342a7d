"""How often what may be asked: moving windows per address, per room and per member."""

from collections.abc import Mapping

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

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


class Limits:
    """Counts requests in memory; each check raises RateLimited.

    Counts belong to addresses, rooms and members, so that reconnecting starts none of them anew.
    """

    def __init__(self, rates: Mapping[str, str]) -> None:
        self._rates: dict[str, RateLimitItem] = {
            name: parse(rates.get(name, default)) for name, default in DEFAULT_RATES.items()
        }
        self._window = MovingWindowRateLimiter(MemoryStorage())

    def open(self, session: Session) -> None:
        """Count a code asked for, or a connection resumed."""
        self._hit("open_address", session.address)

    def evaluate(self, session: Session, room: bytes) -> None:
        """Count an evaluation: with it a room key can be tried."""
        self._hit("evaluate_address", session.address)
        self._hit("evaluate_room", room.hex())

    def admit(self, session: Session, room: bytes) -> None:
        """Count a try to come in."""
        self._hit("admit_address", session.address)
        self._hit("admit_room", room.hex())

    def create(self, session: Session) -> None:
        """Count a new room."""
        self._hit("create_address", session.address)

    def send(self, session: Session, room: bytes) -> None:
        """Count a message or commit."""
        leaf = session.member.get(room) or session.admitted.get(room) or b""
        self._hit("send_member", room.hex(), leaf.hex() or session.address)

    def read(self, session: Session) -> None:
        """Count a page of the log asked for."""
        self._hit("read_address", session.address)

    def signal(self, session: Session) -> None:
        """Count a signal."""
        self._hit("signal_address", session.address)

    def _hit(self, name: str, *whose: str) -> None:
        if not self._window.hit(self._rates[name], name, *whose):
            raise RateLimited
