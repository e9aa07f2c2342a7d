"""Roomkey: a self-hosted chat room for text that stays private even from its server."""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from roomkey.client import (
        Client,
        ConnectionChanged,
        ConnectionState,
        Conversation,
        ConversationRefused,
        Directory,
        Event,
        Member,
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
        Room,
        RoomKeyChanged,
        RoomTrouble,
        RulesChanged,
        SafetyCodeChanged,
        Schedule,
        SentMessage,
        StoredRoom,
        connect,
    )

__version__ = "0.1.0"

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


def __getattr__(name: str) -> object:
    # loaded when it is used: the relay imports this package too, and has no client in it
    if name in __all__:
        return getattr(importlib.import_module("roomkey.client"), name)
    raise AttributeError(name)
