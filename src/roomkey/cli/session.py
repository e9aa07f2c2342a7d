"""A client for one command: the relay's address, the stored rooms and their passphrase."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import roomkey
from roomkey.cli import options
from roomkey.cli.output import UsageError
from roomkey.errors import DecodeError
from roomkey.wire import room_code


@dataclass(frozen=True, slots=True)
class Settings:
    """What every command that opens a room needs to know."""

    relay: str | None
    folder: Path | None
    passphrase: str | None


def read_code(text: str) -> str:
    """Read a room code as people type it."""
    try:
        return room_code.parse(text)
    except DecodeError:
        raise UsageError("A room code is ten letters and digits, like 7GQ2M-0XK4T.") from None


@asynccontextmanager
async def open_client(settings: Settings, code: str | None = None) -> AsyncIterator[roomkey.Client]:
    """Open a client at the relay given, or at the one where the room is, or at the default."""
    relay = settings.relay or options.DEFAULT_RELAY
    if settings.relay is None and code is not None:
        async with _connected(relay, settings) as client:
            stored = stored_room(client, code)
        relay = stored.relay if stored else relay
    async with _connected(options.relay_address(relay), settings) as client:
        yield client


@asynccontextmanager
async def open_room(settings: Settings, text: str) -> AsyncIterator[roomkey.Room]:
    """Open a room this account is a member of already."""
    code = read_code(text)
    async with open_client(settings, code) as client:
        if stored_room(client, code) is None:
            raise UsageError(f"You are not in this room yet: roomkey join {room_code.show(code)}")
        async with await client.resume(code) as room:
            yield room


def stored_room(client: roomkey.Client, code: str) -> roomkey.StoredRoom | None:
    """Find a room among the stored ones."""
    for stored in client.rooms():
        if room_code.parse(stored.code) == code:
            return stored
    return None


def _connected(relay: str, settings: Settings) -> roomkey.Client:
    return roomkey.connect(relay, data_folder=settings.folder, passphrase=settings.passphrase)
