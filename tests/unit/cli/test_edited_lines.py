"""The line being typed, on narrow terminals and while something is printed above it."""

import os
import sys
import termios
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


@pytest.fixture
def edits(tmp_path: Path) -> Path:
    return tmp_path / "edits"


def terminal(edits: Path, columns: int) -> Any:
    return pexpect.spawn(
        sys.executable,
        ["-c", PROGRAM.replace("EDITS", repr(str(edits)))],
        env={**os.environ, "TERM": "xterm"},
        encoding="utf-8",
        timeout=PATIENCE,
        dimensions=(24, columns),
        echo=False,
    )


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
    before = termios.tcgetattr(shown.child_fd)[LOCAL_MODES]
    assert not before & (termios.ICANON | termios.ECHO)
    shown.send("abcdefghij")
    # the end of the line, of as many columns as the narrowest that is drawn for
    shown.expect_exact("\r\x1b[K> fghij")
    shown.send("\x1b[D\x1b[D")
    shown.expect_exact("\r\x1b[K> defgh")
    shown.send("\r")
    shown.expect_exact("GIVEN 'abcdefghij'")
    shown.send("\x04")
    shown.expect_exact("CLOSED")
    shown.expect(pexpect.EOF)
    shown.close()
    assert shown.exitstatus == 0


def test_characters_that_come_in_pieces_are_one(edits: Path) -> None:
    shown = terminal(edits, 40)
    shown.expect_exact("> ")
    os.write(shown.child_fd, "ü".encode()[:1])
    os.write(shown.child_fd, "ü".encode()[1:])
    shown.expect_exact("> ü")
    shown.send("\r")
    shown.expect_exact("GIVEN 'ü'")
    shown.close(force=True)
