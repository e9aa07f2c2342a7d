"""One run: its plan and its people, what is under way, and what it showed."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

from .person import Person
from .plan import Plan
from .processes import Died
from .relay import FaultyRelay

ROOM_KEY = "orbit lantern mosaic velvet"


@dataclass(slots=True)
class Report:
    """What a run showed."""

    seed: int
    violations: list[str] = field(default_factory=list)
    messages: int = 0
    epochs: int = 0
    members: int = 0
    seconds: float = 0.0


class Scene:
    """The room of a run, the people who are in it, and what they are doing."""

    def __init__(
        self, plan: Plan, people: Sequence[Person], relay: FaultyRelay, counts: Counter[str]
    ) -> None:
        self.plan, self.relay, self.report = plan, relay, Report(plan.seed)
        self.people = {who: people[who] for who in plan.people}
        self.keys, self.key = [ROOM_KEY], ROOM_KEY
        self.code: str | None = None
        self._counts = counts
        self.tasks: set[asyncio.Task[None]] = set()

    def count(self, what: str, times: int = 1) -> None:
        """Note that something happened."""
        self._counts[what] += times

    def keep(self, work: Coroutine[Any, Any, None], name: str = "") -> asyncio.Task[None]:
        """Have something go on beside the plan; a client that dies of it is no mistake."""

        async def quietly() -> None:
            with contextlib.suppress(Died):
                await work

        task = asyncio.create_task(quietly(), name=name or work.__qualname__)
        self.tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def settle(self, seconds: float) -> None:
        """Wait for what goes on, but not for ever."""
        if self.tasks:
            await asyncio.wait(set(self.tasks), timeout=seconds)

    async def end(self) -> None:
        """Give up what still goes on."""
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self.report.violations.append(f"the harness stumbled: {error!r}")
