"""How a relay is set up: by arguments, or by ROOMKEY_* in the environment."""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from platformdirs import user_data_path

from .store import Durability


@dataclass(frozen=True, slots=True)
class RelayConfig:
    """Everything an operator may choose; the defaults suit one machine."""

    data: Path
    host: str = "127.0.0.1"
    port: int = 8000
    database: str = ""
    durability: Durability = "full"
    origins: tuple[str, ...] = ()
    max_rooms: int = 10_000
    queue_bytes: int = 16 * 1024 * 1024
    retention_interval: int = 300
    max_database_pages: int | None = None
    behind_proxy: bool = False
    rates: dict[str, str] = field(default_factory=dict)

    @property
    def database_url(self) -> str:
        """The database to use: the one named, or SQLite in the data folder."""
        return self.database or f"sqlite:///{self.data / 'relay.sqlite3'}"


def from_arguments(
    arguments: Sequence[str], environment: Mapping[str, str] = os.environ
) -> RelayConfig:
    """Read the set-up from command line and ROOMKEY_* variables; the command line goes first."""
    env = {
        key.removeprefix("ROOMKEY_"): value
        for key, value in environment.items()
        if key.startswith("ROOMKEY_")
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
    rates = {
        key.removeprefix("RATE_").lower(): value
        for key, value in env.items()
        if key.startswith("RATE_")
    }
    pages = env.get("MAX_DATABASE_PAGES")
    return RelayConfig(
        data=parsed.data,
        host=parsed.host,
        port=parsed.port,
        database=parsed.database,
        durability=parsed.durability,
        origins=tuple(filter(None, env.get("ORIGINS", "").split(","))),
        max_rooms=int(env.get("MAX_ROOMS", "10000")),
        queue_bytes=int(env.get("QUEUE_BYTES", str(16 * 1024 * 1024))),
        retention_interval=int(env.get("RETENTION_INTERVAL", "300")),
        max_database_pages=int(pages) if pages else None,
        behind_proxy=env.get("BEHIND_PROXY") == "1",
        rates=rates,
    )
