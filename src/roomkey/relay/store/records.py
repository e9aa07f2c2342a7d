"""What goes into the store and comes out of it; times are in milliseconds since 1970-01-01 UTC."""

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["commit", "message", "leave", "close"]


@dataclass(frozen=True, slots=True)
class Room:
    """A room's standing; its GroupInfo is kept apart, as it is large and seldom read.

    `retention` is in seconds.
    """

    room: bytes
    request: bytes
    creator: bytes
    created: int
    touched: int
    admission: bytes
    key_id: int
    epoch: int
    head: int
    floor: int
    suite: int
    retention: int
    max_members: int
    closed: bool
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Envelope:
    """One entry of a room's log (delivery.md); `history` is the secret of the epoch it begins.

    `root` is the sealed root of a new room key.
    """

    seq: int
    time: int
    kind: Kind
    epoch: int
    leaf: bytes
    request: bytes
    body: bytes
    welcome: bytes | None = None
    history: bytes | None = None
    root: bytes | None = None

    def to_map(self) -> dict[str, Any]:
        """Give the envelope as it crosses the wire: what is absent has no field."""
        named = ((name, getattr(self, name)) for name in self.__slots__)
        return {name: value for name, value in named if value is not None}


@dataclass(frozen=True, slots=True)
class ArchiveCopy:
    """A message as members of later may read it."""

    seq: int
    time: int
    epoch: int
    leaf: bytes
    archive: bytes


@dataclass(frozen=True, slots=True)
class EpochSecret:
    """An epoch's history secret, sealed under the room key `key_id`; `seq` is what began it."""

    epoch: int
    key_id: int
    seq: int
    sealed: bytes


@dataclass(frozen=True, slots=True)
class ChainLink:
    """What leads from room key `key_id` to the one before it."""

    key_id: int
    chain: bytes


@dataclass(frozen=True, slots=True)
class Departure:
    """A leave statement that no commit has carried out yet."""

    leaf: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class StockedPackage:
    """A key package as its owner publishes it; `digest` is its SHA-256."""

    digest: bytes
    package: bytes
    expires: int
    last_resort: bool


@dataclass(frozen=True, slots=True)
class InboxItem:
    """The Welcome of a private conversation, and when it came."""

    time: int
    welcome: bytes
