"""Lets the others see that a person writes, and that it has stopped."""

import asyncio

import roomkey
from roomkey.cli.commands import is_command

_IDLE_SECONDS = 6.0


class TypingSignal:
    """Told of each change of the line; tells the room when that begins and ends."""

    def __init__(self, room: roomkey.Room) -> None:
        self._room = room
        self._is_writing = False
        self._idle: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def edited(self, line: str) -> None:
        """Take the line as it is now; commands are nobody's business."""
        if self._idle is not None:
            self._idle.cancel()
        is_writing = bool(line.strip()) and not is_command(line)
        if is_writing:
            self._idle = asyncio.get_running_loop().call_later(_IDLE_SECONDS, self._tell, False)
        self._tell(is_writing)

    async def stop(self) -> None:
        """Tell nothing more."""
        if self._idle is not None:
            self._idle.cancel()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _tell(self, is_writing: bool) -> None:
        if is_writing is self._is_writing:
            return
        self._is_writing = is_writing
        task = asyncio.create_task(self._room.signal_typing(is_writing))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
