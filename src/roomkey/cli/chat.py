"""A conversation line by line: events to the screen, lines to the room."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress

import roomkey
from roomkey.cli import output, transcript
from roomkey.cli.chat_events import Presenter
from roomkey.cli.line_input import Lines, open_lines
from roomkey.cli.parts import split
from roomkey.cli.session import removal, settle
from roomkey.client import ConnectionState
from roomkey.errors import RoomkeyError

HELP = (
    "/members  who is in the room\n"
    "/code     the safety code, to compare with the others\n"
    "/history  what was said before (/history 100 for more)\n"
    "/leave    leave the room for good\n"
    "/quit     close the chat and stay a member (also Ctrl-D)\n"
    "A line that begins with // is sent with one slash."
)
_PATIENCE_SECONDS = 1.5
_LAST_WORDS_SECONDS = 5
_HISTORY = 50
_RECENT = 30


class Chat:
    """One room on one terminal or pipe."""

    def __init__(
        self,
        room: roomkey.Room,
        presenter: Presenter,
        *,
        stay: bool = False,
        is_new: bool = False,
        history: int | None = None,
    ) -> None:
        self._room = room
        self._presenter = presenter
        self._stay, self._is_new, self._history = stay, is_new, history
        self._shown: set[int] = set()
        self._troubles: list[roomkey.Event] = []
        self._unheard: dict[bytes, asyncio.Event] = {}
        self._caught_up = asyncio.Event()
        self._deliveries: set[asyncio.Task[None]] = set()
        self._lines: Lines

    async def run(self) -> None:
        """Talk until the input ends, the person leaves, or the room is closed."""
        self._lines = open_lines()
        self._presenter.show_with(self._lines.print)
        listening = asyncio.create_task(self._listen())
        typing = asyncio.create_task(self._type())
        try:
            await asyncio.wait({listening, typing}, return_when=asyncio.FIRST_COMPLETED)
            if typing.done() and not listening.done():
                typing.result()
            if listening.done():
                listening.result()
        finally:
            await _cancel(listening, typing, *self._deliveries)
            self._lines.close()

    async def show_history(self) -> None:
        """Show the end of the conversation, if it was asked for, and do not stay."""
        if self._history:
            await settle(self._room)
            self._presenter.history(await self._room.history(self._history))

    async def _listen(self) -> None:
        for event in await self._introduction():
            self._take(event)
        async for event in self._room:
            self._take(event)

    async def _introduction(self) -> list[roomkey.Event]:
        """Show the end of the conversation; returns what happened meanwhile."""
        limit = self._history
        if limit is None:
            limit = _RECENT if self._lines.interactive else 0
        told: list[roomkey.Event] = []
        if limit and (self._is_new or self._history is not None):
            # what was said before one's joining comes from the relay
            told = await settle(self._room)
        news = [event.seq for event in told if isinstance(event, roomkey.MessageReceived)]
        recent = await self._room.history(limit, min(news, default=None)) if limit else []
        if recent:
            self._present_history(recent)
        return told

    def _present_history(self, messages: list[roomkey.MessageReceived]) -> None:
        self._shown.update(message.seq for message in messages)
        self._presenter.history(messages)

    def _take(self, event: roomkey.Event) -> None:
        if not (isinstance(event, roomkey.MessageReceived) and event.seq in self._shown):
            self._presenter.event(event)
        match event:
            case roomkey.MessageReceived(id=message_id, is_own=True):
                self._unheard.pop(message_id, asyncio.Event()).set()
            case roomkey.RoomTrouble():
                self._troubles.append(event)
            case roomkey.ConnectionChanged(state=ConnectionState.ONLINE):
                self._caught_up.set()
            case roomkey.ConnectionChanged(state=ConnectionState.REMOVED):
                raise removal(self._troubles)

    async def _type(self) -> None:
        if not self._lines.interactive:
            # A script's commands and answers speak of the room as it is now.
            await self._caught_up.wait()
        async for line in self._lines:
            if line.startswith("/") and not line.startswith("//"):
                try:
                    if not await self._command(line):
                        return
                except RoomkeyError as error:
                    self._presenter.say(output.error_line(str(error), error.next_step))
            elif line.strip():
                await self._say(line.removeprefix("/") if line.startswith("//") else line)
        if not self._lines.interactive:
            unheard = list(self._unheard.values())
            await asyncio.gather(*self._deliveries)
            with suppress(TimeoutError):
                async with asyncio.timeout(_LAST_WORDS_SECONDS):
                    for echo in unheard:
                        await echo.wait()
        elif self._room.waiting:
            self._presenter.say(transcript.connection(ConnectionState.CLOSED, self._room.waiting))
        if self._stay:
            await asyncio.Event().wait()

    async def _say(self, text: str) -> None:
        for part in split(text):
            try:
                sent = await self._room.send(part)
            except RoomkeyError as error:
                self._failed(part, error)
                continue
            self._unheard[sent.id] = asyncio.Event()
            self._start(self._follow(part, sent))

    async def _follow(self, text: str, sent: roomkey.SentMessage) -> None:
        stored = asyncio.ensure_future(sent.stored())
        try:
            done, _ = await asyncio.wait({stored}, timeout=_PATIENCE_SECONDS)
            if not done:
                self._presenter.waiting(text)
            await stored
        except RoomkeyError as error:
            self._failed(text, error)
        finally:
            stored.cancel()

    def _failed(self, text: str, error: RoomkeyError) -> None:
        self._presenter.failed(text, error)

    def _start(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._deliveries.add(task)
        task.add_done_callback(self._deliveries.discard)

    async def _command(self, line: str) -> bool:
        """Carry out a slash command; False ends the chat."""
        word, _, argument = line[1:].strip().partition(" ")
        match word.lower():
            case "quit" | "q" | "exit":
                return False
            case "leave":
                await self._room.leave()
                self._presenter.left(self._room.code)
                return False
            case "members":
                self._presenter.members(self._room.members())
            case "code":
                self._presenter.safety_code(self._room.safety_code())
            case "history":
                limit = int(argument) if argument.isascii() and argument.isdigit() else _HISTORY
                self._present_history(await self._room.history(max(1, limit)))
            case "help" | "?":
                self._presenter.say(HELP)
            case _:
                self._presenter.say(f"No command /{transcript.snippet(word)}. /help lists them.")
        return True


async def _cancel(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError, RoomkeyError):
            await task
