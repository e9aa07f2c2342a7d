"""The options that commands share, and how their text is read."""

import ipaddress
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from roomkey.cli import duration, output
from roomkey.wire import limits

DEFAULT_RELAY = "http://localhost:8000"

MOST_HISTORY = 10_000


class Size(StrEnum):
    """How many people fit into a room, and with which cryptography."""

    HYBRID = "hybrid"
    LARGE = "large"


class Durability(StrEnum):
    """When the relay says that a message is stored."""

    FULL = "full"
    NORMAL = "normal"


# who and where

Code = Annotated[str, typer.Argument(help="The room's code, like 7GQ2M-0XK4T.")]
Name = Annotated[
    str | None,
    typer.Option("--name", envvar="ROOMKEY_NAME", help="Your name in the room."),
]
Relay = Annotated[
    str | None,
    typer.Option(
        "--relay",
        envvar="ROOMKEY_RELAY",
        help=f"The relay's address; else the room's own, or {DEFAULT_RELAY}.",
    ),
]
StateFolder = Annotated[
    Path | None,
    typer.Option(
        "--state",
        envvar="ROOMKEY_STATE",
        help="The folder that holds your rooms; else one of your account's.",
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
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")]

# the directory

Handle = Annotated[str, typer.Argument(help="A handle, like alice or @alice.")]
Watch = Annotated[bool, typer.Option("--watch", help="Stay, and show what comes.")]

# room keys

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
AskKey = Annotated[bool, typer.Option("--ask-key", help="Type a room key instead of getting one.")]
CheckKey = Annotated[
    bool, typer.Option("--check", help="Rate a room key instead: typed, or from --key-file.")
]

# a new room

Strict = Annotated[
    bool, typer.Option("--strict", help="Who joins later reads nothing said before.")
]
Retention = Annotated[
    str, typer.Option(help="How long messages are kept: 12h, 7d, 2w. From 1h to 90d.")
]
SizeChoice = Annotated[
    Size, typer.Option(help="hybrid: up to 100 people, safe from quantum computers; large: 1,000.")
]

# talking

StayToTalk = Annotated[bool, typer.Option("--chat", help="Stay and talk.")]
NoChat = Annotated[bool, typer.Option("--no-chat", help="Join only.")]
Stay = Annotated[bool, typer.Option("--stay", help="Go on reading after standard input has ended.")]
History = Annotated[
    int | None,
    typer.Option(
        "--history",
        min=0,
        max=MOST_HISTORY,
        help="Show so many of the last messages first; else 30 at a terminal, none in a pipe.",
    ),
]
NoPresence = Annotated[
    bool, typer.Option("--no-presence", help="Tell nobody that you are here or typing.")
]
Timeout = Annotated[
    float | None,
    typer.Option("--timeout", min=0.1, help="Seconds to wait for the relay; else without end."),
]

# a room's end, and its transcript

Yes = Annotated[bool, typer.Option("--yes", help="Do not ask whether it is meant.")]
OutputFile = Annotated[
    Path | None, typer.Option("--output", help="A new file; else standard output.")
]
JsonFile = Annotated[bool, typer.Option("--json", help="Write one JSON object instead of text.")]

# a relay

RelayAddress = Annotated[
    str, typer.Argument(metavar="ADDRESS", help="The relay's address, https://chat.example.org.")
]
Host = Annotated[str, typer.Option(help="The address to listen on.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")]
DataFolder = Annotated[str | None, typer.Option(help="The folder of the relay's files.")]
Database = Annotated[str | None, typer.Option(help="The address of another database.")]
DurabilityChoice = Annotated[
    Durability | None,
    typer.Option(help="full outlasts a power cut; normal is faster and outlasts a crash."),
]

# the exchange, shown

DhGroup = Annotated[
    str | None, typer.Option("--group", help="A group of RFC 7919: ffdhe2048 to ffdhe8192.")
]
DhPrime = Annotated[str | None, typer.Option("--p", help="The prime.")]
DhGenerator = Annotated[str | None, typer.Option("--g", help="The generator.")]
DhPrivateKeyA = Annotated[
    str | None, typer.Option("--a", help="The first's private key; drawn if it is not given.")
]
DhPrivateKeyB = Annotated[
    str | None, typer.Option("--b", help="The second's private key; drawn if it is not given.")
]
DhEavesdrop = Annotated[
    bool,
    typer.Option("--eavesdrop", help="Break it too, as a listener would; only where p is small."),
]


def retention_seconds(text: str) -> int:
    """Read how long messages are kept, in seconds; a bare number is days."""
    seconds = duration.seconds(text, unit="d")
    if seconds is None:
        raise output.UsageError("Messages are kept for a number and a unit: 12h, 7d or 2w.")
    if not limits.MIN_RETENTION_SECONDS <= seconds <= limits.MAX_RETENTION_SECONDS:
        raise output.UsageError("Messages are kept for 1h to 90d.")
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
