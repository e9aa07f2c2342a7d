"""Commands about rooms this account knows, and who is in them."""

import sys

import roomkey
from roomkey.cli import output, people, terminal_text, transcript
from roomkey.cli.output import UsageError
from roomkey.cli.records import Records
from roomkey.cli.session import open_client, open_room, read_code, settle, stored_room
from roomkey.cli.settings import Settings
from roomkey.wire import room_code


async def show_rooms(settings: Settings, *, as_json: bool) -> None:
    """List the stored rooms."""
    async with open_client(settings) as client:
        stored = client.rooms()
    for room in stored:
        if as_json:
            output.record(
                "room",
                code=room.code,
                name=room.name,
                relay=room.relay,
                last_seen=room.last_seen,
                peer=room.peer,
            )
        else:
            relay = terminal_text.one_line(room.relay)
            among = f"  with @{room.peer}" if room.peer else ""
            output.answer(f"{room.code}  as {terminal_text.name(room.name)}{among}  at {relay}")
    if not stored and not as_json:
        output.note("No rooms yet: roomkey create, or roomkey join CODE.")


async def show_members(settings: Settings, code: str, *, as_json: bool) -> None:
    """List who is in a room."""
    async with open_room(settings, code) as (room, _):
        await _catch_up(room)
        if as_json:
            Records().members(room.members(), {})
        else:
            for line in people.labels(room.members()):
                output.answer(line)


async def show_safety_code(settings: Settings, code: str, *, as_json: bool) -> None:
    """Show what members compare to know that all see the same group."""
    async with open_room(settings, code) as (room, _):
        await _catch_up(room)
        if as_json:
            Records().safety_code(room.safety_code())
        else:
            for line in transcript.safety_code(room.safety_code()):
                output.answer(line)


async def leave_room(settings: Settings, code: str, *, as_json: bool) -> None:
    """Leave a room for good."""
    async with open_room(settings, code) as (room, _):
        await settle(room)
        await room.leave()
        _say("room_left", "You left the room", room.code, as_json=as_json)


async def close_room(settings: Settings, code: str, *, as_json: bool, is_sure: bool) -> None:
    """End a room for everybody."""
    async with open_room(settings, code) as (room, _):
        await settle(room)
        if not is_sure:
            confirm(f"End the room {room.code} for everybody, and delete it at the relay?")
        await room.close_room()
        _say("room_closed", "You closed for everybody the room", room.code, as_json=as_json)


async def forget_room(settings: Settings, code: str, *, as_json: bool) -> None:
    """Delete what is stored here about a room."""
    parsed = read_code(code)
    async with open_client(settings, parsed) as client:
        if stored_room(client, parsed) is None:
            raise UsageError("There is no such room here: roomkey rooms lists them.")
        await client.forget(parsed)
    _say("forgotten", "Nothing is stored here any more about the room", parsed, as_json=as_json)


async def _catch_up(room: roomkey.Room) -> None:
    await settle(room)
    if room.state is not roomkey.ConnectionState.ONLINE:
        output.note("The relay does not answer; this is how the room was last seen.")


def confirm(question: str) -> None:
    """Ask a person; raises UsageError unless the answer is yes."""
    if not sys.stdin.isatty():
        raise UsageError("There is no terminal to ask whether this is meant: --yes says so.")
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise UsageError("Nothing was done.")


def _say(kind: str, text: str, code: str, *, as_json: bool) -> None:
    shown = room_code.show(room_code.parse(code))
    if as_json:
        output.record(kind, code=shown)
    else:
        output.answer(f"{text} {shown}.")
