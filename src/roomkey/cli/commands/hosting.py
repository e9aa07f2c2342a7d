"""Commands of hosts: who is in the room, its key, its rules and its end."""

import asyncio
from collections.abc import Callable, Coroutine

import roomkey
from roomkey.cli import people
from roomkey.cli.options import retention_seconds
from roomkey.cli.output import UsageError
from roomkey.cli.rules import Rules
from roomkey.errors import RoomkeyError
from roomkey.keys.room_key import generate_room_key

from .context import ChatEnds, Context, required

_PATIENCE_SECONDS = 1.5


async def remove(chat: Context, argument: str) -> None:
    """Remove somebody, and change the room key so that this one stays out."""
    member = _member(chat, argument)
    await _with_new_key(chat, "remove", lambda key: chat.room.remove(member, key))


async def key(chat: Context, _: str) -> None:
    """Change the room key."""
    _require_host(chat)
    await _with_new_key(chat, "key", chat.room.change_room_key)


async def host(chat: Context, argument: str) -> None:
    """Make somebody a host too."""
    await _change(chat, "host", chat.room.name_host(_member(chat, argument)))


async def lock(chat: Context, _: str) -> None:
    """Let nobody new in."""
    await _change(chat, "lock", chat.room.set_locked(True))


async def unlock(chat: Context, _: str) -> None:
    """Let people in again."""
    await _change(chat, "unlock", chat.room.set_locked(False))


async def title(chat: Context, argument: str) -> None:
    """Give the room a title, or none."""
    await _change(chat, "title", chat.room.set_title(argument))


async def keep(chat: Context, argument: str) -> None:
    """Say how long messages are kept."""
    seconds = retention_seconds(required(argument, "how long, like 7d"))
    await _change(chat, "keep", chat.room.set_retention(seconds))


async def close(chat: Context, argument: str) -> None:
    """End the room for everybody, when its code is named."""
    _require_host(chat)
    code = chat.room.code
    if argument != code:
        raise UsageError(
            f"This ends the room for everybody and deletes it at the relay: /close {code} does it."
        )
    chat.is_closing = True
    try:
        await chat.room.close_room()
    except BaseException:
        chat.is_closing = False
        raise
    chat.presenter.closed(code)
    raise ChatEnds


def _require_host(chat: Context) -> None:
    if not chat.room.is_host:
        raise UsageError("Only a host does that: /members says who is one.")


def _member(chat: Context, argument: str) -> roomkey.Member:
    _require_host(chat)
    return people.find(chat.room.members(), required(argument, "who"))


async def _with_new_key(
    chat: Context, name: str, change: Callable[[str], Coroutine[object, object, None]]
) -> None:
    room_key = generate_room_key()

    async def carry_out() -> None:
        try:
            await change(room_key)
        except asyncio.CancelledError:
            # it may have been accepted a moment ago, and then nobody else knows it
            chat.presenter.room_key(room_key)
            raise
        chat.presenter.room_key(room_key)

    await _change(chat, name, carry_out())


async def _change(chat: Context, name: str, change: Coroutine[object, object, None]) -> None:
    """Have the room accept a change; a script waits, a person goes on typing if that lasts."""

    before = Rules.of(chat.room)

    async def carry_out() -> None:
        try:
            await change
        except RoomkeyError as error:
            chat.presenter.refused(name, error)
        else:
            if Rules.of(chat.room) == before:
                chat.presenter.say("That is so already.")

    task = chat.outgoing.start(carry_out())
    await asyncio.wait({task}, timeout=_PATIENCE_SECONDS if chat.is_interactive else None)
    if not task.done():
        chat.presenter.say(f"… /{name} waits for the relay.")
