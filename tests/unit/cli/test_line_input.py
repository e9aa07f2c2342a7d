"""Lines from a pipe or a file: whole, decoded however they come in pieces, until the input ends."""

import asyncio
import os
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roomkey.cli import line_input
from roomkey.cli.line_input import PlainLines, is_interactive, open_lines


class Input:
    """Standard input of this process, while a test has it."""

    def __init__(self) -> None:
        self._before = os.dup(0)

    def has(self, *pieces: bytes) -> None:
        reading, writing = os.pipe()
        os.dup2(reading, 0)
        os.close(reading)
        for piece in pieces:
            os.write(writing, piece)
        os.close(writing)

    def give_back(self) -> None:
        os.dup2(self._before, 0)
        os.close(self._before)


@pytest.fixture
def stdin() -> Iterator[Input]:
    made = Input()
    yield made
    made.give_back()


async def read() -> list[str]:
    return [line async for line in PlainLines()]


@settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"))),
    st.integers(1, 7),
    st.sampled_from(["\n", "\r\n"]),
)
def test_lines_are_whole_in_whatever_pieces_they_come(
    stdin: Input, lines: list[str], size: int, ending: str
) -> None:
    stdin.has("".join(line + ending for line in lines).encode())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(line_input, "_CHUNK", size)
        assert asyncio.run(read()) == lines


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"", []),
        (b"one\ntwo", ["one", "two"]),
        (b"\n\n", ["", ""]),
        (b"cut off: \xe2\x82", ["cut off: �"]),
        (b"\xff\nafter", ["�", "after"]),
        (b"a\rb\r\n", ["a\rb"]),
        (b"\ra\r\r\n", ["\ra\r"]),
    ],
)
def test_the_last_line_may_be_cut_off_and_what_is_no_text_is_seen(
    stdin: Input, content: bytes, lines: list[str]
) -> None:
    stdin.has(content)
    assert asyncio.run(read()) == lines


def test_an_input_that_cannot_be_read_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_descriptor: int, _size: int) -> bytes:
        raise OSError

    monkeypatch.setattr(os, "read", refuse)
    assert asyncio.run(read()) == []


def test_what_is_printed_beside_a_pipe_is_a_line_and_nothing_else(
    stdin: Input, capsys: pytest.CaptureFixture[str]
) -> None:
    async def show() -> None:
        lines = open_lines()
        assert not lines.interactive
        lines.on_edit(lambda _line: pytest.fail("nobody types here"))
        lines.hint("Bob is writing")
        lines.print("one\ntwo")
        assert [line async for line in lines] == ["typed"]
        lines.close()

    stdin.has(b"typed\n")
    asyncio.run(show())
    assert capsys.readouterr() == ("one\ntwo\n", "")


@pytest.mark.parametrize(
    ("reads", "shows", "terminal", "person"),
    [
        (True, True, "xterm", True),
        (True, True, None, True),
        (True, True, "dumb", False),
        (False, True, "xterm", False),
        (True, False, "xterm", False),
    ],
)
def test_a_person_types_here_and_sees_the_answer(
    monkeypatch: pytest.MonkeyPatch, reads: bool, shows: bool, terminal: str | None, person: bool
) -> None:
    class Stream:
        def __init__(self, is_terminal: bool) -> None:
            self._is_terminal = is_terminal

        def isatty(self) -> bool:
            return self._is_terminal

    given: Any = {"stdin": Stream(reads), "stdout": Stream(shows)}
    for name, stream in given.items():
        monkeypatch.setattr(sys, name, stream)
    monkeypatch.delenv("TERM", raising=False)
    if terminal is not None:
        monkeypatch.setenv("TERM", terminal)
    assert is_interactive() is person
