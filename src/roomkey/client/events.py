"""What a room tells whoever iterates over it."""

from dataclasses import dataclass, field

from .connection import ConnectionState
from .members import Member


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """A message at its place in the room; `time` is the relay's clock, milliseconds since 1970."""

    id: bytes
    sender: Member
    text: str = field(repr=False)
    time: int
    seq: int
    is_own: bool = False
    is_history: bool = False
    sender_clock_differs: bool = False
    in_reply_to: bytes | None = None
    replaces: bytes | None = None
    is_deleted: bool = False
    is_reaction: bool = False


@dataclass(frozen=True, slots=True)
class MemberJoined:
    """Somebody came into the room."""

    member: Member


@dataclass(frozen=True, slots=True)
class MemberLeft:
    """Somebody left, or was removed by a host."""

    member: Member
    was_removed: bool = False


@dataclass(frozen=True, slots=True)
class RoomKeyChanged:
    """A host changed the room key; it is needed to join from now on."""

    key_id: int


@dataclass(frozen=True, slots=True)
class RulesChanged:
    """A host changed the room's title, retention, lock, hosts or room key."""

    revision: int


@dataclass(frozen=True, slots=True)
class ConnectionChanged:
    """The connection's state, and how many messages wait to be sent."""

    state: ConnectionState
    waiting: int


@dataclass(frozen=True, slots=True)
class MessageUnreadable:
    """A message that cannot be shown; `reason` is an error's code."""

    seq: int
    time: int
    sender: Member | None
    reason: str


@dataclass(frozen=True, slots=True)
class SafetyCodeChanged:
    """The group changed, and its safety code with it."""

    epoch: int


@dataclass(frozen=True, slots=True)
class RoomTrouble:
    """Something is wrong with the room that its people should know; `code` is an error's."""

    code: str
    sentence: str


Event = (
    MessageReceived
    | MemberJoined
    | MemberLeft
    | RoomKeyChanged
    | RulesChanged
    | ConnectionChanged
    | MessageUnreadable
    | SafetyCodeChanged
    | RoomTrouble
)
