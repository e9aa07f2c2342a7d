"""What a chat sends: each part followed until the relay has stored it."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress

import roomkey
from roomkey.cli.parts import split
from roomkey.cli.presenter import Presenter
from roomkey.errors import RoomkeyError

_PATIENCE_SECONDS = 1.5
_LAST_WORDS_SECONDS = 5


class Outgoing:
    """Sends, and speaks of what waits or fails; what is stored comes back by itself."""

    def __init__(self, room: roomkey.Room, presenter: Presenter) -> None:
        self._room, self._presenter = room, presenter
        self.expires_after: int | None = None
        self._unheard: dict[bytes, asyncio.Event] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def say(self, text: str, *, in_reply_to: bytes | None = None) -> None:
        """Send a text, in parts if it is long; the first answers what it replies to."""
        for part in split(text):
            try:
                sent = await self._room.send(
                    part, in_reply_to=in_reply_to, expires_after=self.expires_after
                )
            except RoomkeyError as error:
                self._presenter.failed(part, error)
                continue
            in_reply_to = None
            self.follow(part, sent, sent.id)

    def follow(self, text: str, sent: roomkey.SentMessage, about: bytes) -> None:
        """See to it that the person learns if something is not stored soon, or never.

        `about` names the message or reaction whose event says that it has come back.
        """
        self._unheard[about] = asyncio.Event()
        self.start(self._follow(text, sent))

    def start(self, work: Coroutine[object, object, None]) -> "asyncio.Task[None]":
        """Do something beside the chat; `finish` waits for it."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def take(self, event: roomkey.Event) -> None:
        """Note that something of one's own has come back."""
        match event:
            case (
                roomkey.MessageReceived(id=about, is_own=True)
                | roomkey.MessageChanged(message=roomkey.MessageReceived(id=about, is_own=True))
                | roomkey.MessageDeleted(message=roomkey.MessageReceived(id=about, is_own=True))
            ):
                self._heard(about)
            case (
                roomkey.ReactionAdded(reaction=reaction)
                | roomkey.ReactionRemoved(reaction=reaction)
            ) if reaction.sender.is_self:
                self._heard(reaction.id)

    def _heard(self, about: bytes) -> None:
        self._unheard.pop(about, asyncio.Event()).set()

    async def finish(self) -> None:
        """Wait until everything is stored, and has come back if that does not take long."""
        unheard = list(self._unheard.values())
        await asyncio.gather(*self._tasks)
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST_WORDS_SECONDS):
                for echo in unheard:
                    await echo.wait()

    async def stop(self) -> None:
        """Follow nothing any more; what waits is sent the next time."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _follow(self, text: str, sent: roomkey.SentMessage) -> None:
        stored = asyncio.ensure_future(sent.stored())
        try:
            done, _ = await asyncio.wait({stored}, timeout=_PATIENCE_SECONDS)
            if not done:
                self._presenter.waiting(text)
            await stored
        except RoomkeyError as error:
            self._presenter.failed(text, error)
        finally:
            stored.cancel()
