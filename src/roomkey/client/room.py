"""A room as the people in it see it."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable
from types import TracebackType

from roomkey.crypto.signature import ED25519
from roomkey.errors import NotAdmitted, NotAMember, StateError
from roomkey.keys.safety_code import SafetyCode, safety_code
from roomkey.keys.sealed_name import open_title
from roomkey.wire import room_code
from roomkey.wire.limits import MAX_SEQ, REQUEST_ID_BYTES
from roomkey.wire.transcripts import leave_transcript

from .committer import Schedule
from .connection import Backoff, ConnectionState
from .events import Event, MessageReceived
from .history import fetch_history
from .keystore import RoomLock
from .members import Member, members_of
from .outbox import SentMessage
from .receiver import shown
from .room_state import RoomState
from .session import Session
from .text import clean_name
from .transport import Transport


class Room:
    """Send with `send`, receive by iterating; closes with `async with` or `close`."""

    def __init__(
        self,
        state: RoomState,
        lock: RoomLock,
        connect: Callable[[], Transport],
        delete: Callable[[], None],
        *,
        schedule: Schedule | None = None,
        backoff: Backoff | None = None,
    ) -> None:
        self._state, self._lock, self._delete = state, lock, delete
        self._events: asyncio.Queue[Event | None] = asyncio.Queue()
        self._session = Session(state, connect, self._events.put_nowait, schedule, backoff)
        self._open = True

    def start(self, transport: Transport | None = None) -> None:
        """Begin to connect; on a connection that is in the room already, if one is given."""
        self._session.start(transport)

    def __repr__(self) -> str:
        return f"Room({self.code})"

    @property
    def code(self) -> str:
        """The room code as people see it."""
        return room_code.show(self._state.code)

    @property
    def name(self) -> str:
        """The own display name in this room."""
        return clean_name(self._state.name)

    @property
    def title(self) -> str:
        """The room's title; empty if it has none."""
        rules, state = self._state.rules, self._state
        if rules is None:
            return ""
        keys = (state.secrets.names, rules.title_key_id, state.room_id)
        title = open_title(*keys, rules.sealed_title)
        return clean_name(title) if title.strip() else ""

    @property
    def history_mode(self) -> str:
        """Whether the room's history is "shared" with those who join later, or "strict"."""
        return "strict" if self._state.rules is None else self._state.rules.history

    @property
    def retention(self) -> int:
        """How long the relay keeps messages, in seconds."""
        return 0 if self._state.rules is None else self._state.rules.retention

    @property
    def state(self) -> ConnectionState:
        """How the room stands with its relay."""
        return self._session.connection.state

    @property
    def waiting(self) -> int:
        """How many messages wait to be sent."""
        return self._session.outbox.waiting

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

    def safety_code(self) -> SafetyCode:
        """Return what all members see alike, if nobody is between them."""
        return safety_code(self._state.joined.epoch_authenticator)

    async def send(self, text: str, *, in_reply_to: bytes | None = None) -> SentMessage:
        """Queue a message; it is stored here, and goes out by itself.

        Raises TooLarge above 64,000 bytes, StateFull, or NotAMember after removal.
        """
        self._require_open()
        sent = self._session.outbox.add(text, in_reply_to=in_reply_to)
        self._session.wake()
        return sent

    async def edit(self, message_id: bytes, text: str) -> SentMessage:
        """Queue another text in the place of an own message; raises as `send` does."""
        self._require_open()
        sent = self._session.outbox.add(text, replaces=message_id)
        self._session.wake()
        return sent

    async def history(self, limit: int = 100, before: int | None = None) -> list[MessageReceived]:
        """Return up to `limit` messages, the newest below the place `before`, oldest first.

        In a shared room these reach back before the own joining, while the relay answers.
        """
        state = self._state
        place = MAX_SEQ if before is None else before
        if state.rules is not None and state.rules.is_shared:
            online = self.state is ConnectionState.ONLINE
            if online:
                await fetch_history(self._session.online(), state, place, limit)
        return [shown(state, stored) for stored in state.store.transcript(place, limit)]

    async def remove(self, member: Member) -> None:
        """Remove somebody, at the next commit; raises PolicyViolation unless this is a host."""
        self._require_open()
        self._session.committer.remove(member.index)
        self._session.wake()

    async def leave(self) -> None:
        """Give up the place in the room, and delete its keys and transcript here.

        Raises RelayUnreachable when the relay cannot be told; then nothing has changed.
        """
        state = self._state
        if self.state is not ConnectionState.REMOVED:
            transport = self._session.online()
            signed = leave_transcript(state.room_id, state.leaf_key)
            request = os.urandom(REQUEST_ID_BYTES)
            signature = ED25519.sign(state.identity.private_key, signed)
            with state.store.transaction():
                state.store.remember(request, "leave", signature)
            fields = {"request": request, "room": state.room_id, "signature": signature}
            # not admitted any more: the relay knows already
            with contextlib.suppress(NotAdmitted):
                await transport.request("room.leave", fields)
        await self.close()
        self._delete()

    async def close(self) -> None:
        """Stop; what waits stays stored and goes out when the room is resumed."""
        if not self._open:
            return
        self._open = False
        await self._session.stop()
        with contextlib.suppress(StateError):
            self._state.store.close()
        self._lock.release()
        self._events.put_nowait(None)

    def _require_open(self) -> None:
        if self.state is ConnectionState.REMOVED or not self._open:
            raise NotAMember

    async def __aenter__(self) -> "Room":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def __aiter__(self) -> AsyncIterator[Event]:
        return self._iterate()

    async def _iterate(self) -> AsyncIterator[Event]:
        while True:
            event = await self._events.get()
            if event is None:
                # others who iterate end too
                self._events.put_nowait(None)
                return
            yield event
