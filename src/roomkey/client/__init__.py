"""The Python SDK: rooms to write to and to read from (docs/protocol/group.md, content.md)."""

from .client import Client, StoredRoom, connect
from .connection import ConnectionState
from .directory import Conversation, ConversationRefused, Directory
from .events import (
    ConnectionChanged,
    Event,
    MemberJoined,
    MemberLeft,
    MemberPresence,
    MemberTyping,
    MessageChanged,
    MessageDeleted,
    MessageExpired,
    MessageReceived,
    MessagesMissing,
    MessageUnreadable,
    Reaction,
    ReactionAdded,
    ReactionRemoved,
    RoomKeyChanged,
    RoomTrouble,
    RulesChanged,
    SafetyCodeChanged,
)
from .members import Member
from .outbox import SentMessage
from .room import Room
from .schedule import Schedule

__all__ = [
    "Client",
    "ConnectionChanged",
    "ConnectionState",
    "Conversation",
    "ConversationRefused",
    "Directory",
    "Event",
    "Member",
    "MemberJoined",
    "MemberLeft",
    "MemberPresence",
    "MemberTyping",
    "MessageChanged",
    "MessageDeleted",
    "MessageExpired",
    "MessageReceived",
    "MessageUnreadable",
    "MessagesMissing",
    "Reaction",
    "ReactionAdded",
    "ReactionRemoved",
    "Room",
    "RoomKeyChanged",
    "RoomTrouble",
    "RulesChanged",
    "SafetyCodeChanged",
    "Schedule",
    "SentMessage",
    "StoredRoom",
    "connect",
]
