"""A client for one command: the relay's address, the stored rooms and their passphrase."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import roomkey
from roomkey.cli import options
from roomkey.cli.output import UsageError
from roomkey.cli.settings import Settings
from roomkey.client import ConnectionState
from roomkey.client.keystore import Keystore
from roomkey.errors import DecodeError, NotAMember, RoomClosed, RoomkeyError, StateCorrupt
from roomkey.wire import room_code


def read_code(text: str) -> str:
    """Read a room code as people type it."""
    try:
        return room_code.parse(text)
    except DecodeError:
        raise UsageError("A room code is ten letters and digits, like 7GQ2M-0XK4T.") from None


@asynccontextmanager
async def open_client(
    settings: Settings, code: str | None = None, *, presence: bool = False
) -> AsyncIterator[roomkey.Client]:
    """Open a client at the relay given, or at the one where the room is, or at the default.

    Without `presence` nobody is told that this member is here.
    """
    relay = options.relay_address(settings.relay or options.DEFAULT_RELAY)
    if code is not None and _is_on_disk(settings, code):
        async with _connected(relay, settings, presence=False) as client:
            relay = _known_relay(client, code, relay)
    async with _connected(relay, settings, presence=presence) as client:
        yield client


@asynccontextmanager
async def open_room(
    settings: Settings, text: str, *, presence: bool = False
) -> AsyncIterator[tuple[roomkey.Room, str]]:
    """Open a room this account is a member of already; gives its relay's address with it."""
    code = read_code(text)
    async with open_client(settings, code, presence=presence) as client:
        if stored_room(client, code) is None:
            raise UsageError(f"You are not in this room yet: roomkey join {room_code.show(code)}")
        async with await client.resume(code) as room:
            yield room, relay_of(client, code)


async def settle(room: roomkey.Room) -> list[roomkey.Event]:
    """Wait until the room has caught up or the relay does not answer; give what was told so far."""
    told: list[roomkey.Event] = []
    async for event in room:
        told.append(event)
        match event:
            case roomkey.ConnectionChanged(state=ConnectionState.ONLINE | ConnectionState.OFFLINE):
                break
            case roomkey.ConnectionChanged(state=ConnectionState.REMOVED):
                raise removal(told)
    return told


def removal(told: list[roomkey.Event]) -> RoomkeyError:
    """Say why a room ended for this member."""
    troubles = [event.code for event in told if isinstance(event, roomkey.RoomTrouble)]
    return RoomClosed() if RoomClosed.code in troubles else NotAMember()


def _is_on_disk(settings: Settings, code: str) -> bool:
    return any(path.name.startswith(code) for path in Keystore(settings.folder).paths())


def relay_of(client: roomkey.Client, code: str) -> str:
    """Get the address of the relay that a stored room is on."""
    stored = stored_room(client, code)
    return "" if stored is None else stored.relay


def _known_relay(client: roomkey.Client, code: str, wanted: str) -> str:
    relays = [room.relay for room in client.rooms() if room_code.parse(room.code) == code]
    if not relays:
        # Listing leaves out what does not open.
        raise StateCorrupt
    return wanted if wanted in relays else relays[0]


def stored_room(client: roomkey.Client, code: str) -> roomkey.StoredRoom | None:
    """Find a room among the stored ones."""
    for stored in client.rooms():
        if room_code.parse(stored.code) == code:
            return stored
    return None


def _connected(relay: str, settings: Settings, *, presence: bool) -> roomkey.Client:
    return roomkey.connect(
        relay, data_folder=settings.folder, passphrase=settings.passphrase, presence=presence
    )
