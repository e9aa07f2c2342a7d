"""What a room shows of itself: its name, its rules, who is in it, how it stands with its relay."""

from collections.abc import Callable

from roomkey.errors import NotAMember
from roomkey.keys.safety_code import SafetyCode, safety_code
from roomkey.wire import room_code

from .changes import title_of
from .connection import Backoff, ConnectionState
from .events import Event
from .members import Member, members_of
from .presence import NOTHING, Heard, PresenceWord
from .room_state import RoomState
from .schedule import Schedule
from .session import Session
from .text import clean_name
from .transport import Transport


class RoomView:
    """The part of a room that only reads what is here already."""

    def __init__(
        self,
        state: RoomState,
        connect: Callable[[], Transport],
        tell: Callable[[Event], None],
        schedule: Schedule | None,
        backoff: Backoff | None,
        presence: bool,
    ) -> None:
        self._state, self._connect = state, connect
        self._session = Session(state, connect, tell, schedule, backoff, presence=presence)
        self._open = True

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.code})"

    @property
    def code(self) -> str:
        """The room code as people see it."""
        return room_code.show(self._state.code)

    @property
    def peer(self) -> str | None:
        """The other one's handle, if this is a private conversation."""
        return None if self._state.peer is None else self._state.peer.handle

    @property
    def name(self) -> str:
        """The own display name in this room."""
        return clean_name(self._state.name)

    @property
    def title(self) -> str:
        """The room's title; empty if it has none."""
        rules = self._state.rules
        title = "" if rules is None else title_of(self._state, rules)
        return clean_name(title) if title.strip() else ""

    @property
    def history_mode(self) -> str:
        """Whether the room's history is "shared" with those who join later, or "strict"."""
        return "strict" if self._state.rules is None else self._state.rules.history

    @property
    def retention(self) -> int:
        """How long messages are kept, in seconds."""
        return 0 if self._state.rules is None else self._state.rules.retention

    @property
    def is_locked(self) -> bool:
        """Whether nobody new comes in."""
        return self._state.rules is not None and self._state.rules.locked

    @property
    def is_host(self) -> bool:
        """Whether this member is a host."""
        return any(member.is_self and member.is_host for member in self.members())

    @property
    def key_id(self) -> int:
        """How often the room key was changed."""
        return 0 if self._state.rules is None else self._state.rules.key_id

    @property
    def needs_room_key(self) -> bool:
        """Whether the room key was changed, and `give_room_key` has to be called."""
        return self._state.needs_room_key or self._session.key_wait.is_on

    @property
    def state(self) -> ConnectionState:
        """How the room stands with its relay."""
        return self._session.connection.state

    @property
    def waiting(self) -> int:
        """How many messages wait to be sent."""
        return self._session.outbox.waiting

    @property
    def unread(self) -> int:
        """How many messages of others came after the last place that was marked as read."""
        return self._state.store.transcript.count_unread(self.read_up_to)

    @property
    def read_up_to(self) -> int:
        """The place in the log up to which everything was read."""
        return int.from_bytes(self._state.store.get("read") or b"", "big")

    def mark_read(self, seq: int) -> None:
        """Note that everything was read up to a place in the log; that never moves back."""
        if seq > self.read_up_to:
            with self._state.store.transaction():
                self._state.store.set("read", seq.to_bytes(8, "big"))

    def members(self) -> list[Member]:
        """List who is in the room; those who have said that they leave are not."""
        state = self._state
        if state.group is None:
            return []
        leaving = set(state.store.statements())
        present = {
            index for index, leaf in state.group.members() if leaf.signature_key not in leaving
        }
        return [m for m in members_of(state.group, state.policy) if m.index in present]

    def presence(self, member: Member) -> PresenceWord:
        """Say whether a member is here, by its own word; oneself is."""
        return "here" if member.is_self else self._heard(member).presence

    def is_typing(self, member: Member) -> bool:
        """Say whether a member writes, by its own word."""
        return self._heard(member).is_typing

    def _heard(self, member: Member) -> Heard:
        leaf = None if self._state.group is None else self._state.group.leaf(member.index)
        return NOTHING if leaf is None else self._session.signaller.presence.of(leaf.signature_key)

    def safety_code(self) -> SafetyCode:
        """Return what all members see alike, if nobody is between them."""
        return safety_code(self._state.joined.epoch_authenticator)

    def _require_open(self) -> None:
        if self.state is ConnectionState.REMOVED or not self._open:
            raise NotAMember
