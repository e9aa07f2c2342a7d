"""Commands that bring somebody into a room: create, join, chat."""

from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Literal

import roomkey
from roomkey.cli import output, room_key_input
from roomkey.cli.chat import Chat
from roomkey.cli.progress import Progress
from roomkey.cli.session import (
    open_client,
    open_room,
    read_code,
    relay_of,
    settle,
    stored_room,
)
from roomkey.cli.settings import Settings
from roomkey.errors import RoomKeyNeeded
from roomkey.wire import room_code


@dataclass(frozen=True, slots=True)
class NewRoom:
    """What a room is created with."""

    name: str
    room_key: str = field(repr=False)
    history: Literal["shared", "strict"]
    retention: int
    size: Literal["hybrid", "large"]


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who joins which room, as far as that was said; the rest is asked for."""

    code: str
    name: str | None
    room_key: str | None = field(repr=False)


async def create(
    settings: Settings, new: NewRoom, *, as_json: bool, chat: bool, presence: bool
) -> None:
    """Create a room, say once how to get in, and talk in it if asked to."""
    async with open_client(settings, presence=chat and presence) as client:
        with Progress("Stretching the room key and creating the room…"):
            room = await client.create(
                new.room_key,
                new.name,
                history=new.history,
                retention=new.retention,
                size=new.size,
            )
        async with room:
            relay = relay_of(client, read_code(room.code))
            _introduce(room, new, relay, as_json=as_json)
            if chat:
                await Chat(room, relay, as_json=as_json).run()


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
    settings: Settings,
    newcomer: Newcomer,
    *,
    as_json: bool,
    chat: bool,
    presence: bool,
    history: int | None,
) -> None:
    """Join a room, or come back to it, and talk in it."""
    code = read_code(newcomer.code)
    async with AsyncExitStack() as stack:
        opening = open_client(settings, code, presence=chat and presence)
        client = await stack.enter_async_context(opening)
        stored = stored_room(client, code)
        if stored is None or stored.is_over:
            room = await stack.enter_async_context(await come_in(client, newcomer))
            told = await settle(room)
        else:
            output.note("You are in this room already.")
            with Progress("Coming back to the room…"):
                room = await stack.enter_async_context(await client.resume(code))
                told = await settle(room)
            if room.needs_room_key:
                await _give_room_key(room, newcomer)
        shown = room_code.show(code)
        if as_json:
            output.record("room_joined", code=shown)
        else:
            output.note(f"You are in the room {shown}. /help lists commands, Ctrl-D closes.")
        talk = Chat(room, relay_of(client, code), as_json=as_json, history=history, told=told)
        if chat:
            await talk.run()
        else:
            await talk.show_history()


async def _give_room_key(room: roomkey.Room, newcomer: Newcomer) -> None:
    """Give a room that a host has changed the key of its new one."""
    output.note(f"{RoomKeyNeeded.sentence} {RoomKeyNeeded.next_step}")
    given = newcomer.room_key
    room_key = given if given is not None else room_key_input.ask_room_key("New room key: ")
    with Progress("Stretching the room key and coming back…"):
        await room.give_room_key(room_key)


async def chat(
    settings: Settings,
    code: str,
    *,
    as_json: bool,
    stay: bool,
    presence: bool,
    history: int | None,
) -> None:
    """Talk in a room this account is a member of."""
    async with open_room(settings, code, presence=presence) as (room, relay):
        await Chat(room, relay, as_json=as_json, stay=stay, history=history).run()


async def come_in(client: roomkey.Client, newcomer: Newcomer) -> roomkey.Room:
    """Join a room, asking for the room key and the name where they are not given."""
    given, asked = newcomer.room_key, room_key_input.ask_room_key
    room_key = given if given is not None else asked()
    name = room_key_input.ask_name(newcomer.name)
    with Progress("Stretching the room key and joining…"):
        return await client.join(read_code(newcomer.code), room_key, name)
