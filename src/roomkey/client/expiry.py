"""Drops what has expired, and what is older than the room keeps, when its time comes."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Final

from roomkey.errors import StateError

from .events import Event, MessageReceived
from .transcript import Transcript

SWEEP_SECONDS: Final = 3600.0
RETRY_SECONDS: Final = 60.0


class Expiry:
    """One room's timer; it runs while the room is open, connected or not."""

    def __init__(self, transcript: Transcript, tell: Callable[[Event], None]) -> None:
        self._transcript, self._tell = transcript, tell
        self._sooner = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Drop what is due, before anything is shown, and begin to wait for the rest."""
        with contextlib.suppress(StateError):
            self._transcript.expire()
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait((self._task,))
            self._task = None

    def heard(self, event: Event) -> None:
        """See whether something expires sooner than was known."""
        if isinstance(event, MessageReceived) and event.expires_at is not None:
            self._sooner.set()

    async def _run(self) -> None:
        while True:
            try:
                wait = min(self._transcript.seconds_to_expiry(), SWEEP_SECONDS)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(max(0.0, wait)):
                        await self._sooner.wait()
                self._sooner.clear()
                for event in self._transcript.expire():
                    self._tell(event)
            except StateError:
                # the disk is full; what is due is tried again
                await asyncio.sleep(RETRY_SECONDS)
