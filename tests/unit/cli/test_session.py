"""Opening a room for one command: until it has caught up, or for the reason that it is over."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest

import roomkey
from roomkey.cli import export, key, serve, session
from roomkey.cli.output import UsageError
from roomkey.client import ConnectionState
from roomkey.errors import NotAMember, RoomClosed, RoomkeyError

CLOSED = roomkey.RoomTrouble(RoomClosed.code, RoomClosed.sentence)


def settle(*events: roomkey.Event) -> list[roomkey.Event]:
    class Room:
        async def __aiter__(self) -> AsyncIterator[roomkey.Event]:
            for event in events:
                yield event

    return asyncio.run(session.settle(cast(roomkey.Room, Room())))


def state(word: ConnectionState) -> roomkey.Event:
    return roomkey.ConnectionChanged(word, 0)


@pytest.mark.parametrize("word", [ConnectionState.ONLINE, ConnectionState.OFFLINE])
def test_what_was_told_until_the_relay_answered_or_did_not_is_kept(word: ConnectionState) -> None:
    before = [state(ConnectionState.CONNECTING), roomkey.RoomKeyChanged(1), state(word)]
    assert settle(*before, roomkey.RoomKeyChanged(2)) == before


@pytest.mark.parametrize(
    ("told", "error"),
    [((), NotAMember), ((CLOSED,), RoomClosed), ((roomkey.RoomKeyChanged(1),), NotAMember)],
)
def test_a_room_that_is_over_ends_the_command_with_the_reason(
    told: tuple[roomkey.Event, ...], error: type[RoomkeyError]
) -> None:
    with pytest.raises(error):
        settle(*told, state(ConnectionState.REMOVED))


def test_a_room_that_tells_nothing_more_has_told_all() -> None:
    assert settle(roomkey.RoomKeyChanged(1)) == [roomkey.RoomKeyChanged(1)]


@pytest.mark.parametrize("text", ["", "7GQ2M", "7GQ2M-0XK4U", "http://localhost:8000"])
def test_what_is_no_room_code_is_shown_one(text: str) -> None:
    with pytest.raises(UsageError, match="7GQ2M-0XK4T"):
        session.read_code(text)


def test_a_transcript_goes_to_a_new_file_of_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "transcript"
    export._write(file, "[12:00] Ann: grüße\n")
    assert file.read_text("utf-8") == "[12:00] Ann: grüße\n"
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(UsageError, match="nothing was written"):
        export._write(file, "another")
    assert file.read_text("utf-8") == "[12:00] Ann: grüße\n"


@pytest.mark.parametrize(
    ("given", "options"),
    [
        ((None, None, None), []),
        (("/d", None, "full"), ["--data", "/d", "--durability", "full"]),
        (("/d", "sqlite://", None), ["--data", "/d", "--database", "sqlite://"]),
        (("", None, None), ["--data", ""]),
    ],
)
def test_a_relay_takes_this_process_with_what_was_said_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, given: tuple[Any, Any, Any], options: list[str]
) -> None:
    became: list[Any] = []
    monkeypatch.setattr(os, "execv", lambda *command: became.append(command))
    serve.serve("::1", 0, *given)
    command = [sys.executable, "-m", "roomkey.relay", "--host", "::1", "--port", "0", *options]
    assert became == [(sys.executable, command)]


def test_only_a_room_key_that_can_be_guessed_is_warned_of(
    capsys: pytest.CaptureFixture[str],
) -> None:
    key.warn_if_weak("orbit velvet canyon mosaic lantern thistle")
    assert capsys.readouterr() == ("", "")
    key.warn_if_weak("password123")
    shown = capsys.readouterr()
    assert shown.err.startswith("Warning: Strength ")
    assert "relay's operator" in shown.err
    assert shown.out == ""
    key.check("password123", as_json=False)
    key.check("orbit velvet canyon mosaic lantern thistle", as_json=False)
    weak, notice, strong = capsys.readouterr().out.splitlines()
    assert weak in shown.err
    assert notice in shown.err
    assert "Strong" in strong
