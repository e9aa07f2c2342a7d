"""How a relay is set up: by arguments, or by ROOMKEY_* in the environment."""

import argparse
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from .handshake import parse_origin
from .limits import DEFAULT_RATES, Rate
from .proxies import Proxies
from .store import Durability


@dataclass(frozen=True, slots=True)
class RelayConfig:
    """Everything an operator may choose; the defaults suit one machine.

    `retention_interval` is how many seconds lie between two sweeps.
    """

    data: Path
    host: str = "127.0.0.1"
    port: int = 8000
    database: str = ""
    redis: str = ""
    durability: Durability = "full"
    origins: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    max_rooms: int = 10_000
    max_handles: int = 10_000
    max_connections: int = 10_000
    max_connections_address: int = 256
    queue_bytes: int = 16 * 1024 * 1024
    retention_interval: int = 300
    max_database_pages: int | None = None
    rates: dict[str, str] = field(default_factory=dict)

    @property
    def database_url(self) -> str:
        """The database to use: the one named, or SQLite in the data folder."""
        return self.database or f"sqlite:///{self.data / 'relay.sqlite3'}"


def from_arguments(
    arguments: Sequence[str], environment: Mapping[str, str] = os.environ
) -> RelayConfig:
    """Read the set-up from command line and ROOMKEY_* variables; the command line goes first.

    What cannot be read is said on standard error, and ends the process with status 2.
    """
    env = {
        key.removeprefix("ROOMKEY_"): value
        for key, value in environment.items()
        if key.startswith("ROOMKEY_") and value
    }
    parser = argparse.ArgumentParser(prog="roomkey relay", description="Run a Roomkey relay.")
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(env.get("DATA") or user_data_path("roomkey-relay")),
        help="folder for the database and the seed",
    )
    parser.add_argument("--host", default=env.get("HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=env.get("PORT", "8000"), help="0: any free")
    parser.add_argument("--database", default=env.get("DATABASE", ""), help="SQLAlchemy URL")
    parser.add_argument(
        "--durability",
        choices=("full", "normal"),
        default=env.get("DURABILITY", "full"),
        help="full: an acknowledged message survives a power cut; normal: a crash of the relay",
    )
    parsed = parser.parse_args(arguments)
    given: dict[str, Any] = {"rates": {}}
    for name, text in env.items():
        try:
            if name.startswith("RATE_"):
                given["rates"][name.removeprefix("RATE_").lower()] = _rate(name, text)
            elif name in _READERS:
                given[name.lower()] = _READERS[name](text)
        except ValueError as error:
            parser.error(f"ROOMKEY_{name}: {error}")
    return RelayConfig(**vars(parsed), **given)


def _rate(name: str, text: str) -> str:
    if name.removeprefix("RATE_").lower() not in DEFAULT_RATES:
        raise ValueError("there is no such rate")
    Rate(text)
    return text


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        raise ValueError(f"{text!r} is no whole number above 0")
    return int(text)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _origins(text: str) -> tuple[str, ...]:
    return tuple(map(parse_origin, _listed(text)))


def _networks(text: str) -> tuple[str, ...]:
    Proxies(_listed(text))
    return _listed(text)


def _redis(text: str) -> str:
    if not text.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("write for example redis://127.0.0.1:6379/0")
    return text


_READERS: dict[str, Callable[[str], Any]] = {
    "REDIS": _redis,
    "ORIGINS": _origins,
    "TRUSTED_PROXIES": _networks,
    "MAX_ROOMS": _count,
    "MAX_HANDLES": _count,
    "MAX_CONNECTIONS": _count,
    "MAX_CONNECTIONS_ADDRESS": _count,
    "QUEUE_BYTES": _count,
    "RETENTION_INTERVAL": _count,
    "MAX_DATABASE_PAGES": _count,
}
