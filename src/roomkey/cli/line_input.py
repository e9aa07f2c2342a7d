"""Lines from standard input for the event loop: from a terminal, a pipe or a file."""

import asyncio
import codecs
import os
import sys
import termios
import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Protocol

from roomkey.cli import terminal_text
from roomkey.cli.line_editor import EndOfInput, LineEditor

_CHUNK = 65536
PROMPT = "> "


class Lines(Protocol):
    """Where lines come from, and where to print while one is being typed."""

    interactive: bool

    def __aiter__(self) -> AsyncIterator[str]:
        """Give one line after the other until the input ends."""
        ...

    def print(self, text: str) -> None:
        """Print above the line that is being typed."""
        ...

    def close(self) -> None:
        """Leave the terminal as it was."""
        ...


def is_interactive() -> bool:
    """Tell whether a person types here and sees the answer."""
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _read_in_thread(queue: asyncio.Queue[bytes]) -> None:
    """Read standard input in a thread: the loop cannot wait for plain files."""
    loop = asyncio.get_running_loop()

    def read() -> None:
        chunk = b"?"
        while chunk:
            # Not sys.stdin: a thread inside its buffer would block the interpreter's end.
            try:
                chunk = os.read(0, _CHUNK)
            except OSError:
                chunk = b""
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(queue.put_nowait, chunk)

    threading.Thread(target=read, daemon=True).start()


class PlainLines:
    """Lines from a pipe, a file, or a terminal without editing."""

    interactive = False

    def __init__(self) -> None:
        self._queue: asyncio.Queue[bytes] = asyncio.Queue()
        _read_in_thread(self._queue)

    async def __aiter__(self) -> AsyncIterator[str]:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        partial = ""
        while chunk := await self._queue.get():
            *complete, partial = (partial + decoder.decode(chunk)).split("\n")
            for line in complete:
                yield line.removesuffix("\r")
        if partial := partial + decoder.decode(b"", final=True):
            yield partial

    def print(self, text: str) -> None:
        """Print one line, or several."""
        print(text, flush=True)

    def close(self) -> None:
        """Nothing was changed."""


class EditedLines:
    """Lines typed at a terminal, with the line redrawn below whatever is printed."""

    interactive = True

    def __init__(self) -> None:
        self._editor = LineEditor()
        self._queue: asyncio.Queue[bytes] = asyncio.Queue()
        self._before = termios.tcgetattr(0)
        mode = termios.tcgetattr(0)
        mode[3] &= ~(termios.ICANON | termios.ECHO)
        termios.tcsetattr(0, termios.TCSADRAIN, mode)
        self._open = True
        sys.stdout.write("\x1b[?2004h")
        self._draw()
        asyncio.get_running_loop().add_reader(0, self._readable)

    async def __aiter__(self) -> AsyncIterator[str]:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        while chunk := await self._queue.get():
            try:
                entered = self._editor.feed(decoder.decode(chunk))
            except EndOfInput:
                return
            self._draw()
            for line in entered:
                yield line

    def print(self, text: str) -> None:
        """Print above the line that is being typed."""
        sys.stdout.write(f"\r\x1b[K{text}\n")
        self._draw()

    def close(self) -> None:
        """Give the terminal back as it was."""
        if not self._open:
            return
        self._open = False
        asyncio.get_running_loop().remove_reader(0)
        sys.stdout.write("\r\x1b[K\x1b[?2004l")
        sys.stdout.flush()
        termios.tcsetattr(0, termios.TCSADRAIN, self._before)

    def _readable(self) -> None:
        try:
            chunk = os.read(0, _CHUNK)
        except BlockingIOError:
            return
        except OSError:
            chunk = b""
        if not chunk:
            asyncio.get_running_loop().remove_reader(0)
        self._queue.put_nowait(chunk)

    def _draw(self) -> None:
        if not self._open:
            return
        columns = max(8, os.get_terminal_size(1).columns)
        shown, behind = self._editor.shown(columns - terminal_text.width(PROMPT) - 1)
        back = f"\x1b[{behind}D" if behind else ""
        sys.stdout.write(f"\r\x1b[K{PROMPT}{shown}{back}")
        sys.stdout.flush()


def open_lines() -> Lines:
    """Open standard input in the way that fits what it is."""
    return EditedLines() if is_interactive() else PlainLines()
