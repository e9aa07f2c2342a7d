"""What every command that opens rooms needs to know, and the options that say it."""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from roomkey.cli import options, room_key_input


@dataclass(frozen=True, slots=True)
class Settings:
    """The relay, if one was named, the folder of the stored rooms, and their passphrase."""

    relay: str | None
    folder: Path | None
    passphrase: str | None


def _shared(
    relay: options.Relay = None,
    state: options.StateFolder = None,
    passphrase_file: options.PassphraseFile = None,
) -> Settings:
    return Settings(relay, state, room_key_input.given_passphrase(passphrase_file))


Command = Callable[..., None]
_SHARED = inspect.signature(_shared).parameters


def _taking(*names: str) -> Callable[[Command], Command]:
    """Make a decorator that puts these options in the place of the parameter `settings`."""
    shared = [_SHARED[name] for name in names]

    def decorate(command: Command) -> Command:
        @functools.wraps(command)
        def with_options(**given: Any) -> None:
            settings = _shared(**{name: given.pop(name) for name in names})
            command(settings=settings, **given)

        own = [p for p in inspect.signature(command).parameters.values() if p.name != "settings"]
        taken = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in (*own, *shared)]
        with_options.__annotations__ = {p.name: p.annotation for p in taken}
        with_options.__signature__ = inspect.Signature(taken)  # type: ignore[attr-defined]
        return with_options

    return decorate


with_settings = _taking("relay", "state", "passphrase_file")
with_stored_rooms = _taking("state", "passphrase_file")
