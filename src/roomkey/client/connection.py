"""The states of a connection, what moves it between them, and how long it waits to come back."""

import random as _random
from collections.abc import Callable
from enum import StrEnum
from typing import Final


class ConnectionState(StrEnum):
    """How a room stands with its relay, in words for people."""

    CONNECTING = "connecting"
    ONLINE = "online"
    OFFLINE = "offline"
    REMOVED = "removed"
    CLOSED = "closed"


class Input(StrEnum):
    """What happens to a connection."""

    TRY = "try"
    CAUGHT_UP = "caught up"
    LOST = "lost"
    REMOVED = "removed"
    CLOSE = "close"


_S, _I = ConnectionState, Input

TRANSITIONS: Final[dict[tuple[ConnectionState, Input], ConnectionState]] = {
    (_S.OFFLINE, _I.TRY): _S.CONNECTING,
    (_S.OFFLINE, _I.LOST): _S.OFFLINE,
    (_S.OFFLINE, _I.REMOVED): _S.REMOVED,
    (_S.OFFLINE, _I.CLOSE): _S.CLOSED,
    (_S.CONNECTING, _I.CAUGHT_UP): _S.ONLINE,
    (_S.CONNECTING, _I.LOST): _S.OFFLINE,
    (_S.CONNECTING, _I.REMOVED): _S.REMOVED,
    (_S.CONNECTING, _I.CLOSE): _S.CLOSED,
    (_S.ONLINE, _I.CAUGHT_UP): _S.ONLINE,
    (_S.ONLINE, _I.LOST): _S.OFFLINE,
    (_S.ONLINE, _I.REMOVED): _S.REMOVED,
    (_S.ONLINE, _I.CLOSE): _S.CLOSED,
    (_S.REMOVED, _I.LOST): _S.REMOVED,
    (_S.REMOVED, _I.CLOSE): _S.CLOSED,
    (_S.CLOSED, _I.LOST): _S.CLOSED,
    (_S.CLOSED, _I.CLOSE): _S.CLOSED,
}


class Connection:
    """Holds the state; tells `changed` of each new one."""

    def __init__(self, changed: Callable[[ConnectionState], None]) -> None:
        self.state = ConnectionState.OFFLINE
        self._changed = changed

    def take(self, what: Input) -> None:
        """Move to the next state; an input that the table does not hold is a mistake of ours."""
        following = TRANSITIONS[self.state, what]
        if following is not self.state:
            self.state = following
            self._changed(following)


class Backoff:
    """How long to wait before the next try: doubles up to a limit, with full jitter."""

    def __init__(
        self,
        first: float = 0.5,
        limit: float = 30.0,
        uniform: Callable[[float, float], float] = _random.uniform,
    ) -> None:
        self._first, self._limit, self._uniform = first, limit, uniform
        self._tries = 0

    def next(self) -> float:
        """Return the seconds to wait, and count the try."""
        ceiling = min(self._limit, self._first * 2 ** min(self._tries, 16))
        self._tries += 1
        # never nothing: a relay that is restarting must not be met by everybody at once
        return self._uniform(ceiling / 4, ceiling)

    def reset(self) -> None:
        """Start again from the first wait."""
        self._tries = 0
