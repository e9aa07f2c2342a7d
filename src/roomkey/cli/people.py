"""Members by the names they are shown with: whom a command means, and how two are told apart."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from roomkey.cli import terminal_text
from roomkey.cli.output import UsageError

_FEWEST_DIGITS = 4
_SHOWN_DIGITS = 8


class Person(Protocol):
    """A member, as far as a list of members shows one."""

    @property
    def pseudonym(self) -> str:
        """What tells members apart, in hexadecimal."""

    @property
    def name(self) -> str:
        """The display name."""

    @property
    def is_self(self) -> bool:
        """Whether this is the one who reads the list."""

    @property
    def is_host(self) -> bool:
        """Whether this member may change the room."""


Somebody = TypeVar("Somebody", bound=Person)


def labels(people: Iterable[Person], presence: Mapping[str, str] | None = None) -> list[str]:
    """Name everybody; those of one name also by pseudonym.

    `presence` says of pseudonyms that they are "here", "away" or "unknown".
    """
    words = {} if presence is None else presence
    everybody = list(people)
    names = [_key(person.name) for person in everybody]
    shown = []
    for person in everybody:
        label = terminal_text.name(person.name)
        if names.count(_key(person.name)) > 1:
            label += f" {_sign(person)}"
        word = words.get(person.pseudonym, "unknown")
        marks = ["you"] if person.is_self else [word] if word != "unknown" else []
        marks += ["host"] if person.is_host else []
        shown.append(label + (f" ({', '.join(marks)})" if marks else ""))
    return shown


def find(people: Iterable[Somebody], wanted: str) -> Somebody:
    """Find the one other member of a name, or of the beginning of a pseudonym behind an @."""
    others = [person for person in people if not person.is_self]
    wanted = wanted.strip()
    if wanted.startswith("@"):
        digits = wanted[1:].lower()
        enough = len(digits) >= _FEWEST_DIGITS
        found = [person for person in others if enough and person.pseudonym.startswith(digits)]
    else:
        found = [person for person in others if _key(person.name) == _key(wanted)]
    if len(found) == 1:
        return found[0]
    shown = terminal_text.name(wanted)
    if found:
        raise UsageError(f"{len(found)} people are called {shown}; say which: {_choices(found)}.")
    raise UsageError(f"Nobody else here is called {shown}: /members lists everybody.")


def _choices(people: Sequence[Person]) -> str:
    return " or ".join(_sign(person) for person in people)


def _sign(person: Person) -> str:
    return "@" + person.pseudonym[:_SHOWN_DIGITS]


def _key(name: str) -> str:
    return terminal_text.name(name).casefold()
