"""Commands about handles: one's own, others', and private conversations with them."""

import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager

import roomkey
from roomkey.cli import output
from roomkey.cli.chat import Chat
from roomkey.cli.progress import Progress
from roomkey.cli.rooms import confirm
from roomkey.cli.send import send_to
from roomkey.cli.session import open_client, read_code, relay_of
from roomkey.cli.settings import Settings
from roomkey.client.contact import parse_handle
from roomkey.errors import IdentityChanged


async def claim(settings: Settings, text: str, *, as_json: bool) -> None:
    """Claim a handle."""
    async with _directory(settings) as directory:
        with Progress("Claiming the handle and leaving keys for others…"):
            handle = await directory.claim(text)
    if as_json:
        output.record("handle", handle=handle)
        return
    output.answer(f"You are @{handle} on this relay now. Others write to you with")
    output.answer(f"  roomkey write {handle}")
    output.answer("and you see it with  roomkey inbox. The handle's key is only in this folder:")
    output.answer("without it the handle is lost, so keep a copy of the folder.")


async def show(settings: Settings, *, as_json: bool) -> None:
    """Show one's handle and contacts."""
    async with _directory(settings) as directory:
        handle, contacts = directory.handle, list(directory.contacts)
    if as_json:
        output.record("directory", handle=handle, contacts=contacts)
        return
    output.answer(f"You are @{handle}." if handle else "You have no handle on this relay.")
    for contact in contacts:
        output.answer(f"You know @{contact}.")


async def show_safety_number(settings: Settings, text: str, *, as_json: bool) -> None:
    """Show the number that two people compare."""
    async with _directory(settings) as directory:
        _say_number(parse_handle(text), directory.safety_number(text), as_json=as_json)


async def accept(settings: Settings, text: str, *, as_json: bool, is_sure: bool) -> None:
    """Trust another key for a handle, after showing what has to be compared."""
    handle = parse_handle(text)
    async with _directory(settings) as directory:
        _say_number(handle, directory.safety_number(text, of_refused=True), as_json=as_json)
        if not is_sure:
            confirm(f"Has the owner of @{handle} confirmed this new number by another way?")
        directory.accept(text)
    if not as_json:
        output.answer(f"The new key of @{handle} is trusted from now on.")


async def write(
    settings: Settings,
    text: str,
    *,
    as_json: bool,
    presence: bool,
    history: int | None,
    timeout: float | None,
) -> None:
    """Talk with whoever has a handle, or send standard input, and begin if they never have."""

    async def opening(stack: AsyncExitStack) -> roomkey.Room:
        client = await stack.enter_async_context(open_client(settings))
        return await _open(client, text)

    if not sys.stdin.isatty():
        await send_to(opening, as_json=as_json, timeout=timeout)
        return
    async with (
        open_client(settings, presence=presence) as client,
        await _open(client, text) as room,
    ):
        relay = relay_of(client, read_code(room.code))
        output.note(f"A private conversation with @{room.peer}. /help lists commands.")
        await Chat(room, relay, as_json=as_json, history=history).run()


async def _open(client: roomkey.Client, text: str) -> roomkey.Room:
    handle = parse_handle(text)
    async with client.directory() as directory:
        is_known = handle in directory.contacts
        try:
            with Progress("Opening the conversation…"):
                room = await directory.write(text)
        except IdentityChanged:
            _warn_of_key(handle)
            raise
        if not is_known:
            output.note(
                f"The relay says that this is @{handle}'s key. To know it, compare by another way: "
                f"roomkey directory safety-number {handle}"
            )
        return room


async def show_inbox(settings: Settings, *, as_json: bool, watch: bool) -> None:
    """Take in what others have begun; raises IdentityChanged after all if one was refused so."""
    changed: IdentityChanged | None = None
    async with _directory(settings) as directory:
        if watch:
            async with aclosing(directory.incoming()) as incoming:
                async for found in incoming:
                    _say(found, as_json=as_json)
            return
        with Progress("Looking into the inbox…"):
            taken = await directory.collect()
        for found in taken:
            _say(found, as_json=as_json)
            if isinstance(found, roomkey.ConversationRefused):
                changed = found.error if isinstance(found.error, IdentityChanged) else changed
    if not taken and not as_json:
        output.note("Nothing new.")
    if changed is not None:
        raise changed


def _say(found: roomkey.Conversation | roomkey.ConversationRefused, *, as_json: bool) -> None:
    match found:
        case roomkey.Conversation(code=code, handle=handle) if as_json:
            output.record("conversation", code=code, handle=handle)
        case roomkey.Conversation(code=code, handle=handle):
            output.answer(f"@{handle} has written: roomkey write {handle}  (room {code})")
        case roomkey.ConversationRefused(handle=handle, error=error):
            if as_json:
                sentence = error.sentence
                output.record(
                    "conversation_refused", handle=handle, error=error.code, sentence=sentence
                )
            if isinstance(error, IdentityChanged) and handle is not None:
                _warn_of_key(handle)
            elif not as_json:
                output.note(
                    output.error_line(f"Somebody's message cannot be taken: {error.sentence}")
                )


def _warn_of_key(handle: str) -> None:
    output.warn(
        f"somebody with ANOTHER KEY now goes by @{handle}: perhaps a new device, perhaps somebody "
        f"in between. Nothing was sent or taken. roomkey directory accept {handle} shows the new "
        "safety number, and asks."
    )


def _say_number(handle: str, number: list[str], *, as_json: bool) -> None:
    if as_json:
        output.record("safety_number", handle=handle, digits=number)
        return
    output.answer(f"Safety number with @{handle}:")
    output.answer(f"  {' '.join(number[:6])}")
    output.answer(f"  {' '.join(number[6:])}")
    output.answer("Compare it by voice or in person. If it differs, somebody is in between.")


@asynccontextmanager
async def _directory(settings: Settings) -> AsyncIterator[roomkey.Directory]:
    async with open_client(settings) as client, client.directory() as directory:
        yield directory
