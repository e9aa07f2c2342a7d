"""`roomkey export`: a room's messages for a person's own files."""

import os
import sys
from pathlib import Path
from typing import Literal

import roomkey
from roomkey.cli import output, terminal_text
from roomkey.cli.options import MOST_HISTORY
from roomkey.cli.output import UsageError
from roomkey.cli.session import open_room, settle
from roomkey.cli.settings import Settings
from roomkey.errors import NotAMember, RoomClosed

_OWNER_ONLY = 0o600


async def export(
    settings: Settings, code: str, *, form: Literal["text", "json"], file: Path | None
) -> None:
    """Write what was said, as it is now, to a new file or to standard output."""
    async with open_room(settings, code) as (room, _):
        await _collect(room)
        exported = room.export(form)
    if file is not None:
        _write(file, exported)
    elif sys.stdout.isatty():
        output.answer("\n".join(terminal_text.lines(exported.removesuffix("\n"))))
    else:
        sys.stdout.write(exported)


async def _collect(room: roomkey.Room) -> None:
    """Get what the relay still keeps; what is here remains when the room is over."""
    try:
        await settle(room)
    except (NotAMember, RoomClosed) as error:
        output.note(f"{error} This is what was stored here.")
        return
    if room.state is roomkey.ConnectionState.ONLINE:
        await room.history(MOST_HISTORY)
    else:
        output.note("The relay does not answer. This is what was stored here.")


def _write(file: Path, exported: str) -> None:
    try:
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    except FileExistsError:
        raise UsageError("There is such a file already; nothing was written.") from None
    with os.fdopen(opened, "w", encoding="utf-8") as stream:
        stream.write(exported)
