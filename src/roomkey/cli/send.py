"""`roomkey send`: standard input becomes messages, and the command ends when they are stored."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import roomkey
from roomkey.cli import output, room_key_input, transcript
from roomkey.cli.enter import Newcomer, come_in
from roomkey.cli.output import NotStoredInTime, UsageError
from roomkey.cli.parts import split
from roomkey.cli.progress import Progress
from roomkey.cli.session import open_client, read_code, stored_room
from roomkey.cli.settings import Settings
from roomkey.client import ConnectionState
from roomkey.errors import RelayUnreachable, RoomKeyNeeded

Opening = Callable[[AsyncExitStack], Awaitable[roomkey.Room]]
"""Opens a room; what has to be closed with it goes onto the stack."""


async def send(
    settings: Settings, newcomer: Newcomer, *, as_json: bool, timeout: float | None
) -> None:
    """Send standard input to a room and wait until the relay has stored it.

    Raises as `send_to` does.
    """
    await send_to(lambda stack: _open(stack, settings, newcomer), as_json=as_json, timeout=timeout)


async def send_to(opening: Opening, *, as_json: bool, timeout: float | None) -> None:
    """Send standard input to the room that `opening` gives, and wait until it is stored.

    Raises NotStoredInTime, or RelayUnreachable when the time was over before anything was queued.
    """
    parts = split(_standard_input())
    if len(parts) > 1:
        output.note(f"The text is larger than 64 kB and is sent as {len(parts)} messages.")
    is_queued = False
    async with AsyncExitStack() as stack:
        try:
            async with asyncio.timeout(timeout):
                room = await stack.enter_async_context(await opening(stack))
                with Progress("Sending…"):
                    sent = [await room.send(part) for part in parts]
                    is_queued = True
                    await _until_stored(room, sent)
        except TimeoutError:
            raise (NotStoredInTime() if is_queued else RelayUnreachable()) from None
        except asyncio.CancelledError:
            if is_queued:
                output.note(output.error_line(str(NotStoredInTime())))
            raise
    if as_json:
        output.record("sent", code=room.code, messages=len(parts))


async def _open(stack: AsyncExitStack, settings: Settings, newcomer: Newcomer) -> roomkey.Room:
    code = read_code(newcomer.code)
    client = await stack.enter_async_context(open_client(settings, code))
    if stored_room(client, code):
        return await client.resume(code)
    if newcomer.room_key is None:
        raise UsageError(
            "You are not in this room yet: give its room key with --key-file or "
            f"{room_key_input.KEY_VARIABLE}, and --name."
        )
    return await come_in(client, newcomer)


async def _until_stored(room: roomkey.Room, sent: list[roomkey.SentMessage]) -> None:
    storing = asyncio.create_task(_all_stored(sent))
    watching = asyncio.create_task(_watch(room))
    try:
        await asyncio.wait({storing, watching}, return_when=asyncio.FIRST_COMPLETED)
        if not storing.done():
            await watching
        await storing
    finally:
        storing.cancel()
        watching.cancel()


async def _all_stored(sent: list[roomkey.SentMessage]) -> None:
    for message in sent:
        await message.stored()


async def _watch(room: roomkey.Room) -> None:
    """Say that the relay is away; raises RoomKeyNeeded when waiting does not help."""
    async for event in room:
        match event:
            case roomkey.ConnectionChanged(state=ConnectionState.OFFLINE) if room.needs_room_key:
                raise RoomKeyNeeded
            case roomkey.ConnectionChanged(state=ConnectionState.OFFLINE as state):
                output.note(transcript.connection(state, room.waiting))


def _standard_input() -> str:
    if sys.stdin.isatty():
        output.note("Type the text; Ctrl-D on an empty line sends it.")
    try:
        text = sys.stdin.buffer.read().decode()
    except UnicodeDecodeError:
        raise UsageError("Standard input is not UTF-8 text; only text can be sent.") from None
    if not text.strip():
        raise UsageError("Standard input is empty; there is nothing to send.")
    return text.removesuffix("\n")
