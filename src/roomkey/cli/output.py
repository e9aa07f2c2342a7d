"""What the command line prints: answers to standard output, everything else to standard error."""

import json
import os
import sys

from roomkey.cli import terminal_text


class UsageError(Exception):
    """The command was not written as it should be; the text says what to write instead."""


class NotStoredInTime(Exception):
    """The relay did not store what was sent in the time it was given."""

    def __init__(self) -> None:
        super().__init__(
            "The relay has not stored the text yet. "
            "It waits here, and goes out the next time this room is opened."
        )


def answer(text: str = "") -> None:
    """Print one line of the command's answer."""
    print(text, flush=True)


def record(kind: str, **fields: object) -> None:
    """Print one JSON object on one line, in ASCII so that no terminal acts on what is in it."""
    print(json.dumps({"type": kind, **fields}, ensure_ascii=True), flush=True)


def note(text: str) -> None:
    """Tell the person something beside the answer."""
    print(text, file=sys.stderr, flush=True)


def warn(text: str) -> None:
    """Tell the person about a danger."""
    note(f"Warning: {text}")


def error_line(sentence: str, next_step: str = "", *, before: str = "roomkey") -> str:
    """Put an error on exactly one line, whatever its parts hold."""
    parts = [sentence.strip()]
    if not parts[0].endswith((".", "!", "?", ")")):
        parts[0] += "."
    if next_step:
        parts.append(next_step.strip())
    return terminal_text.one_line(f"{before}: " + " ".join(parts))


def discard_standard_output() -> None:
    """Send what is still buffered nowhere, so that the interpreter does not complain at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
