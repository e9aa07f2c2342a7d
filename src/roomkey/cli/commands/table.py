"""All commands of a chat, and those about the room as a whole."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from roomkey.cli import terminal_text
from roomkey.cli.output import UsageError
from roomkey.cli.rules import Rules
from roomkey.errors import RoomkeyError

from . import hosting, messages
from .context import ChatEnds, Context

_HISTORY = 50


@dataclass(frozen=True, slots=True)
class Command:
    """One command: how it is written, and what it does, in words and in fact."""

    usage: str
    help: str
    do: Callable[[Context, str], Awaitable[None]]

    @property
    def name(self) -> str:
        """What follows the slash."""
        return self.usage.split()[0]


def is_command(line: str) -> bool:
    """Say whether a line is a command; one that begins with two slashes is a text."""
    return line.startswith("/") and not line.startswith("//")


async def carry_out(chat: Context, line: str) -> None:
    """Do what a line says; raises ChatEnds."""
    word, _, argument = line[1:].strip().partition(" ")
    name = word.lower()
    command = _BY_NAME.get(_ALIASES.get(name, name))
    try:
        if command is None:
            raise UsageError("There is no such command: /help lists them.")
        await command.do(chat, argument.strip())
    except (RoomkeyError, UsageError) as error:
        chat.presenter.refused(terminal_text.snippet(word), error)


async def _help(chat: Context, _: str) -> None:
    widths = {command: terminal_text.width(command.usage) for command in COMMANDS}
    longest = max(widths.values())
    lines = [
        f"/{command.usage}{' ' * (longest - width)}  {command.help}"
        for command, width in widths.items()
    ]
    lines.append("#14 is a message's number; without one the newest that fits is meant.")
    lines.append("A line that begins with // is sent with one slash.")
    chat.presenter.say("\n".join(lines))


async def _members(chat: Context, _: str) -> None:
    members = chat.room.members()
    presence = {member.pseudonym: chat.room.presence(member) for member in members}
    chat.presenter.members(members, presence)


async def _code(chat: Context, _: str) -> None:
    chat.presenter.invitation(chat.room.code, chat.relay)


async def _safety(chat: Context, _: str) -> None:
    chat.presenter.safety_code(chat.room.safety_code())


async def _rules(chat: Context, _: str) -> None:
    chat.presenter.rules(Rules.of(chat.room))


async def _history(chat: Context, argument: str) -> None:
    limit = int(argument) if argument.isascii() and argument.isdigit() else _HISTORY
    earlier = await chat.room.history(max(1, limit))
    chat.timeline.add(*earlier)
    chat.presenter.history(earlier)


async def _leave(chat: Context, _: str) -> None:
    await chat.room.leave()
    chat.presenter.left(chat.room.code)
    raise ChatEnds


async def _quit(_chat: Context, _: str) -> None:
    raise ChatEnds


COMMANDS = (
    Command("members", "who is in the room", _members),
    Command("code", "how somebody else comes in", _code),
    Command("safety", "the safety code, to compare with the others", _safety),
    Command("rules", "what the hosts have decided about the room", _rules),
    Command("history 100", "what was said before", _history),
    Command("reply #14 TEXT", "answer a message", messages.reply),
    Command("edit #14 TEXT", "put another text in the place of yours", messages.edit),
    Command("delete #14", "take a message of yours back", messages.delete),
    Command("react #14 👍", "put a sign under a message", messages.react),
    Command("unreact #14 👍", "take your sign back", messages.unreact),
    Command("expire 10m", "what you say from now on expires (or: off)", messages.expire),
    Command("remove NAME", "hosts: remove somebody, and change the room key", hosting.remove),
    Command("key", "hosts: change the room key, and show the new one", hosting.key),
    Command("host NAME", "hosts: make somebody a host too", hosting.host),
    Command("lock", "hosts: let nobody new in", hosting.lock),
    Command("unlock", "hosts: let people in again", hosting.unlock),
    Command("title TEXT", "hosts: give the room a title", hosting.title),
    Command("keep 7d", "hosts: how long messages are kept", hosting.keep),
    Command("close CODE", "hosts: end the room for everybody", hosting.close),
    Command("leave", "leave the room for good", _leave),
    Command("quit", "close the chat and stay a member (also Ctrl-D)", _quit),
    Command("help", "this list", _help),
)
_ALIASES = {"q": "quit", "exit": "quit", "?": "help"}
_BY_NAME = {command.name: command for command in COMMANDS}
