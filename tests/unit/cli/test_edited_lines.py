"""The line being typed, on narrow terminals and while something is printed above it."""

import os
import signal
import sys
import termios
import time
from pathlib import Path
from typing import Any

import pexpect
import pytest

PATIENCE = 60
LOCAL_MODES = 3
# Says what it was given; `!` before a line has it printed, `?` has it hinted at.
PROGRAM = """
import asyncio
from roomkey.cli.line_input import open_lines

async def main():
    lines = open_lines()
    edits = []
    lines.on_edit(edits.append)
    async for line in lines:
        if line.startswith("!"):
            lines.print(line[1:])
        elif line.startswith("?"):
            lines.hint(line[1:])
            lines.hint(line[1:])
        else:
            lines.print(f"GIVEN {line!r}")
    lines.close()
    lines.close()
    lines.print("CLOSED")
    with open(EDITS, "w") as file:
        file.write(repr(edits))

asyncio.run(main())
"""

# What it reads of its terminal fails after the first line: once for now, then for good.
FORSAKEN = """
import asyncio, errno, os
from roomkey.cli.line_input import open_lines

read, troubles = os.read, [None, BlockingIOError(), OSError(errno.EIO, "gone")]

def read_or_fail(file, most):
    trouble = troubles.pop(0) if file == 0 else None
    if trouble is not None:
        raise trouble
    return read(file, most)

async def main():
    lines = open_lines()
    os.read = read_or_fail
    async for line in lines:
        lines.print(f"GIVEN {line!r}")
    lines.close()
    print(f"ENDED {troubles}")

asyncio.run(main())
"""


@pytest.fixture
def edits(tmp_path: Path) -> Path:
    return tmp_path / "edits"


def terminal(edits: Path, columns: int, program: str = PROGRAM) -> Any:
    return pexpect.spawn(
        sys.executable,
        ["-c", program.replace("EDITS", repr(str(edits)))],
        env={**os.environ, "TERM": "xterm"},
        encoding="utf-8",
        timeout=PATIENCE,
        dimensions=(24, columns),
        echo=False,
    )


def local_modes(shown: Any) -> int:
    modes: int = termios.tcgetattr(shown.child_fd)[LOCAL_MODES]
    return modes & (termios.ICANON | termios.ECHO)


def end(shown: Any) -> None:
    """End the input, and the program with it."""
    shown.send("\x04")
    shown.expect_exact("CLOSED")
    shown.expect(pexpect.EOF)
    shown.close()
    assert shown.exitstatus == 0


def state(process: int) -> str:
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]


def test_what_is_printed_stands_above_the_line_and_a_hint_before_it(edits: Path) -> None:
    shown = terminal(edits, 40)
    shown.expect_exact("\x1b[?2004h\r\x1b[K> ")
    shown.send("!printed\rhalf")
    shown.expect_exact("\r\x1b[Kprinted\r\n")
    shown.expect_exact("> half")
    shown.send("\x15?Bob is writing\rhalf")
    shown.expect_exact("\r\x1b[K(Bob is writing) > ")
    shown.send("\x15?" + "a hint of more than half the width" + "\r")
    # what leaves no place to type is not shown
    shown.expect_exact("\r\x1b[K> ")
    shown.send("all\r")
    shown.expect_exact("GIVEN 'all'")
    shown.send("\x04")
    shown.expect_exact("\x1b[?2004l")
    # who has given the terminal back does not draw on it any more
    shown.expect_exact("\r\x1b[KCLOSED\r\n")
    shown.expect(pexpect.EOF)
    assert "> " not in shown.before
    shown.close()
    assert shown.exitstatus == 0
    assert edits.read_text().endswith("'']")


def test_a_terminal_with_hardly_any_columns_can_be_typed_at(edits: Path) -> None:
    shown = terminal(edits, 2)
    shown.expect_exact("> ")
    assert not local_modes(shown)
    shown.send("abcdefghij")
    # the end of the line, of as many columns as the narrowest that is drawn for
    shown.expect_exact("\r\x1b[K> fghij")
    shown.send("\x1b[D\x1b[D")
    shown.expect_exact("\r\x1b[K> defgh")
    shown.send("\r")
    shown.expect_exact("GIVEN 'abcdefghij'")
    end(shown)


def test_characters_that_come_in_pieces_are_one(edits: Path) -> None:
    shown = terminal(edits, 40)
    shown.expect_exact("> ")
    os.write(shown.child_fd, "ü".encode()[:1])
    os.write(shown.child_fd, "ü".encode()[1:])
    shown.expect_exact("> ü")
    shown.send("\r")
    shown.expect_exact("GIVEN 'ü'")
    shown.close(force=True)


def test_who_pauses_has_the_terminal_as_it_was_and_finds_the_line_again(edits: Path) -> None:
    shown = terminal(edits, 40)
    before = local_modes(shown)
    shown.expect_exact("> ")
    shown.send("half")
    shown.expect_exact("> half")
    assert not local_modes(shown)
    shown.kill(signal.SIGTSTP)
    shown.expect_exact("\r\x1b[K\x1b[?2004l")
    while state(shown.pid) != "T":
        time.sleep(0.01)
    assert local_modes(shown) == before
    shown.kill(signal.SIGCONT)
    shown.expect_exact("\x1b[?2004h\r\x1b[K> half")
    assert not local_modes(shown)
    shown.send(" and whole\r")
    shown.expect_exact("GIVEN 'half and whole'")
    end(shown)


def test_at_another_size_the_line_is_drawn_where_it_began(edits: Path) -> None:
    shown = terminal(edits, 40)
    shown.expect_exact("> ")
    shown.send("a line that is 32 columns long")
    shown.expect_exact("columns long")
    shown.setwinsize(24, 15)
    # with the prompt it is, and these are three rows now
    shown.expect_exact("\x1b[2A\r\x1b[J\r\x1b[K> columns long")
    shown.setwinsize(24, 60)
    # and its end was in one row
    shown.expect_exact("\r\x1b[J\r\x1b[K> a line that is 32 columns long")
    assert shown.before == ""
    shown.send("\r")
    end(shown)


def test_a_terminal_that_has_gone_is_the_end_of_the_lines(edits: Path) -> None:
    shown = terminal(edits, 40, FORSAKEN)
    shown.expect_exact("> ")
    shown.send("a line\r")
    shown.expect_exact("GIVEN 'a line'")
    shown.send("more")
    shown.expect_exact("ENDED []")
    shown.expect(pexpect.EOF)
    shown.close()
    assert shown.exitstatus == 0
