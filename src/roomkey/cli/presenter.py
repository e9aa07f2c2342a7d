"""What a chat shows, to people in words and to programs in records."""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

import roomkey
from roomkey.cli.rules import Rules
from roomkey.errors import RoomkeyError
from roomkey.keys.safety_code import SafetyCode


class Presenter(Protocol):
    """What `Words` does for people and `Records` for programs."""

    def show_with(self, show: Callable[[str], None]) -> None:
        """Use this to print while a line is being typed."""

    def event(self, event: object) -> None:
        """Show what happened in the room, if it says something to who reads this."""

    def history(self, messages: Iterable[roomkey.MessageReceived]) -> None:
        """Show what was said before."""

    def waiting(self, text: str) -> None:
        """Say that a message is not stored yet."""

    def failed(self, text: str, error: RoomkeyError) -> None:
        """Say that a message was not sent, and why."""

    def refused(self, command: str, error: Exception) -> None:
        """Say that a command was not carried out, and why."""

    def left(self, code: str) -> None:
        """Say that the room was left."""

    def closed(self, code: str) -> None:
        """Say that the room was closed."""

    def members(self, members: Iterable[roomkey.Member], presence: Mapping[str, str]) -> None:
        """List who is in the room; `presence` says by pseudonym who is here or away."""

    def safety_code(self, code: SafetyCode) -> None:
        """Show what members compare."""

    def invitation(self, code: str, relay: str) -> None:
        """Show how somebody comes into the room."""

    def room_key(self, room_key: str) -> None:
        """Show a new room key, once."""

    def rules(self, rules: Rules) -> None:
        """Show what hosts have decided."""

    def rules_changed(self, rules: Rules, before: Rules) -> None:
        """Show what a host has just decided."""

    def say(self, text: str) -> None:
        """Tell people something that is safe to show already."""
