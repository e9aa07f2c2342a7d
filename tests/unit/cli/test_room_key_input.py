import io
from pathlib import Path

import pytest

from roomkey.cli import room_key_input
from roomkey.cli.output import UsageError


@pytest.fixture(autouse=True)
def no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(room_key_input.KEY_VARIABLE, raising=False)


def secret_file(folder: Path, content: bytes, mode: int = 0o600) -> Path:
    file = folder / "key"
    file.write_bytes(content)
    file.chmod(mode)
    return file


def test_a_key_on_the_command_line_is_warned_of(capsys: pytest.CaptureFixture[str]) -> None:
    assert room_key_input.given_room_key("a key here", None, stdin_is_free=True) == "a key here"
    assert "history" in capsys.readouterr().err


def test_a_file_gives_its_first_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = secret_file(tmp_path, b"one two three\r\nnot this\n")
    assert room_key_input.given_room_key(None, file, stdin_is_free=True) == "one two three"
    assert capsys.readouterr().err == ""


def test_a_file_others_can_read_is_warned_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    room_key_input.read_secret(secret_file(tmp_path, b"secret", 0o644), stdin_is_free=True)
    assert "chmod 600" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe\n"])
def test_an_unusable_file_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UsageError):
        room_key_input.read_secret(secret_file(tmp_path, content), stdin_is_free=True)


def test_the_variable_is_the_last_resort(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(room_key_input.KEY_VARIABLE, "from the variable")
    assert room_key_input.given_room_key(None, None, stdin_is_free=True) == "from the variable"


def test_two_sources_are_one_too_many(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        room_key_input.given_room_key("a", tmp_path / "b", stdin_is_free=True)


def test_standard_input_is_not_read_for_two_purposes() -> None:
    with pytest.raises(UsageError):
        room_key_input.given_room_key(None, Path("-"), stdin_is_free=False)


def test_without_a_terminal_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(UsageError):
        room_key_input.ask_room_key()
    with pytest.raises(UsageError):
        room_key_input.ask_name(None)
