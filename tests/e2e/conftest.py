"""Real processes: a relay, and people at terminals and pipes."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pexpect
import pytest

from .relay_process import PATIENCE, Relay

ROOM_KEY = "sequester ergonomic buffoon subarctic pebbly grove"


@dataclass
class Account:
    """Somebody with rooms of their own, at a terminal or in a script."""

    name: str
    folder: Path
    relay: str
    terminals: list[Any] = field(default_factory=list)

    @property
    def state(self) -> Path:
        return self.folder / self.name

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if "ROOMKEY" not in name}
        return kept | {
            "ROOMKEY_NAME": self.name,
            "ROOMKEY_RELAY": self.relay,
            "ROOMKEY_STATE": str(self.state),
            "TERM": "xterm",
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            **more,
        }

    def run(
        self,
        *arguments: str,
        stdin: str | bytes = "",
        key: str | None = None,
        prepare: Callable[[], None] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command with pipes and wait for its end."""
        more = {} if key is None else {"ROOMKEY_KEY": key}
        done = subprocess.run(
            [sys.executable, "-m", "roomkey.cli", *arguments],
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            check=False,
            timeout=PATIENCE,
            env=self.environment(**more),
            preexec_fn=prepare,
        )
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
        )

    def records(self, *arguments: str, **options: Any) -> list[dict[str, Any]]:
        """Run a command with --json and read what it prints."""
        done = self.run(*arguments, "--json", **options)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def create(self, *arguments: str, key: str = ROOM_KEY) -> str:
        """Create a room and give its code."""
        [created] = self.records("create", *arguments, key=key)
        assert created["type"] == "created"
        return str(created["code"])

    def terminal(self, *arguments: str, key: str | None = None) -> Any:
        """Run a command at a terminal; resources that it forgets are told of there."""
        more = {} if key is None else {"ROOMKEY_KEY": key}
        terminal = pexpect.spawn(
            sys.executable,
            ["-W", "always::ResourceWarning", "-m", "roomkey.cli", *arguments],
            env=self.environment(**more),
            encoding="utf-8",
            timeout=PATIENCE,
            dimensions=(40, 120),
        )
        self.terminals.append(terminal)
        return terminal

    def joining(self, code: str, key: str = ROOM_KEY) -> Any:
        """Join a room at a terminal, typing its key."""
        terminal = self.terminal("join", code)
        terminal.expect("Room key: ")
        terminal.sendline(key)
        terminal.expect("You are in the room")
        terminal.expect("> ")
        return terminal


@contextmanager
def silence(port: int = 0) -> Iterator[str]:
    """An address where somebody listens and never answers."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def silent_relay() -> Iterator[str]:
    """A relay that does not answer."""
    with silence() as address:
        yield address


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Relay]:
    """A relay that runs."""
    folder = tmp_path / "relay"
    folder.mkdir()
    relay = Relay(folder)
    yield relay
    relay.stop()


@pytest.fixture
def account(relay: Relay, tmp_path: Path) -> Iterator[Callable[[str], Account]]:
    """Make accounts that know the relay."""
    made: list[Account] = []

    def make(name: str) -> Account:
        made.append(Account(name, tmp_path / "accounts", relay.address))
        return made[-1]

    yield make
    for one in made:
        for terminal in one.terminals:
            _end(terminal)


def _end(terminal: Any) -> None:
    # a program that is hung up on does not tell any more which of its lines were run; a shell stays
    if terminal.isalive():
        terminal.kill(signal.SIGTERM)
        with suppress(pexpect.TIMEOUT):
            terminal.expect(pexpect.EOF, timeout=3)
    terminal.close(force=True)


@dataclass
class Pair:
    """Alice, whose room it is, and Bob, who has joined it, each at a terminal."""

    alice: Account
    bob: Account
    code: str
    first: Any
    second: Any


@pytest.fixture
def pair(account: Callable[[str], Account]) -> Pair:
    """Two people at their terminals."""
    alice, bob = account("Alice"), account("Bob")
    code = alice.create()
    first = alice.terminal("chat", code)
    first.expect("Connected")
    second = bob.joining(code)
    first.expect("Bob joined")
    return Pair(alice, bob, code, first, second)
