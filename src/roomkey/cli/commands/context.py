"""What the commands of a chat work on."""

from dataclasses import dataclass

import roomkey
from roomkey.cli.outgoing import Outgoing
from roomkey.cli.output import UsageError
from roomkey.cli.presenter import Presenter
from roomkey.cli.timeline import Timeline


class ChatEnds(Exception):
    """The person wants to do nothing more here."""


@dataclass(slots=True)
class Context:
    """One chat; `is_closing` is set while its person ends the room for everybody."""

    room: roomkey.Room
    relay: str
    presenter: Presenter
    timeline: Timeline
    outgoing: Outgoing
    is_interactive: bool
    is_closing: bool = False


def required(argument: str, what: str) -> str:
    """Refuse a command that lacks what it is about."""
    if not argument:
        raise UsageError(f"Say {what}: /help shows how.")
    return argument
