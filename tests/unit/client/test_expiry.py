"""What is due is dropped when its time comes, or as soon as the disk allows."""

import asyncio
import math
from collections.abc import Callable
from typing import Any

import pytest

from roomkey.client import expiry
from roomkey.client.events import Event, MessageReceived
from roomkey.client.expiry import Expiry
from roomkey.client.members import Member
from roomkey.errors import StateFull


class Sweeps:
    """A transcript whose first sweeps fail, and in which then nothing is due any more."""

    def __init__(self, failures: int = 0) -> None:
        self.failures, self.swept = failures, 0
        self.seconds = math.inf

    def seconds_to_expiry(self) -> float:
        return self.seconds

    def expire(self) -> list[Any]:
        if self.failures:
            self.failures -= 1
            raise StateFull
        self.swept += 1
        self.seconds = math.inf
        return [f"swept {self.swept}"]


def play(sweeps: Sweeps, scene: Callable[[Expiry, "asyncio.Queue[Event]"], Any]) -> None:
    async def run() -> None:
        told: asyncio.Queue[Event] = asyncio.Queue()
        timer = Expiry(sweeps, told.put_nowait)  # type: ignore[arg-type]
        timer.start()
        await asyncio.wait_for(scene(timer, told), 60)
        await timer.stop()
        await timer.stop()

    asyncio.run(run())


def message(expires_at: int | None) -> MessageReceived:
    sender = Member(0, "00", "Ann")
    return MessageReceived(bytes(32), sender, "text", 1, 1, expires_at=expires_at)


def test_before_anything_is_shown_what_is_due_is_dropped() -> None:
    sweeps = Sweeps()

    async def scene(_timer: Expiry, told: "asyncio.Queue[Event]") -> None:
        assert sweeps.swept == 1
        assert told.empty()

    play(sweeps, scene)


def test_what_is_due_is_tried_again_while_the_disk_is_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(expiry, "RETRY_SECONDS", 0.001)
    sweeps = Sweeps(failures=4)
    sweeps.seconds = 0.0

    async def scene(_timer: Expiry, told: "asyncio.Queue[Event]") -> None:
        assert await told.get() == "swept 1"
        assert sweeps.failures == 0

    play(sweeps, scene)


def test_a_message_that_expires_sooner_is_waited_for_and_others_are_not() -> None:
    sweeps = Sweeps()

    async def scene(timer: Expiry, told: "asyncio.Queue[Event]") -> None:
        timer.heard(message(None))
        for _ in range(5):
            await asyncio.sleep(0)
        assert told.empty()
        sweeps.seconds = 0.0
        timer.heard(message(1))
        assert await told.get() == "swept 2"

    play(sweeps, scene)
