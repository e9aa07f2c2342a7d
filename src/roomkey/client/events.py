"""What a room tells whoever iterates over it."""

from dataclasses import dataclass, field

from .connection import ConnectionState
from .members import Member
from .presence import PresenceWord


@dataclass(frozen=True, slots=True)
class Reaction:
    """A sign that somebody put under a message."""

    id: bytes
    sign: str = field(repr=False)
    sender: Member


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """A message at its place in the room, as later edits, reactions and deletion have left it.

    `time` is the relay's clock and `expires_at` one's own, milliseconds since 1970.
    """

    id: bytes
    sender: Member
    text: str = field(repr=False)
    time: int
    seq: int
    is_own: bool = False
    is_history: bool = False
    sender_clock_differs: bool = False
    in_reply_to: bytes | None = None
    is_edited: bool = False
    is_deleted: bool = False
    reactions: tuple[Reaction, ...] = ()
    expires_at: int | None = None


@dataclass(frozen=True, slots=True)
class MessageChanged:
    """Who wrote a message put another text in its place; `message` is as it is now."""

    message: MessageReceived


@dataclass(frozen=True, slots=True)
class MessageDeleted:
    """Who wrote a message deleted it; its text and reactions are gone here too."""

    message: MessageReceived


@dataclass(frozen=True, slots=True)
class MessageExpired:
    """A message's time, or the room's retention, is over; it is gone here."""

    id: bytes
    seq: int


@dataclass(frozen=True, slots=True)
class ReactionAdded:
    """Somebody put a sign under a message."""

    message_id: bytes
    reaction: Reaction


@dataclass(frozen=True, slots=True)
class ReactionRemoved:
    """Somebody took a sign back."""

    message_id: bytes
    reaction: Reaction


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
class MemberPresence:
    """A member is here, away, or was not heard of for a while; by its own word."""

    member: Member
    presence: PresenceWord


@dataclass(frozen=True, slots=True)
class MemberTyping:
    """A member began to write, or no longer does."""

    member: Member
    is_typing: bool


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
class MessagesMissing:
    """Before the message at `seq` its sender sent others, which the relay left out."""

    seq: int
    time: int
    sender: Member | None


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
    | MessageChanged
    | MessageDeleted
    | MessageExpired
    | ReactionAdded
    | ReactionRemoved
    | MemberJoined
    | MemberLeft
    | MemberPresence
    | MemberTyping
    | RoomKeyChanged
    | RulesChanged
    | ConnectionChanged
    | MessageUnreadable
    | MessagesMissing
    | SafetyCodeChanged
    | RoomTrouble
)
