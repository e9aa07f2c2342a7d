"""Commands that bring somebody into a room: create, join, chat, send."""

import asyncio
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Literal

import roomkey
from roomkey.cli import output, room_key_input, transcript
from roomkey.cli.chat import Chat
from roomkey.cli.chat_events import Records, Words
from roomkey.cli.options import DEFAULT_RELAY
from roomkey.cli.output import UsageError
from roomkey.cli.parts import split
from roomkey.cli.progress import Progress
from roomkey.cli.session import Settings, open_client, open_room, read_code, stored_room
from roomkey.client import ConnectionState
from roomkey.wire import room_code


@dataclass(frozen=True, slots=True)
class NewRoom:
    """What a room is created with."""

    name: str
    room_key: str
    history: Literal["shared", "strict"]
    retention: int
    size: Literal["hybrid", "large"]


async def create(settings: Settings, new: NewRoom, *, as_json: bool, chat: bool) -> None:
    """Create a room, say once how to get in, and talk in it if asked to."""
    async with open_client(settings) as client:
        with Progress("Stretching the room key and creating the room…"):
            room = await client.create(
                new.room_key,
                new.name,
                history=new.history,
                retention=new.retention,
                size=new.size,
            )
        async with room:
            _introduce(room, new, settings.relay or DEFAULT_RELAY, as_json=as_json)
            if chat:
                await _talk(room, as_json=as_json)


def _introduce(room: roomkey.Room, new: NewRoom, relay: str, *, as_json: bool) -> None:
    code = room_code.show(room_code.parse(room.code))
    if as_json:
        output.record(
            "created",
            code=code,
            room_key=new.room_key,
            relay=relay,
            name=new.name,
            history=new.history,
            retention=new.retention,
            size=new.size,
        )
        return
    output.answer(f"Room code:  {code}")
    output.answer(f"Room key:   {new.room_key}")
    output.answer()
    output.answer("The room key is shown only now. The code is no secret; the key is: give it to")
    output.answer("people over another way than this relay, by voice or in person. They join with")
    output.answer(f"  roomkey join {code} --relay {relay}")
    output.answer(f"You come back with  roomkey chat {code}")


async def join(
    settings: Settings, code: str, name: str | None, key: str | None, *, as_json: bool, chat: bool
) -> None:
    """Join a room, or come back to it, and talk in it."""
    parsed = read_code(code)
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(open_client(settings, parsed))
        is_new = stored_room(client, parsed) is None
        if not is_new:
            output.note("You are in this room already; no room key is needed.")
            with Progress("Coming back to the room…"):
                room = await client.resume(parsed)
        else:
            room = await _join(client, parsed, name, key)
        await stack.enter_async_context(room)
        shown = room_code.show(parsed)
        if as_json:
            output.record("room_joined", code=shown)
        else:
            output.note(f"You are in the room {shown}. /help lists commands, Ctrl-D closes.")
        if chat:
            await _talk(room, as_json=as_json, is_new=is_new)


async def chat(settings: Settings, code: str, *, as_json: bool, stay: bool) -> None:
    """Talk in a room this account is a member of."""
    async with open_room(settings, code) as room:
        await _talk(room, as_json=as_json, stay=stay)


async def send(
    settings: Settings, code: str, name: str | None, key: str | None, *, as_json: bool
) -> None:
    """Send standard input and wait until the relay has stored it."""
    parsed = read_code(code)
    text = _standard_input()
    parts = split(text)
    if len(parts) > 1:
        output.note(f"The text is larger than 64 kB and is sent as {len(parts)} messages.")
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(open_client(settings, parsed))
        if stored_room(client, parsed):
            room = await client.resume(parsed)
        elif key is None:
            raise UsageError(
                "You are not in this room yet: give its room key with --key-file or "
                f"{room_key_input.KEY_VARIABLE}, and --name."
            )
        else:
            room = await _join(client, parsed, name, key)
        await stack.enter_async_context(room)
        with Progress("Sending…"):
            sent = [await room.send(part) for part in parts]
            watching = asyncio.create_task(_tell_when_offline(room))
            try:
                for part in sent:
                    await part.stored()
            finally:
                watching.cancel()
    if as_json:
        output.record("sent", code=room_code.show(parsed), messages=len(parts))


async def _join(
    client: roomkey.Client, code: str, name: str | None, key: str | None
) -> roomkey.Room:
    room_key = key if key is not None else room_key_input.ask_room_key()
    own_name = room_key_input.ask_name(name)
    with Progress("Stretching the room key and joining…"):
        return await client.join(code, room_key, own_name)


async def _tell_when_offline(room: roomkey.Room) -> None:
    async for event in room:
        match event:
            case roomkey.ConnectionChanged(state=ConnectionState.OFFLINE as state):
                output.note(transcript.connection(state, room.waiting))


async def _talk(
    room: roomkey.Room, *, as_json: bool, stay: bool = False, is_new: bool = False
) -> None:
    await Chat(room, Records() if as_json else Words(), stay=stay, is_new=is_new).run()


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
