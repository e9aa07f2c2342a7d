"""However a command ends: one line, an exit code, and no traceback."""

import asyncio
import errno
import io
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
import typer

import roomkey.cli.app
from roomkey.cli import exit_codes, output, run
from roomkey.errors import RoomkeyError, StateFull, WrongRoomKey

Ending = Callable[[BaseException | int | None], int]


@pytest.fixture
def ends_with(monkeypatch: pytest.MonkeyPatch) -> Ending:
    """Give the exit code of a command that raises something, or returns it."""

    def end(outcome: BaseException | int | None) -> int:
        def app(**_given: Any) -> int | None:
            if isinstance(outcome, BaseException):
                raise outcome
            return outcome

        monkeypatch.setattr(roomkey.cli.app, "app", app)
        return run._guarded()

    return end


@pytest.mark.parametrize(("outcome", "code"), [(None, 0), (0, 0), (65, 65)])
def test_a_command_that_ends_well_says_nothing(
    ends_with: Ending, capsys: pytest.CaptureFixture[str], outcome: int | None, code: int
) -> None:
    assert ends_with(outcome) == code
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("outcome", "code", "said"),
    [
        (WrongRoomKey(), exit_codes.EXIT_CODES[WrongRoomKey], WrongRoomKey.next_step),
        (RoomkeyError("x\ny"), exit_codes.EXIT_CODES[RoomkeyError], "x y"),
        (output.UsageError("Say which."), exit_codes.USAGE, "roomkey: Say which."),
        (output.NotStoredInTime(), exit_codes.NOT_STORED_IN_TIME, "It waits here"),
        (typer.BadParameter("no such size"), exit_codes.USAGE, "See roomkey --help."),
        (OSError(errno.ENOSPC, "No space"), exit_codes.EXIT_CODES[StateFull], StateFull.next_step),
        (OSError(errno.EDQUOT, "Quota"), exit_codes.EXIT_CODES[StateFull], StateFull.next_step),
        (PermissionError(errno.EACCES, "Not for you", "/a/file"), 1, "Not for you: /a/file."),
        (OSError(), 1, "roomkey: OSError."),
        (LookupError("a text that may be somebody's"), 1, "(LookupError). Run it again with"),
    ],
)
def test_an_error_is_one_line_and_its_exit_code(
    ends_with: Ending,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    outcome: BaseException,
    code: int,
    said: str,
) -> None:
    monkeypatch.delenv("ROOMKEY_TRACEBACK", raising=False)
    assert ends_with(outcome) == code
    shown = capsys.readouterr()
    (line,) = shown.err.splitlines()
    assert line.startswith("roomkey: ")
    assert said in line
    assert "a text" not in line
    assert shown.out == ""


@pytest.mark.parametrize("outcome", [KeyboardInterrupt(), typer.Abort(), asyncio.CancelledError()])
def test_who_interrupts_a_command_knows_it_and_is_told_nothing(
    ends_with: Ending, capsys: pytest.CaptureFixture[str], outcome: BaseException
) -> None:
    assert ends_with(outcome) == exit_codes.INTERRUPTED
    assert capsys.readouterr() == ("", "")


def test_help_that_was_printed_instead_is_misuse_without_another_line(
    ends_with: Ending, capsys: pytest.CaptureFixture[str]
) -> None:
    class Silent(typer.BadParameter):
        def format_message(self) -> str:
            return ""

    assert ends_with(Silent("")) == exit_codes.USAGE
    assert capsys.readouterr() == ("", "")


def test_who_asks_for_the_traceback_gets_it(
    ends_with: Ending, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROOMKEY_TRACEBACK", "1")
    with pytest.raises(LookupError):
        ends_with(LookupError())


def test_an_error_that_nobody_can_be_told_keeps_its_exit_code(
    ends_with: Ending, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Closed(io.StringIO):
        def write(self, _text: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stderr", Closed())
    assert ends_with(output.UsageError("Say which.")) == exit_codes.USAGE
    assert run._report("line", 0) == exit_codes.BROKEN_PIPE


@pytest.mark.parametrize("outcome", [BrokenPipeError(), SystemExit(1)])
def test_a_reader_that_stopped_is_no_error_and_what_is_left_goes_nowhere(
    ends_with: Ending, monkeypatch: pytest.MonkeyPatch, outcome: BaseException
) -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        stream.write("buffered")
        os.close(reading)
        assert ends_with(outcome) == exit_codes.BROKEN_PIPE
        stream.flush()


def test_an_answer_that_finds_no_room_on_the_disk_is_told() -> None:
    with open("/dev/full", "w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "roomkey.cli", "key"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ended.returncode == exit_codes.EXIT_CODES[StateFull]
    (line,) = ended.stderr.splitlines()
    assert line.startswith("roomkey: ")


@pytest.mark.parametrize(("code", "told"), [(0, exit_codes.BROKEN_PIPE), (65, 65)])
def test_an_answer_that_nobody_reads_to_its_end_is_told_by_the_exit_code_alone(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], code: int, told: int
) -> None:
    ended: list[int] = []
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as stream:

        def answer() -> int:
            stream.write("buffered")
            os.close(reading)
            return code

        monkeypatch.setattr(sys, "stdout", stream)
        monkeypatch.setattr(run, "_guarded", answer)
        monkeypatch.setattr(os, "_exit", ended.append)
        run.run_program()
    assert ended == [told]
    assert capfd.readouterr() == ("", "")
