"""Somebody with `roomkey` at a terminal."""

import os
import sys
import time
from pathlib import Path
from typing import Any

import pexpect
from tab import ROOM_KEY

PATIENCE_SECONDS = 60


class Terminal:
    """One person at a terminal; each word waits until what it says holds."""

    def __init__(self, address: str, folder: Path, name: str) -> None:
        self.name = name
        self._address, self._folder = address, folder
        self._running: Any = None

    def create(self, key: str = ROOM_KEY) -> str:
        """Make a room, and stay in the conversation; answers its code."""
        self._start("create", "--chat", ROOMKEY_KEY=key)
        self._running.expect(r"Room code: +(\S+)")
        code: str = self._running.match[1]
        return code

    def join(self, code: str, key: str = ROOM_KEY) -> None:
        """Join, and stay in the conversation."""
        self.ask_to_join(code, key)
        self.reads("You are in the room")

    def ask_to_join(self, code: str, key: str = ROOM_KEY) -> None:
        self._start("join", code, ROOMKEY_KEY=key)

    def stay(self, code: str) -> None:
        """Go on in a room that one is in."""
        self._start("chat", code)

    def reads(self, *texts: str) -> None:
        """Wait until each of these texts was shown, in this order."""
        for text in texts:
            self._running.expect_exact(text)

    def says(self, text: str) -> None:
        self._running.send(text + "\r")

    def asks(self, command: str, answer: str) -> str:
        """Give a command, and wait for a pattern in its answer."""
        self._running.send(command + "\r")
        self._running.expect(answer)
        found: str = self._running.match[1]
        return " ".join(found.split())

    def safety_digits(self) -> str:
        return self.asks("/safety", r"Safety code: ((?:\d{5} ?){6})")

    def people(self) -> list[str]:
        return sorted(self.asks("/members", r"In the room: ([^\r\n]*)").split(", "))

    def sees_among_people(self, text: str) -> None:
        """Ask who is in the room until this is said: presence is heard a little later."""
        for _ in range(PATIENCE_SECONDS):
            shown = ", ".join(self.people())
            if text in shown:
                return
            time.sleep(1)
        raise AssertionError(shown)

    def ends(self) -> str:
        """Wait for the end of the command; answers all that it said since it was last read."""
        self._running.expect(pexpect.EOF)
        self._running.close()
        said: str = self._running.before
        return " ".join(said.split())

    def close(self) -> None:
        if self._running is not None:
            self._running.close(force=True)

    def _start(self, *arguments: str, **more: str) -> None:
        self.close()
        kept = {name: value for name, value in os.environ.items() if "ROOMKEY" not in name}
        self._running = pexpect.spawn(
            sys.executable,
            ["-m", "roomkey.cli", *arguments],
            env=kept
            | {
                "ROOMKEY_NAME": self.name,
                "ROOMKEY_RELAY": self._address,
                "ROOMKEY_STATE": str(self._folder),
                "TERM": "xterm",
                "LC_ALL": "C.UTF-8",
                "TZ": "UTC",
                **more,
            },
            encoding="utf-8",
            timeout=PATIENCE_SECONDS,
            # a sentence of an error stays on one line
            dimensions=(40, 400),
        )
