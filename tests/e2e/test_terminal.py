"""The line being typed, through pauses and other sizes of the terminal."""

import re
import sys
import termios
from collections.abc import Callable
from typing import Any

import pexpect

from .conftest import PATIENCE, Account

NewAccount = Callable[[str], Account]
LOCAL_MODES = 3


def is_edited_here(terminal: Any) -> bool:
    modes = termios.tcgetattr(terminal.child_fd)[LOCAL_MODES]
    return not modes & (termios.ICANON | termios.ECHO)


def shell(account: Account) -> Any:
    """A shell with job control, as people have one."""
    terminal = pexpect.spawn(
        "bash",
        ["--norc", "--noprofile", "-i"],
        env=account.environment(PS1="READY "),
        encoding="utf-8",
        timeout=PATIENCE,
        dimensions=(40, 80),
    )
    account.terminals.append(terminal)
    terminal.expect("READY ")
    return terminal


def test_what_was_typed_is_there_again_after_a_pause(account: NewAccount) -> None:
    alice = account("Alice")
    code = alice.create()
    terminal = shell(alice)
    terminal.sendline(f"{sys.executable} -m roomkey.cli chat {code}")
    terminal.expect("> ")
    terminal.send("half a line")
    terminal.expect("> half a line")
    assert is_edited_here(terminal)
    terminal.send("\x1a")
    terminal.expect("Stopped")
    terminal.expect("READY ")
    terminal.sendline("echo the shell is as $((6 * 7)) before")
    terminal.expect("the shell is as 42 before")
    terminal.expect("READY ")
    terminal.sendline("fg")
    terminal.expect("> half a line")
    assert is_edited_here(terminal)
    terminal.send(" is whole\r")
    terminal.expect("half a line is whole  ✓")
    terminal.send("\x04")
    terminal.expect("READY ")
    terminal.sendline("exit")
    terminal.expect(pexpect.EOF)


def test_another_size_redraws_the_line_at_once(account: NewAccount) -> None:
    alice = account("Alice")
    code = alice.create()
    terminal = alice.terminal("chat", code)
    terminal.expect("> ")
    terminal.send("a line that is longer than what will be left")
    terminal.expect("will be left")
    terminal.setwinsize(40, 20)
    terminal.expect(r"\x1b\[2A\r\x1b\[J\r\x1b\[K> (.*left)")
    assert len(terminal.match[1]) < 20
    terminal.setwinsize(40, 100)
    terminal.expect("> a line that is longer than what will be left")


def test_in_the_background_a_chat_waits_for_its_terminal(account: NewAccount) -> None:
    alice = account("Alice")
    code = alice.create()
    terminal = shell(alice)
    terminal.sendline(f"{sys.executable} -m roomkey.cli chat {code}")
    terminal.expect("> ")
    terminal.send("\x1a")
    terminal.expect("Stopped")
    terminal.expect("READY ")
    terminal.sendline("bg; sleep 1; echo in the $((6 * 7)) background")
    terminal.expect("in the 42 background")
    assert not re.search(r"\r\x1b\[K> ", terminal.before)
    terminal.expect("READY ")
    terminal.sendline("fg")
    terminal.expect("> ")
    terminal.send("back\r")
    terminal.expect("back  ✓")
