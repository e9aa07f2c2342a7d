"""What the commands of a chat ask of the room, and how they are refused."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, cast

import pytest

import roomkey
from roomkey.cli import terminal_text
from roomkey.cli.commands import ChatEnds, Context, carry_out, hosting, is_command
from roomkey.cli.commands.table import COMMANDS
from roomkey.cli.outgoing import Outgoing
from roomkey.cli.timeline import Timeline
from roomkey.cli.words import Words
from roomkey.errors import NotAdmitted, RelayUnreachable, RoomkeyError
from roomkey.keys.safety_code import SafetyCode

ALICE = roomkey.Member(0, "a1" * 16, "Alice")
SELF = roomkey.Member(1, "5e" * 16, "Me", is_self=True, is_host=True)
THEIRS = roomkey.MessageReceived(b"\x01" * 32, ALICE, "hello", 1_800_000_000_000, 14)
OWN = replace(THEIRS, id=b"\x02" * 32, seq=15, sender=SELF, text="mine", is_own=True)
CODE = "7GQ2M-0XK4T"


class Sent:
    """What is stored at once."""

    id = b"\x09" * 32

    async def stored(self) -> None:
        pass


class Room:
    """A room that notes what is asked of it, and changes as asked."""

    code, history_mode, key_id = CODE, "shared", 0

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.refusal: RoomkeyError | None = None
        self.held: asyncio.Event | None = None
        self.is_host = True
        self.title, self.retention, self.is_locked = "", 86400, False
        self.earlier: list[roomkey.MessageReceived] = []

    async def _ask(self, *asked: Any) -> Sent:
        self.asked.append(asked)
        if self.held is not None:
            await self.held.wait()
        if self.refusal is not None:
            raise self.refusal
        return Sent()

    def members(self) -> list[roomkey.Member]:
        return [ALICE, SELF]

    def presence(self, member: roomkey.Member) -> str:
        return "here" if member is ALICE else "unknown"

    def safety_code(self) -> SafetyCode:
        return SafetyCode(("12345",), ("apple",))

    async def history(self, limit: int) -> list[roomkey.MessageReceived]:
        self.asked.append(("history", limit))
        return self.earlier

    async def send(self, text: str, **more: Any) -> Sent:
        return await self._ask("send", text, more)

    async def edit(self, message: bytes, text: str) -> Sent:
        return await self._ask("edit", message, text)

    async def delete(self, message: bytes) -> Sent:
        return await self._ask("delete", message)

    async def react(self, message: bytes, sign: str) -> Sent:
        return await self._ask("react", message, sign)

    async def unreact(self, reaction: bytes) -> Sent:
        return await self._ask("unreact", reaction)

    async def set_locked(self, locked: bool) -> None:
        await self._ask("lock", locked)
        self.is_locked = locked

    async def set_title(self, title: str) -> None:
        await self._ask("title", title)
        self.title = title

    async def set_retention(self, seconds: int) -> None:
        await self._ask("keep", seconds)
        self.retention = seconds

    async def name_host(self, member: roomkey.Member) -> None:
        await self._ask("host", member)

    async def remove(self, member: roomkey.Member, _room_key: str) -> None:
        await self._ask("remove", member)

    async def change_room_key(self, _room_key: str) -> None:
        await self._ask("key")
        self.key_id += 1

    async def leave(self) -> None:
        await self._ask("leave")

    async def close_room(self) -> None:
        await self._ask("close")


class Chat:
    """A chat in which two messages were shown."""

    def __init__(self, *, is_interactive: bool = False) -> None:
        self.room, self.lines = Room(), list[str]()
        timeline = Timeline()
        timeline.add(THEIRS, OWN)
        words = Words(timeline)
        words.show_with(self.lines.append)
        room = cast(roomkey.Room, self.room)
        self.context = Context(
            room, "https://chat.example", words, timeline, Outgoing(room, words), is_interactive
        )

    def do(self, *lines: str) -> "Chat":
        async def play() -> None:
            for line in lines:
                await carry_out(self.context, line)
            await self.context.outgoing.stop()

        asyncio.run(play())
        return self

    @property
    def said(self) -> str:
        return "\n".join(self.lines)


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("/reply hi", ("send", "hi", {"in_reply_to": THEIRS.id, "expires_after": None})),
        ("/reply #15 hi", ("send", "hi", {"in_reply_to": OWN.id, "expires_after": None})),
        ("/edit better", ("edit", OWN.id, "better")),
        ("/edit #14 better", ("edit", THEIRS.id, "better")),
        ("/delete", ("delete", OWN.id)),
        ("/delete #14", ("delete", THEIRS.id)),
        ("/react 👍", ("react", THEIRS.id, "👍")),
        ("/REACT  #15   👍 ", ("react", OWN.id, "👍")),
        ("/lock", ("lock", True)),
        ("/unlock", ("lock", False)),
        ("/title Tea at five", ("title", "Tea at five")),
        ("/title", ("title", "")),
        ("/keep 7d", ("keep", 7 * 86400)),
        ("/keep 12h", ("keep", 12 * 3600)),
        ("/host alice", ("host", ALICE)),
        ("/remove @a1a1", ("remove", ALICE)),
        ("/key", ("key",)),
        ("/history", ("history", 50)),
        ("/history 7", ("history", 7)),
        ("/history 0", ("history", 1)),
        ("/history ²", ("history", 50)),
    ],
)
def test_a_command_asks_the_room_for_what_it_says(line: str, asked: tuple[Any, ...]) -> None:
    assert Chat().do(line).room.asked == [asked]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/dance", "/dance: There is no such command"),
        ("/", "There is no such command"),
        ("/\x1b[2J", "/␛[2J: There is no such command"),
        ("/reply", "Say what to answer"),
        ("/edit", "Say the new text"),
        ("/react #14", "Say the sign"),
        ("/reply #99 hi", "No message #99"),
        ("/unreact", "no sign under anything"),
        ("/unreact #14", "no such sign"),
        ("/expire", "after how long"),
        ("/expire soon", "a number and a unit"),
        ("/expire 0", "a number and a unit"),
        ("/keep", "Say how long"),
        ("/keep 5m", "1h to 90d"),
        ("/remove", "Say who"),
        ("/host Me", "Nobody else"),
        ("/close", f"/close {CODE} does it"),
        ("/close 00000-00000", f"/close {CODE} does it"),
    ],
)
def test_a_command_that_cannot_be_carried_out_says_why_and_asks_for_nothing(
    line: str, said: str
) -> None:
    chat = Chat().do(line)
    assert chat.room.asked == []
    (shown,) = chat.lines
    assert said in shown


@pytest.mark.parametrize("line", ["/remove Alice", "/key", "/host Alice", f"/close {CODE}"])
def test_what_only_hosts_do_is_refused_to_others_here_already(line: str) -> None:
    chat = Chat()
    chat.room.is_host = False
    chat.do(line)
    assert "Only a host does that" in chat.said
    assert chat.room.asked == []


def test_only_ones_own_signs_are_taken_back_all_or_the_one_that_is_named() -> None:
    signs = (
        roomkey.Reaction(b"\x03" * 32, "👍", SELF),
        roomkey.Reaction(b"\x04" * 32, "👍", ALICE),
        roomkey.Reaction(b"\x05" * 32, "🎉", SELF),
    )
    chat = Chat()
    chat.context.timeline.add(replace(THEIRS, reactions=signs))
    chat.do("/unreact", "/unreact #14 🎉", "/unreact 👍")
    assert [asked[1][0] for asked in chat.room.asked] == [3, 5, 5, 3]


def test_what_is_said_expires_from_when_that_is_wished_until_it_is_not() -> None:
    chat = Chat().do("/expire 10m", "/reply a", "/expire off", "/reply b")
    assert [asked[2]["expires_after"] for asked in chat.room.asked] == [600, None]
    assert "expires 10 minutes after it was read" in chat.said
    assert "does not expire" in chat.said


def test_a_refusal_of_the_relay_is_told_with_what_to_do() -> None:
    chat = Chat()
    chat.room.refusal = NotAdmitted()
    chat.do("/lock")
    assert chat.said.startswith("/lock: ")
    assert NotAdmitted.next_step in chat.said


def test_a_change_that_changes_nothing_is_said_to_be_none() -> None:
    assert "That is so already." in Chat().do("/unlock").lines
    assert Chat().do("/lock").lines == []


def test_a_new_room_key_is_shown_once_and_only_if_it_may_be_the_rooms() -> None:
    chat = Chat().do("/key")
    (line,) = chat.lines
    assert len(line.splitlines()[0].removeprefix("New room key: ").split()) == 6
    refused = Chat()
    refused.room.refusal = RelayUnreachable()
    refused.do("/key")
    assert "New room key" not in refused.said


def test_a_room_key_that_may_have_been_taken_is_shown_though_the_chat_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hosting, "_PATIENCE_SECONDS", 0)

    async def play() -> list[str]:
        chat = Chat(is_interactive=True)
        chat.room.held = asyncio.Event()
        await carry_out(chat.context, "/key")
        waits = chat.lines.copy()
        await asyncio.sleep(0)
        await chat.context.outgoing.stop()
        assert waits == ["… /key waits for the relay."]
        return chat.lines[len(waits) :]

    (line,) = asyncio.run(play())
    assert line.startswith("New room key: ")


def ending(line: str, chat: Chat) -> Callable[[], Awaitable[None]]:
    async def play() -> None:
        await carry_out(chat.context, line)

    return play


@pytest.mark.parametrize(
    ("line", "asked", "said"),
    [
        ("/quit", [], ""),
        ("/q", [], ""),
        ("/exit", [], ""),
        ("/leave", [("leave",)], f"You left the room {CODE}."),
        (f"/close {CODE}", [("close",)], f"You closed the room {CODE} for everybody."),
    ],
)
def test_a_chat_ends_with_what_ends_it(line: str, asked: list[Any], said: str) -> None:
    chat = Chat()
    with pytest.raises(ChatEnds):
        asyncio.run(cast(Any, ending(line, chat)()))
    assert chat.room.asked == asked
    assert chat.said == said
    assert chat.context.is_closing is line.startswith("/close")


def test_a_room_that_could_not_be_closed_is_still_talked_in() -> None:
    chat = Chat()
    chat.room.refusal = RelayUnreachable()
    chat.do(f"/close {CODE}")
    assert not chat.context.is_closing
    assert RelayUnreachable.next_step in chat.said


def test_what_was_said_before_is_shown_and_can_be_answered() -> None:
    chat = Chat()
    chat.room.earlier = [replace(THEIRS, id=b"\x07" * 32, seq=3, text="earlier")]
    chat.do("/history", "/reply #3 hi")
    assert "── earlier ──" in chat.lines
    assert "── end of earlier ──" in chat.lines
    assert chat.room.asked[-1][2]["in_reply_to"] == b"\x07" * 32
    assert Chat().do("/history").lines == ["There is nothing earlier."]


def test_the_room_is_described_on_request() -> None:
    chat = Chat().do("/members", "/code", "/safety", "/rules")
    assert chat.lines[0] == "In the room: Alice (here), Me (you, host)"
    assert f"roomkey join {CODE} --relay https://chat.example" in chat.lines[1]
    assert "12345" in chat.lines[2]
    assert "Title: none" in chat.lines[3]
    assert "Messages are kept for 1 day." in chat.lines[3]


def test_the_help_lists_every_command_in_two_columns() -> None:
    (shown,) = Chat().do("/?").lines
    rows = shown.splitlines()
    starts = {
        terminal_text.width(row[: row.rindex(command.help)])
        for command, row in zip(COMMANDS, rows, strict=False)
        if row.startswith(f"/{command.usage}")
    }
    assert len(starts) == 1
    assert len(rows) == len(COMMANDS) + 2
    assert all(is_command(row) for row in rows[: len(COMMANDS)])
    assert not is_command("//shrug")
