"""Lines from standard input for the event loop: from a terminal, a pipe or a file."""

import asyncio
import codecs
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Protocol

from roomkey.cli.edited_lines import EditedLines

_CHUNK = 65536


class Lines(Protocol):
    """Where lines come from, and where to print while one is being typed."""

    interactive: bool

    def __aiter__(self) -> AsyncIterator[str]:
        """Give one line after the other until the input ends."""
        ...

    def print(self, text: str) -> None:
        """Print above the line that is being typed."""
        ...

    def hint(self, text: str) -> None:
        """Show something beside the line that is being typed."""
        ...

    def on_edit(self, tell: Callable[[str], None]) -> None:
        """Have somebody told of the line whenever it changes."""
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

    def hint(self, text: str) -> None:
        """There is no line to show it beside."""

    def on_edit(self, tell: Callable[[str], None]) -> None:
        """Nobody types here."""

    def close(self) -> None:
        """Nothing was changed."""


def open_lines() -> Lines:
    """Open standard input in the way that fits what it is."""
    return EditedLines() if is_interactive() else PlainLines()
