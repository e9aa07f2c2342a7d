"""What a member has heard of who is here and who is typing (docs/protocol/signals.md)."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from .signals import SignalKind

PRESENCE_SECONDS: Final = 150.0
TYPING_SECONDS: Final = 10.0

PresenceWord = Literal["here", "away", "unknown"]

_PRESENCE: Final[dict[SignalKind, PresenceWord]] = {
    SignalKind.HERE: "here",
    SignalKind.AWAY: "away",
}


@dataclass(frozen=True, slots=True)
class Heard:
    """What is known of one leaf, and until when, on a clock of seconds."""

    presence: PresenceWord = "unknown"
    presence_until: float = math.inf
    typing_until: float = 0.0

    @property
    def is_typing(self) -> bool:
        """Whether it writes."""
        return self.typing_until > 0


NOTHING: Final = Heard()


class Presence:
    """All that was heard; each change of it gives the leaf, and what was known before and after."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._heard: dict[bytes, Heard] = {}

    def of(self, leaf: bytes) -> Heard:
        """Say what is known of a leaf."""
        return self._heard.get(leaf, NOTHING)

    def hear(self, leaf: bytes, kind: SignalKind) -> tuple[Heard, Heard]:
        """Take a signal; returns what was known of its leaf before and after."""
        now, before = self._clock(), self.of(leaf)
        match kind:
            case SignalKind.TYPING:
                after = Heard(before.presence, before.presence_until, now + TYPING_SECONDS)
            case SignalKind.STOPPED_TYPING:
                after = Heard(before.presence, before.presence_until)
            case _:
                until = now + PRESENCE_SECONDS
                after = Heard(_PRESENCE[kind], until, before.typing_until)
        self._heard[leaf] = after
        return before, after

    def forget(self, leaf: bytes) -> tuple[Heard, Heard]:
        """Forget a leaf that is in the group no more."""
        return self._heard.pop(leaf, NOTHING), NOTHING

    def expire(self) -> dict[bytes, tuple[Heard, Heard]]:
        """Forget what is too old; returns what changed by it, by leaf."""
        now, changed = self._clock(), {}
        for leaf, before in list(self._heard.items()):
            is_old = before.presence_until <= now
            after = Heard(
                "unknown" if is_old else before.presence,
                math.inf if is_old else before.presence_until,
                before.typing_until if before.typing_until > now else 0.0,
            )
            if after != before:
                changed[leaf] = before, after
                self._heard[leaf] = after
        return changed

    def next_expiry(self) -> float:
        """Say when something will be too old; infinity if nothing will."""
        moments = (
            min(heard.presence_until, heard.typing_until or math.inf)
            for heard in self._heard.values()
        )
        return min(moments, default=math.inf)

    def leaves(self) -> list[bytes]:
        """List the leaves of which something is known."""
        return list(self._heard)
