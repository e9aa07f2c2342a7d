"""How a room key or a passphrase comes in: asked for, from a file, from the environment."""

import getpass
import os
import stat
import sys
from pathlib import Path

from roomkey.cli import output

KEY_VARIABLE = "ROOMKEY_KEY"
PASSPHRASE_VARIABLE = "ROOMKEY_STATE_PASSPHRASE"  # noqa: S105  # a variable's name
_LONGEST_FILE = 64 * 1024


def given_room_key(key: str | None, key_file: Path | None, *, stdin_is_free: bool) -> str | None:
    """Take the room key from an option, a file or the environment; None when it is in none."""
    if key is not None and key_file is not None:
        raise output.UsageError("Give --key or --key-file, not both.")
    if key is not None:
        output.warn(
            "a room key on the command line is visible to other processes and stays in your "
            "shell's history. Prefer the prompt, --key-file or " + KEY_VARIABLE + "."
        )
        return key
    if key_file is not None:
        return read_secret(key_file, stdin_is_free=stdin_is_free)
    return os.environ.get(KEY_VARIABLE) or None


def ask_room_key(prompt: str = "Room key: ") -> str:
    """Ask for the room key without showing it."""
    if not sys.stdin.isatty():
        raise output.UsageError(
            f"There is no terminal to ask for the room key: use --key-file or {KEY_VARIABLE}."
        )
    try:
        return getpass.getpass(prompt)
    except EOFError:
        raise KeyboardInterrupt from None


def given_passphrase(file: Path | None) -> str | None:
    """Take the passphrase of the stored rooms from a file or the environment, if it is in one."""
    if file is not None:
        return read_secret(file, stdin_is_free=False)
    return os.environ.get(PASSPHRASE_VARIABLE) or None


def read_secret(file: Path, *, stdin_is_free: bool) -> str:
    """Read a secret from the first line of a file, or of standard input for `-`."""
    if str(file) == "-":
        if not stdin_is_free:
            raise output.UsageError(
                "Standard input is used for something else here: put the secret into a file."
            )
        content = sys.stdin.buffer.readline(_LONGEST_FILE)
    else:
        with file.open("rb") as stream:
            if stat.S_IMODE(os.fstat(stream.fileno()).st_mode) & 0o077:
                output.warn(f"other accounts may read {file}; chmod 600 keeps it to you.")
            content = stream.readline(_LONGEST_FILE)
    try:
        secret = content.decode().strip("\r\n\ufeff")
    except UnicodeDecodeError:
        raise output.UsageError("The secret in the file is not UTF-8 text.") from None
    if not secret:
        raise output.UsageError("The secret in the file is empty.")
    return secret


def ask_name(name: str | None) -> str:
    """Take the name from its option, or ask for it."""
    if name is not None and name.strip():
        return name.strip()
    if not sys.stdin.isatty():
        raise output.UsageError("Say who you are: --name NAME, or the variable ROOMKEY_NAME.")
    sys.stderr.write("Your name in this room: ")
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not answer:
        raise KeyboardInterrupt
    if not answer.strip():
        raise output.UsageError("A name is needed: the others see it beside your messages.")
    return answer.strip()
