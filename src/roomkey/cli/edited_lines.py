"""Lines typed at a terminal, drawn again below what is printed, after a pause, at another size."""

import asyncio
import codecs
import os
import signal
import sys
import termios
from collections.abc import AsyncIterator, Callable

from roomkey.cli import terminal_text
from roomkey.cli.line_editor import EndOfInput, LineEditor

PROMPT = "> "
_CHUNK = 65536
_NARROWEST = 8
_PASTE_IS_MARKED, _PASTE_IS_NOT_MARKED = "\x1b[?2004h", "\x1b[?2004l"


class EditedLines:
    """The terminal, taken from the shell's settings and given back with `close`."""

    interactive = True

    def __init__(self) -> None:
        self._editor = LineEditor()
        self._queue: asyncio.Queue[bytes] = asyncio.Queue()
        self._before = termios.tcgetattr(0)
        self._hint = ""
        self._tell: Callable[[str], None] | None = None
        self._column = 0
        self._open = True
        self._take_terminal()
        loop = asyncio.get_running_loop()
        loop.add_reader(0, self._readable)
        self._handlers = {
            signal.SIGTSTP: self._pause,
            signal.SIGCONT: self._take_terminal,
            signal.SIGWINCH: self._resized,
        }
        for number, handler in self._handlers.items():
            loop.add_signal_handler(number, handler)

    async def __aiter__(self) -> AsyncIterator[str]:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        while chunk := await self._queue.get():
            try:
                entered = self._editor.feed(decoder.decode(chunk))
            except EndOfInput:
                return
            self._draw()
            if self._tell is not None:
                self._tell(self._editor.text)
            for line in entered:
                yield line

    def print(self, text: str) -> None:
        """Print above the line that is being typed."""
        sys.stdout.write(f"\r\x1b[K{text}\n")
        self._draw()

    def hint(self, text: str) -> None:
        """Show something before the line that is being typed; it must be safe to show."""
        if text != self._hint:
            self._hint = text
            self._draw()

    def on_edit(self, tell: Callable[[str], None]) -> None:
        """Have somebody told of the line whenever it changes."""
        self._tell = tell

    def close(self) -> None:
        """Give the terminal back as it was."""
        if not self._open:
            return
        self._open = False
        loop = asyncio.get_running_loop()
        loop.remove_reader(0)
        for number in self._handlers:
            loop.remove_signal_handler(number)
        self._give_terminal_back()

    def _take_terminal(self) -> None:
        # in the background this stops the process, as it does every program that people type into
        mode = termios.tcgetattr(0)
        mode[3] &= ~(termios.ICANON | termios.ECHO)
        termios.tcsetattr(0, termios.TCSADRAIN, mode)
        sys.stdout.write(_PASTE_IS_MARKED)
        self._draw()

    def _give_terminal_back(self) -> None:
        sys.stdout.write(f"\r\x1b[K{_PASTE_IS_NOT_MARKED}")
        sys.stdout.flush()
        termios.tcsetattr(0, termios.TCSADRAIN, self._before)

    def _pause(self) -> None:
        self._give_terminal_back()
        os.kill(os.getpid(), signal.SIGSTOP)

    def _resized(self) -> None:
        # terminals wrap what no longer fits: the line begins as many rows further up
        rows = self._column // _columns()
        sys.stdout.write((f"\x1b[{rows}A" if rows else "") + "\r\x1b[J")
        self._draw()

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
        columns = _columns()
        prompt = f"({self._hint}) {PROMPT}" if self._hint else PROMPT
        if terminal_text.width(prompt) > columns // 2:
            prompt = PROMPT
        before = terminal_text.width(prompt)
        shown, behind = self._editor.shown(columns - before - 1)
        self._column = before + terminal_text.width(shown) - behind
        back = f"\x1b[{behind}D" if behind else ""
        sys.stdout.write(f"\r\x1b[K{prompt}{shown}{back}")
        sys.stdout.flush()


def _columns() -> int:
    return max(_NARROWEST, os.get_terminal_size(1).columns)
