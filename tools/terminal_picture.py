"""A terminal that somebody uses, and a picture of what it shows."""

import io
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from playwright.sync_api import BrowserContext
from rich.console import Console
from rich.text import Text

PATIENCE_SECONDS = 60
SHELL: Final = ("bash", "--norc", "--noprofile")
SHEET: Final = """<!doctype html><meta charset="utf-8"><style>
  body {{ margin: 0; background: #0f2027; }}
  pre {{ display: inline-block; margin: 0; padding: 20px 24px; color: #ece5d8; background: #0f2027;
         font: 15px/1.45 "DejaVu Sans Mono", monospace; }}
{stylesheet}</style><pre>{code}</pre>"""


class Terminal:
    """A terminal of tmux, with a `roomkey` command that keeps its rooms in a folder."""

    def __init__(self, folder: Path, relay: str, columns: int, lines: int) -> None:
        folder.mkdir()
        self._folder, self._columns = folder, columns
        program = folder / "roomkey"
        program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m roomkey.cli "$@"\n')
        program.chmod(0o755)
        environment = {
            "PATH": f"{folder}:{os.environ['PATH']}",
            "ROOMKEY_RELAY": relay,
            "ROOMKEY_STATE": str(folder / "state"),
            "LC_ALL": "C.UTF-8",
            "TERM": "xterm-256color",
            "PS1": "$ ",
        }
        size = ["-x", str(columns), "-y", str(lines)]
        self._tmux("new-session", "-d", *size, *SHELL, environment={**os.environ, **environment})

    def run(self, command: str, key: str) -> None:
        """Run a command; `key` is typed where it asks for one."""
        self.shows("$")
        self.type(command)
        self.shows("Room key:")
        self.type(key)

    def type(self, line: str) -> None:
        self._tmux("send-keys", "-l", line)
        self._tmux("send-keys", "Enter")

    def shows(self, text: str) -> None:
        """Wait until a text is on the screen."""
        until = time.monotonic() + PATIENCE_SECONDS
        while text not in self._screen():
            if time.monotonic() > until:
                raise TimeoutError(f"{text!r} does not come: {self._screen()}")
            time.sleep(0.1)

    def picture(self, context: BrowserContext, file: Path) -> None:
        """Draw the screen as it is now, in its colours."""
        console = Console(record=True, file=io.StringIO(), width=self._columns)
        console.print(Text.from_ansi(self._screen("-e").rstrip()), soft_wrap=True)
        page = context.new_page()
        page.set_content(console.export_html(code_format=SHEET))
        page.locator("pre").screenshot(path=file)
        page.close()

    def close(self) -> None:
        self._tmux("kill-server")

    def _screen(self, *options: str) -> str:
        return self._tmux("capture-pane", "-p", *options)

    def _tmux(self, *words: str, environment: dict[str, str] | None = None) -> str:
        # a server of its own, so that nobody's sessions are touched
        command = ["tmux", "-f", "/dev/null", "-S", str(self._folder / "socket"), *words]
        done = subprocess.run(command, capture_output=True, check=True, text=True, env=environment)
        return done.stdout
