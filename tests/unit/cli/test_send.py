"""`roomkey send`: text is sent, and the command ends when that is stored, or says why not."""

import asyncio
import io
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest

import roomkey
from roomkey.cli import send
from roomkey.cli.enter import Newcomer
from roomkey.cli.output import NotStoredInTime, UsageError
from roomkey.cli.settings import Settings
from roomkey.client import ConnectionState
from roomkey.errors import RelayUnreachable, RoomClosed, RoomKeyNeeded, TooLarge


class Sent:
    """A message that is stored when the room is, or never."""

    def __init__(self, room: "Room") -> None:
        self._room = room

    async def stored(self) -> None:
        await self._room.storing.wait()
        if self._room.refusal is not None:
            raise self._room.refusal


class Room:
    """A room of which the test says what happens in it."""

    code, waiting = "7GQ2M-0XK4T", 1

    def __init__(self, *events: roomkey.Event, needs_room_key: bool = False) -> None:
        self.needs_room_key = needs_room_key
        self.storing = asyncio.Event()
        self.refusal: Exception | None = None
        self.said: list[str] = []
        self._events = events

    async def send(self, text: str) -> Sent:
        self.said.append(text)
        return Sent(self)

    async def __aiter__(self) -> AsyncIterator[roomkey.Event]:
        for event in self._events:
            yield event
        await asyncio.Event().wait()


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    def give(content: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))

    give(b"hello\n")
    return give


def run(
    play: Callable[[Room], Awaitable[None]] | None = None,
    *events: roomkey.Event,
    as_json: bool = False,
    timeout: float | None = None,
    **room_is: bool,
) -> Room:
    """Send to a room, in which meanwhile something happens."""

    async def all_of_it() -> Room:
        room = Room(*events, **room_is)
        if play is None:
            room.storing.set()

        @asynccontextmanager
        async def opened() -> AsyncIterator[Room]:
            yield room

        async def opening(_stack: AsyncExitStack) -> Any:
            return opened()

        sending = asyncio.create_task(
            send.send_to(cast(send.Opening, opening), as_json=as_json, timeout=timeout)
        )
        if play is not None:
            while not room.said and not sending.done():
                await asyncio.sleep(0)
            meanwhile = asyncio.ensure_future(play(room))
        await sending
        if play is not None:
            await meanwhile
        return room

    return asyncio.run(all_of_it())


OFFLINE = roomkey.ConnectionChanged(ConnectionState.OFFLINE, 1)


def test_the_last_line_end_is_left_out_and_no_other(typed: Callable[[bytes], None]) -> None:
    typed("  zwei Sätze\n\n".encode())
    assert run().said == ["  zwei Sätze\n"]


@pytest.mark.usefixtures("typed")
def test_a_program_is_told_how_many_messages_were_stored(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run(as_json=True)
    assert capsys.readouterr().out == ('{"type": "sent", "code": "7GQ2M-0XK4T", "messages": 1}\n')


def test_a_long_text_is_said_to_be_several_messages(
    typed: Callable[[bytes], None], capsys: pytest.CaptureFixture[str]
) -> None:
    typed(b"x" * 64_001)
    assert [len(text) for text in run().said] == [64_000, 1]
    shown = capsys.readouterr()
    assert "as 2 messages" in shown.err
    assert shown.out == ""


@pytest.mark.parametrize("content", [b"", b" \n\t\n", b"\xff\xfe"])
def test_what_is_no_text_is_refused_before_anything_is_opened(
    typed: Callable[[bytes], None], content: bytes
) -> None:
    typed(content)
    with pytest.raises(UsageError, match=r"empty|UTF-8"):
        run()


def test_a_person_at_a_terminal_is_told_how_to_end_the_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Terminal(io.TextIOWrapper):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal(io.BytesIO(b"hello")))
    assert run().said == ["hello"]
    assert "Ctrl-D" in capsys.readouterr().err


@pytest.mark.usefixtures("typed")
def test_a_relay_that_is_away_is_told_and_waited_for(capsys: pytest.CaptureFixture[str]) -> None:
    async def come_back(room: Room) -> None:
        for _ in range(9):
            await asyncio.sleep(0)
        room.storing.set()

    run(come_back, roomkey.RoomKeyChanged(1), OFFLINE)
    assert capsys.readouterr().err == "Offline: 1 message waits and will be sent.\n"


@pytest.mark.usefixtures("typed")
def test_a_room_that_needs_its_new_key_is_not_waited_for() -> None:
    async def nothing(_room: Room) -> None:
        pass

    with pytest.raises(RoomKeyNeeded):
        run(nothing, OFFLINE, needs_room_key=True)


@pytest.mark.usefixtures("typed")
@pytest.mark.parametrize("refusal", [TooLarge(), RoomClosed()])
def test_what_is_never_stored_ends_the_command_with_the_reason(refusal: Exception) -> None:
    async def refuse(room: Room) -> None:
        room.refusal = refusal
        room.storing.set()

    with pytest.raises(type(refusal)):
        run(refuse)


@pytest.mark.usefixtures("typed")
def test_what_is_not_stored_in_time_waits_here() -> None:
    async def nothing(_room: Room) -> None:
        pass

    with pytest.raises(NotStoredInTime):
        run(nothing, timeout=0)


@pytest.mark.usefixtures("typed")
def test_a_room_that_does_not_open_in_time_was_sent_nothing() -> None:
    async def opening(_stack: AsyncExitStack) -> Any:
        await asyncio.Event().wait()

    with pytest.raises(RelayUnreachable):
        asyncio.run(send.send_to(opening, as_json=False, timeout=0))


@pytest.mark.usefixtures("typed")
def test_who_interrupts_is_told_that_the_text_waits(capsys: pytest.CaptureFixture[str]) -> None:
    async def all_of_it() -> None:
        room = Room()

        @asynccontextmanager
        async def opened() -> AsyncIterator[Room]:
            yield room

        async def opening(_stack: AsyncExitStack) -> Any:
            return opened()

        sending = asyncio.create_task(send.send_to(opening, as_json=True, timeout=None))
        while not room.said:
            await asyncio.sleep(0)
        for _ in range(9):
            await asyncio.sleep(0)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending

    asyncio.run(all_of_it())
    shown = capsys.readouterr()
    assert "It waits here" in shown.err
    assert shown.out == ""


@pytest.mark.usefixtures("typed")
def test_who_interrupts_before_anything_is_queued_is_told_of_nothing_that_waits(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def all_of_it() -> None:
        is_opening = asyncio.Event()

        async def opening(_stack: AsyncExitStack) -> Any:
            is_opening.set()
            await asyncio.Event().wait()

        sending = asyncio.create_task(send.send_to(opening, as_json=True, timeout=None))
        await is_opening.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending

    asyncio.run(all_of_it())
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("typed")
def test_who_is_in_no_such_room_and_names_no_room_key_is_told_how_to(tmp_path: Path) -> None:
    settings, newcomer = (
        Settings("https://relay.invalid", tmp_path, None),
        Newcomer("7GQ2M-0XK4T", "Ann", None),
    )
    with pytest.raises(UsageError, match=r"not in this room yet.*--key-file"):
        asyncio.run(send.send(settings, newcomer, as_json=False, timeout=None))
    # the relay was not asked: there is none
    assert not list(tmp_path.rglob("*.room"))
