"""What goes wrong, each with one line and its exit code."""

import re
import resource
import signal
from collections.abc import Callable
from pathlib import Path

import pexpect
import pytest

from .conftest import ROOM_KEY, Account, Relay, silence

NewAccount = Callable[[str], Account]


def one_line(stderr: str) -> str:
    [line] = stderr.splitlines()
    assert line.startswith("roomkey: ")
    return line


def test_a_wrong_room_key_and_an_unknown_room_are_told_alike(account: NewAccount) -> None:
    alice, bob = account("Alice"), account("Bob")
    code = alice.create()
    wrong = bob.run("join", code, "--no-chat", key=ROOM_KEY.replace("grove", "groove"))
    unknown = bob.run("join", "00000-00000", "--no-chat", key=ROOM_KEY)
    assert wrong.returncode == unknown.returncode == 44
    assert one_line(wrong.stderr) == one_line(unknown.stderr)
    assert bob.records("rooms") == []


def test_a_wrong_room_key_typed_at_a_terminal(account: NewAccount) -> None:
    alice, bob = account("Alice"), account("Bob")
    terminal = bob.terminal("join", alice.create())
    terminal.expect("Room key: ")
    terminal.sendline("not the room key at all")
    terminal.expect("roomkey: Wrong room key, or no such room.")
    assert "not the room key" not in terminal.before
    terminal.read()
    terminal.wait()
    assert terminal.exitstatus == 44


@pytest.mark.parametrize("command", ["create", "join"])
def test_no_relay(account: NewAccount, relay: Relay, command: str) -> None:
    alice = account("Alice")
    relay.stop()
    arguments = ["create"] if command == "create" else ["join", "7GQ2M-0XK4T", "--no-chat"]
    done = alice.run(*arguments, key=ROOM_KEY)
    assert done.returncode == 60
    one_line(done.stderr)


def test_a_text_that_the_relay_does_not_take_in_time_waits(
    account: NewAccount, relay: Relay
) -> None:
    alice, bob = account("Alice"), account("Bob")
    code = alice.create()
    bob.records("join", code, key=ROOM_KEY)
    relay.stop()
    done = alice.run("send", code, "--timeout", "2", stdin="in its own time")
    assert done.returncode == 124
    *notes, line = done.stderr.splitlines()
    assert "goes out the next time this room is opened" in line
    assert all(note.startswith("Offline") for note in notes)
    relay.start()
    assert alice.run("send", code, stdin="after").returncode == 0
    records = bob.records("chat", code, "--history", "10", stdin="")
    texts = [record["text"] for record in records if record["type"] == "message"]
    assert texts == ["in its own time", "after"]


def test_a_newcomer_whose_time_is_over_has_sent_nothing(
    account: NewAccount, silent_relay: str
) -> None:
    bob = account("Bob")
    arguments = ["7GQ2M-0XK4T", "--relay", silent_relay, "--timeout", "1"]
    done = bob.run("send", *arguments, stdin="text", key=ROOM_KEY)
    assert done.returncode == 60
    one_line(done.stderr)
    assert bob.records("rooms") == []


@pytest.mark.parametrize("command", ["join", "send"])
def test_control_c_while_connecting_leaves_nothing_behind(
    account: NewAccount, silent_relay: str, command: str
) -> None:
    bob = account("Bob")
    terminal = bob.terminal(command, "7GQ2M-0XK4T", "--relay", silent_relay, key=ROOM_KEY)
    if command == "send":
        terminal.send("text\n\x04")
    terminal.expect("joining")
    terminal.sendintr()
    rest = terminal.read()
    terminal.wait()
    assert terminal.exitstatus == 130
    assert not re.search("Unclosed|Traceback|Warning|never awaited", rest)
    assert bob.records("rooms") == []


def test_control_c_while_coming_back_leaves_nothing_behind(
    account: NewAccount, relay: Relay
) -> None:
    alice = account("Alice")
    code = alice.create()
    relay.stop()
    with silence(relay.port):
        terminal = alice.terminal("members", code)
        terminal.expect(pexpect.TIMEOUT, timeout=3)
        terminal.sendintr()
        rest = terminal.read()
        terminal.wait()
    assert terminal.exitstatus == 130
    assert not re.search("Unclosed|Traceback|Warning|never awaited", rest)


@pytest.mark.parametrize("command", ["chat", "members", "safety-code", "leave", "forget", "send"])
def test_a_room_one_is_not_in(account: NewAccount, command: str) -> None:
    done = account("Alice").run(command, "7GQ2M-0XK4T", stdin="text")
    assert done.returncode == 2
    one_line(done.stderr)


def room_files(account: Account) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in account.state.rglob("*") if file.is_file()}


def test_a_damaged_state_file_is_left_as_it_is(account: NewAccount) -> None:
    alice = account("Alice")
    code = alice.create()
    assert alice.run("send", code, stdin="before").returncode == 0
    for file, content in room_files(alice).items():
        if len(content) > 512:
            file.write_bytes(content[:200] + bytes(200) + content[400:])
    damaged = room_files(alice)
    done = alice.run("send", code, stdin="after")
    assert done.returncode == 71
    one_line(done.stderr)
    for file, content in damaged.items():
        assert file.read_bytes() == content


def test_a_full_disk_is_told_and_leaves_the_room_usable(account: NewAccount) -> None:
    alice = account("Alice")
    code = alice.create()
    assert alice.run("send", code, stdin="before").returncode == 0

    def no_space() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (16, 16))

    done = alice.run("send", code, stdin="x" * 30000, prepare=no_space)
    assert done.returncode == 73
    one_line(done.stderr)
    assert alice.run("send", code, stdin="after").returncode == 0
    records = alice.records("chat", code, stdin="/history 100\n")
    texts = {r["id"]: r["text"] for r in records if r["type"] == "message"}
    assert [text for text in texts.values() if text in ("before", "after")] == ["before", "after"]


def test_a_room_open_elsewhere(account: NewAccount) -> None:
    alice = account("Alice")
    code = alice.create()
    chat = alice.terminal("chat", code)
    chat.expect("> ")
    done = alice.run("send", code, stdin="text")
    assert done.returncode == 72
    one_line(done.stderr)


def test_a_wrong_passphrase(account: NewAccount, tmp_path: Path) -> None:
    alice = account("Alice")
    right, wrong = tmp_path / "right", tmp_path / "wrong"
    for file in (right, wrong):
        file.write_text(f"the {file.name} passphrase\n")
        file.chmod(0o600)
    code = alice.create("--state-passphrase-file", str(right))
    done = alice.run("members", code, "--state-passphrase-file", str(wrong))
    assert done.returncode == 71
    one_line(done.stderr)
    assert alice.run("members", code, "--state-passphrase-file", str(right)).returncode == 0
