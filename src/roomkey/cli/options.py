"""The options that commands share, and how their text is read."""

import ipaddress
import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from roomkey.cli import output
from roomkey.wire import limits

DEFAULT_RELAY = "http://localhost:8000"

Relay = Annotated[
    str | None,
    typer.Option(
        "--relay",
        envvar="ROOMKEY_RELAY",
        help=f"The relay's address. [default: the room's own, or {DEFAULT_RELAY}]",
        show_default=False,
    ),
]
Name = Annotated[
    str | None,
    typer.Option("--name", envvar="ROOMKEY_NAME", help="Your name in the room."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")]
Code = Annotated[str, typer.Argument(help="The room's code, like 7GQ2M-0XK4T.")]
Key = Annotated[
    str | None,
    typer.Option(
        "--key", help="The room key. Unsafe: other processes and your shell history can see it."
    ),
]
KeyFile = Annotated[
    Path | None,
    typer.Option("--key-file", help="Read the room key from a file; - is standard input."),
]
StateFolder = Annotated[
    Path | None,
    typer.Option(
        "--state",
        envvar="ROOMKEY_STATE",
        help="The folder that holds your rooms. [default: one of your account's]",
        show_default=False,
    ),
]
PassphraseFile = Annotated[
    Path | None,
    typer.Option(
        "--state-passphrase-file",
        help="Read the passphrase of your stored rooms from a file, "
        "instead of the variable ROOMKEY_STATE_PASSPHRASE.",
    ),
]


class Size(StrEnum):
    """How many people fit into a room, and with which cryptography."""

    HYBRID = "hybrid"
    LARGE = "large"


class Durability(StrEnum):
    """When the relay says that a message is stored."""

    FULL = "full"
    NORMAL = "normal"


_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}


def retention_seconds(text: str) -> int:
    """Read a time like 90m, 12h, 7d or 2w as seconds; a bare number is days."""
    match = re.fullmatch(r"([0-9]{1,9})\s*([smhdw]?)", text.strip().lower(), re.ASCII)
    if match is None:
        raise output.UsageError("--retention is a number and a unit: 12h, 7d or 2w.")
    seconds = int(match[1]) * _UNITS[match[2] or "d"]
    if not limits.MIN_RETENTION_SECONDS <= seconds <= limits.MAX_RETENTION_SECONDS:
        raise output.UsageError("--retention must be between 1h and 90d.")
    return seconds


def relay_address(text: str) -> str:
    """Check a relay's address, and warn when the way to it is neither encrypted nor local."""
    address = text if "://" in text else f"http://{text}"
    try:
        parts = urlsplit(address)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        port_fits = False
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_fits:
        raise output.UsageError("--relay is an address like https://chat.example.org.")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        output.warn(
            "the way to this relay is NOT encrypted (http://). Texts and keys stay end-to-end "
            "encrypted, but anybody on the way sees who talks to which room. Use https://."
        )
    return address.rstrip("/")


def is_loopback(host: str) -> bool:
    """Tell whether a host name stays on this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
