"""What hosts decide about a room, and what a change of it means in words."""

from dataclasses import dataclass
from typing import Self

import roomkey
from roomkey.cli import duration, terminal_text


@dataclass(frozen=True, slots=True)
class Rules:
    """A room's rules at one moment; `hosts` are pseudonyms with their names."""

    title: str
    history: str
    retention: int
    is_locked: bool
    key_id: int
    hosts: dict[str, str]

    @classmethod
    def of(cls, room: roomkey.Room) -> Self:
        """Take them from a room as it is now."""
        hosts = {m.pseudonym: m.name for m in room.members() if m.is_host}
        return cls(
            room.title, room.history_mode, room.retention, room.is_locked, room.key_id, hosts
        )


def lines(rules: Rules) -> list[str]:
    """Say what the rules are."""
    reads = "reads" if rules.history == "shared" else "reads nothing of"
    return [
        f"Title: {_title(rules)}",
        f"Who joins later {reads} what was said before.",
        f"Messages are kept for {duration.words(rules.retention)}.",
        _lock(rules),
        f"Hosts: {', '.join(terminal_text.name(name) for name in rules.hosts.values())}",
    ]


def changes(before: Rules, after: Rules) -> list[str]:
    """Say what has changed; a new room key is told of elsewhere."""
    told = []
    if before.title != after.title:
        told.append(f"A host changed the room's title: {_title(after)}")
    if before.retention != after.retention:
        told.append(f"Messages are kept for {duration.words(after.retention)} from now on.")
    if before.is_locked != after.is_locked:
        told.append(_lock(after))
    named = [name for pseudonym, name in after.hosts.items() if pseudonym not in before.hosts]
    told += [f"{terminal_text.name(name)} is a host now." for name in named]
    return told


def _title(rules: Rules) -> str:
    return terminal_text.name(rules.title, longest=80) if rules.title else "none"


def _lock(rules: Rules) -> str:
    if rules.is_locked:
        return "The room is locked: nobody new comes in."
    return "The room is open to whoever has the room key."
