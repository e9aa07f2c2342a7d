"""What is asked at a terminal, and that nothing goes on without an answer."""

import getpass
import io
import sys
import threading
from collections.abc import Callable

import pytest

from roomkey.cli import progress, room_key_input
from roomkey.cli.output import UsageError
from roomkey.cli.progress import Progress
from roomkey.cli.rooms import confirm


class Terminal(io.StringIO):
    """A terminal at which somebody types, or which shows something."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def give(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", Terminal(text))

    return give


@pytest.mark.parametrize("answer", ["y\n", "YES\n", "  yes"])
def test_who_says_yes_means_it(
    typed: Callable[[str], None], capsys: pytest.CaptureFixture[str], answer: str
) -> None:
    typed(answer)
    confirm("End the room?")
    assert capsys.readouterr() == ("", "End the room? [y/N] ")


@pytest.mark.parametrize("answer", ["", "\n", "n\n", "yeah\n", "no\ny\n"])
def test_whatever_is_not_yes_means_no(typed: Callable[[str], None], answer: str) -> None:
    typed(answer)
    with pytest.raises(UsageError, match="Nothing was done"):
        confirm("End the room?")


def test_where_nobody_can_be_asked_nothing_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    with pytest.raises(UsageError, match="--yes"):
        confirm("End the room?")


def test_a_name_is_asked_for_where_none_was_given(
    typed: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    typed("  Ann \n")
    assert room_key_input.ask_name(" Bob ") == "Bob"
    assert capsys.readouterr().err == ""
    assert room_key_input.ask_name(" ") == "Ann"
    assert capsys.readouterr() == ("", "Your name in this room: ")


def test_nobody_comes_in_without_a_name(typed: Callable[[str], None]) -> None:
    typed(" \n")
    with pytest.raises(UsageError, match="A name is needed"):
        room_key_input.ask_name(None)
    typed("")
    with pytest.raises(KeyboardInterrupt):
        room_key_input.ask_name(None)


def test_a_room_key_is_asked_for_without_showing_it(
    typed: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(prompt: str) -> str:
        asked.append(prompt)
        if len(asked) > 1:
            raise EOFError
        return "six words"

    typed("")
    monkeypatch.setattr(getpass, "getpass", answer)
    assert room_key_input.ask_room_key() == "six words"
    with pytest.raises(KeyboardInterrupt):
        room_key_input.ask_room_key("New room key: ")
    assert asked == ["Room key: ", "New room key: "]


class Turning(Terminal):
    """A terminal that tells when something has been shown on it."""

    def __init__(self) -> None:
        super().__init__()
        self.has_shown = threading.Event()

    def write(self, text: str) -> int:
        written = super().write(text)
        self.has_shown.set()
        return written


def test_what_takes_longer_shows_a_sign_of_life_and_leaves_no_trace(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = Turning()
    monkeypatch.setattr(sys, "stderr", terminal)
    with Progress("Sending…"):
        assert terminal.has_shown.wait(60)
    *turns, last, rest = terminal.getvalue().split("\r")
    assert all(turn == "" or turn[1:] == " Sending…" for turn in turns)
    assert turns[1][0] == progress._SIGNS[0]
    assert last.strip() == rest == ""
    assert len(last) == len("⠋ Sending…")


def test_what_is_done_at_once_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Turning()
    monkeypatch.setattr(sys, "stderr", terminal)
    shown = Progress("Sending…")
    shown._done.set()
    with shown:
        pass
    assert terminal.getvalue() == ""


def test_off_a_terminal_no_sign_of_life_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    with Progress("Sending…") as shown:
        assert shown._thread is None
    assert stream.getvalue() == ""
