"""A conversation line by line: events to the screen, lines to the room."""

import asyncio
from contextlib import suppress

import roomkey
from roomkey.cli import terminal_text, transcript
from roomkey.cli.commands import ChatEnds, Context, carry_out, is_command
from roomkey.cli.line_input import Lines, open_lines
from roomkey.cli.outgoing import Outgoing
from roomkey.cli.presenter import Presenter
from roomkey.cli.records import Records
from roomkey.cli.rules import Rules
from roomkey.cli.session import removal, settle
from roomkey.cli.timeline import Timeline
from roomkey.cli.typing_signal import TypingSignal
from roomkey.cli.words import Words
from roomkey.client import ConnectionState
from roomkey.errors import RoomkeyError

_RECENT = 30
_NAME_IN_HINT = 16


class Chat:
    """One room on one terminal or pipe.

    `told` is what happened since the room was opened, if somebody waited for it; `history` how
    many earlier messages are wanted, None if that was not said.
    """

    def __init__(
        self,
        room: roomkey.Room,
        relay: str,
        *,
        as_json: bool,
        stay: bool = False,
        history: int | None = None,
        told: list[roomkey.Event] | None = None,
    ) -> None:
        self._room, self._relay = room, relay
        self._stay, self._history, self._told = stay, history, told
        self._timeline = Timeline()
        self._presenter: Presenter = Records() if as_json else Words(self._timeline)
        self._outgoing = Outgoing(room, self._presenter)
        self._rules = Rules.of(room)
        self._troubles: list[roomkey.Event] = []
        self._caught_up = asyncio.Event()
        self._writers: dict[str, str] = {}
        self._typing_signal = TypingSignal(room)
        self._context: Context
        self._lines: Lines

    async def run(self) -> None:
        """Talk until the input ends, the person leaves, or the room is closed."""
        self._lines = open_lines()
        self._presenter.show_with(self._lines.print)
        self._lines.on_edit(self._typing_signal.edited)
        self._context = Context(
            self._room,
            self._relay,
            self._presenter,
            self._timeline,
            self._outgoing,
            self._lines.interactive,
        )
        listening = asyncio.create_task(self._listen())
        typing = asyncio.create_task(self._type())
        try:
            await asyncio.wait({listening, typing}, return_when=asyncio.FIRST_COMPLETED)
            if listening.done():
                listening.result()
            # a command that ends the room ends its events first
            await typing
        finally:
            await _cancel(listening, typing)
            await self._typing_signal.stop()
            await self._outgoing.stop()
            self._lines.close()

    async def show_history(self) -> None:
        """Show the end of the conversation, if it was asked for, and do not stay."""
        if self._history:
            await self._settled()
            self._show(await self._room.history(self._history))

    def _show(self, messages: list[roomkey.MessageReceived]) -> None:
        self._timeline.add(*messages)
        self._presenter.history(messages)

    async def _settled(self) -> list[roomkey.Event]:
        return await settle(self._room) if self._told is None else self._told

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
        # what was said before one's joining comes from the relay
        told = await self._settled() if self._history else self._told or []
        if limit:
            news = [event.seq for event in told if isinstance(event, roomkey.MessageReceived)]
            recent = await self._room.history(limit, min(news, default=None))
            if recent:
                self._show(recent)
        return told

    def _take(self, event: roomkey.Event) -> None:
        match event:
            case roomkey.MessageReceived():
                self._take_message(event)
            case roomkey.RulesChanged():
                before, self._rules = self._rules, Rules.of(self._room)
                self._presenter.rules_changed(self._rules, before)
            case _:
                self._presenter.event(event)
        self._timeline.take(event)
        self._outgoing.take(event)
        match event:
            case roomkey.MemberTyping(member=member, is_typing=is_typing):
                self._hint(member, is_typing=is_typing)
            case roomkey.MemberLeft(member=member):
                self._hint(member, is_typing=False)
            case roomkey.RoomTrouble():
                self._troubles.append(event)
            case roomkey.ConnectionChanged(state=ConnectionState.ONLINE):
                self._rules = Rules.of(self._room)
                self._caught_up.set()
            case roomkey.ConnectionChanged(state=ConnectionState.REMOVED):
                if not self._context.is_closing:
                    raise removal(self._troubles)

    def _hint(self, member: roomkey.Member, *, is_typing: bool) -> None:
        self._writers.pop(member.pseudonym, None)
        if is_typing:
            self._writers[member.pseudonym] = terminal_text.name(member.name, _NAME_IN_HINT)
        self._lines.hint(transcript.writers(self._writers.values()))

    def _take_message(self, message: roomkey.MessageReceived) -> None:
        if message not in self._timeline:
            self._timeline.add(message)
            self._presenter.event(message)

    async def _type(self) -> None:
        if not self._lines.interactive:
            # a script's commands and answers speak of the room as it is now
            await self._caught_up.wait()
        try:
            async for line in self._lines:
                if is_command(line):
                    if not self._lines.interactive:
                        # a script's command is about what its lines before have done
                        await self._outgoing.finish()
                    await carry_out(self._context, line)
                elif line.strip():
                    await self._outgoing.say(line.removeprefix("/") if line[0] == "/" else line)
        except ChatEnds:
            return
        await self._last_words()
        if self._stay:
            await asyncio.Event().wait()

    async def _last_words(self) -> None:
        if not self._lines.interactive:
            await self._outgoing.finish()
        elif self._room.waiting:
            self._presenter.say(transcript.connection(ConnectionState.CLOSED, self._room.waiting))


async def _cancel(*tasks: "asyncio.Task[None]") -> None:
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError, RoomkeyError):
            await task
