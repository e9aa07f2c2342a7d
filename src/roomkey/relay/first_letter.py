"""What makes a new room a private conversation: whom it is to, and the Welcome for that inbox."""

from dataclasses import replace

from roomkey.errors import InboxFull, MalformedRequest, UnknownHandle
from roomkey.wire import limits

from .fields import Fields
from .store import InboxItem, Room, Transaction


class FirstLetter:
    """The field `to` of `room.create` (docs/protocol/directory.md)."""

    def __init__(self, fields: Fields, creator: bytes) -> None:
        self._handle = fields.handle()
        self._leaf = fields.leaf()
        self.welcome = fields.bounded("welcome", limits.MAX_FIRST_WELCOME_BYTES)
        self.identity: bytes | None = None
        """The identity key of the owner to whom this is pushed, once it is stored."""
        if self._leaf == creator:
            raise MalformedRequest("leaf")

    @classmethod
    def of(cls, fields: Fields, creator: bytes) -> "FirstLetter | None":
        """Read the field, if it is there."""
        return cls(fields.inner("to"), creator) if "to" in fields else None

    def shape(self, room: Room) -> Room:
        """Give the room as a conversation: of two who are in it, and of nobody else ever."""
        if room.max_members != limits.CONVERSATION_MEMBERS:
            raise MalformedRequest("max_members")
        return replace(room, epoch=1, locked=True)

    def deliver(self, transaction: Transaction, room: Room) -> None:
        """Let the other in beside the creator, and put the Welcome into its inbox."""
        self.identity = transaction.handles.find(self._handle)
        if self.identity is None:
            raise UnknownHandle
        if transaction.inbox.count(self._handle) >= limits.MAX_INBOX_ITEMS:
            raise InboxFull
        transaction.members.add(room.room, self._leaf)
        transaction.hosts.replace(room.room, [room.creator, self._leaf])
        transaction.inbox.add(self._handle, room.room, InboxItem(room.created, self.welcome))
