"""When a member commits unasked: to renew its keys, and to tidy up after those who are gone."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

UPDATE_SECONDS: Final = 24 * 3600
UPDATE_MESSAGES: Final = 100


@dataclass(frozen=True, slots=True)
class Schedule:
    """When members commit unasked; seconds, and own messages between two updates."""

    update_seconds: float = UPDATE_SECONDS
    update_messages: int = UPDATE_MESSAGES
    tidy_seconds: float = 5.0
    uniform: Callable[[float, float], float] = random.uniform


class Timetable:
    """When the next own commit is due, on one member's clock of seconds."""

    def __init__(self, schedule: Schedule, clock: Callable[[], float] = time.monotonic) -> None:
        self._schedule, self._clock = schedule, clock
        self._tidy_at: float | None = None
        self.start_again()

    def start_again(self) -> None:
        """Count anew towards the next update: an own commit was accepted."""
        wait = self._schedule.update_seconds * self._schedule.uniform(0.5, 1.5)
        self._update_at = self._clock() + wait
        self._messages_left = int(
            max(1, self._schedule.update_messages * self._schedule.uniform(0.5, 1.5))
        )

    def count_message(self) -> None:
        """Count an own message towards the next update."""
        self._messages_left -= 1

    def tidy_soon(self) -> None:
        """Plan a commit after a random wait, as somebody else may make it first."""
        if self._tidy_at is None:
            wait = self._schedule.uniform(0, self._schedule.tidy_seconds)
            self._tidy_at = self._clock() + wait

    def is_tidy(self) -> None:
        """Drop the plan to tidy up: nothing is left to do."""
        self._tidy_at = None

    def update_now(self) -> None:
        """Have the next epoch begin as soon as possible."""
        self._update_at = self._clock()

    def is_due(self) -> bool:
        """Say whether it is time for a commit."""
        now = self._clock()
        is_time = now >= self._update_at or (self._tidy_at is not None and now >= self._tidy_at)
        return is_time or self._messages_left <= 0

    def seconds_to_wait(self) -> float:
        """Return how long nothing will be due by itself."""
        moments = [self._update_at] + ([] if self._tidy_at is None else [self._tidy_at])
        return max(0.0, min(moments) - self._clock())
