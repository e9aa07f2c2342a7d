"""What the table of decoders is made of."""

from collections.abc import Callable
from dataclasses import dataclass

from roomkey.errors import RoomkeyError

Read = Callable[[bytes], object]


@dataclass(frozen=True)
class Prepared:
    """A decoder that is ready for input, and valid examples to change."""

    read: Read
    examples: tuple[bytes, ...]


@dataclass(frozen=True)
class Decoder:
    """Something that meets bytes from outside; `refusals` are the errors that may come out of it.

    It is prepared in the process that uses it, as it may need a group, a file or a relay.
    """

    name: str
    prepare: Callable[[], Prepared]
    refusals: tuple[type[RoomkeyError], ...]

    @property
    def slug(self) -> str:
        """Its name as that of a file."""
        return self.name.replace(" ", "-").replace("'", "")


def reading(
    name: str, read: Read, examples: Callable[[], list[bytes]], *refusals: type[RoomkeyError]
) -> Decoder:
    """Make a decoder that needs nothing but its input."""
    return Decoder(name, lambda: Prepared(read, tuple(examples())), refusals)
