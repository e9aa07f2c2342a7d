"""A room as the people in it see it."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable
from types import TracebackType
from typing import Final

from roomkey.crypto.signature import ED25519
from roomkey.errors import NotAdmitted, RoomkeyError, StateError
from roomkey.wire.limits import MAX_SEQ, REQUEST_ID_BYTES
from roomkey.wire.transcripts import leave_transcript

from .connection import Backoff, ConnectionState
from .events import ConnectionChanged, Event, MessageReceived
from .expiry import Expiry
from .export import ExportFormat, export_transcript
from .history import fetch_history
from .keystore import RoomLock
from .room_hosting import RoomHosting
from .room_state import RoomState
from .room_writing import RoomWriting
from .schedule import Schedule
from .transport import Transport

EVERYTHING: Final = 2**62


class Room(RoomWriting, RoomHosting):
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
        presence: bool = True,
        closed: "Callable[[Room], None]",
    ) -> None:
        self._events: asyncio.Queue[Event | None] = asyncio.Queue()
        super().__init__(state, connect, self._tell, schedule, backoff, presence)
        self._expiry = Expiry(self._session.transcript, self._tell)
        self._lock, self._delete, self._closed = lock, delete, closed
        self._offering: asyncio.Task[None] | None = None

    def offer_room_key(self, room_key: str) -> None:
        """Have a room key tried if it turns out that this device needs one."""
        offering = self._offer_room_key(room_key)
        self._offering = asyncio.get_running_loop().create_task(offering)

    async def _offer_room_key(self, room_key: str) -> None:
        if not self.needs_room_key:
            await self._session.key_wait.needed.wait()
        # who gave it learns from the room's events that it is still needed
        with contextlib.suppress(RoomkeyError):
            await self.give_room_key(room_key)

    def start(self, transport: Transport | None = None) -> None:
        """Begin to connect; on a connection that is in the room already, if one is given."""
        self._expiry.start()
        self._session.start(transport)

    async def history(self, limit: int = 100, before: int | None = None) -> list[MessageReceived]:
        """Return up to `limit` messages, the newest below the place `before`, oldest first.

        In a shared room these reach back before the own joining, while the relay answers.
        """
        state, transcript = self._state, self._session.transcript
        place = MAX_SEQ if before is None else before
        if state.rules is not None and state.rules.is_shared:
            online = self.state is ConnectionState.ONLINE
            if online:
                await fetch_history(self._session.online(), state, transcript, place, limit)
        return transcript.messages(place, limit)

    def export(self, format: ExportFormat = "text") -> str:
        """Write all messages that are stored here, as they are now; for the person's own files."""
        messages = self._session.transcript.messages(MAX_SEQ, EVERYTHING)
        return export_transcript(self.code, self.title, messages, format)

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
        await self._end(forget=True)

    async def close(self) -> None:
        """Stop; what waits stays stored and goes out when the room is resumed."""
        await self._end(forget=False)

    async def _end(self, *, forget: bool) -> None:
        if not self._open:
            return
        self._open = False
        if self._offering is not None:
            self._offering.cancel()
            await asyncio.wait((self._offering,))
        await self._session.stop()
        await self._expiry.stop()
        with contextlib.suppress(StateError):
            self._state.store.close()
        if forget:
            # before anybody else has the room: it may be joined anew at once
            self._delete()
        self._lock.release()
        # who is out holds nothing of the room any longer but what it holds of this object
        self._closed(self)
        self._events.put_nowait(None)

    def _tell(self, event: Event) -> None:
        self._expiry.heard(event)
        is_in = isinstance(event, ConnectionChanged) and event.state is ConnectionState.ONLINE
        if is_in and self._state.needs_room_key:
            self._session.key_wait.needed.set()
        elif is_in and self._offering is not None:
            # not needed: it is not kept any longer
            self._offering.cancel()
        self._events.put_nowait(event)

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
