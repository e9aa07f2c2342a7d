"""A sign of life on a terminal while something takes longer."""

import sys
import threading
from types import TracebackType
from typing import Self

_SIGNS = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


class Progress:
    """Shows what is being done on standard error while its block runs; silent off a terminal."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._done = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            # A thread, since stretching the room key occupies the event loop's.
            self._thread = threading.Thread(target=self._turn, daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        if self._thread is not None:
            self._thread.join()

    def _turn(self) -> None:
        turn = 0
        while not self._done.wait(0.1):
            sys.stderr.write(f"\r{_SIGNS[turn % len(_SIGNS)]} {self._text}")
            sys.stderr.flush()
            turn += 1
        if turn:
            sys.stderr.write("\r" + " " * (len(self._text) + 2) + "\r")
            sys.stderr.flush()
