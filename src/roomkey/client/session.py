"""Keeps one room alive: connects, catches up, commits, sends, and comes back when it breaks."""

import asyncio
import contextlib
import random
from collections.abc import Callable
from typing import Final

from roomkey.errors import (
    GhostMember,
    NotAdmitted,
    NotAMember,
    PolicyViolation,
    RelayFault,
    RelayUnreachable,
    RoomClosed,
    RoomkeyError,
    StaleEpoch,
    StateError,
)
from roomkey.wire.limits import MAX_SYNC_ENVELOPES

from .admission import field, resume
from .committer import Committer, Schedule
from .connection import Backoff, Connection, ConnectionState, Input
from .events import ConnectionChanged, Event, RoomTrouble
from .history import fetch_history
from .inbox import Envelope, Inbox
from .joining import enter
from .outbox import Outbox
from .receiver import BROKEN, MustRejoin, Receiver, RoomWasClosed, WasRemoved, shown
from .room_state import RoomState
from .transport import Map, Transport, ignore_loss, ignore_push

MAX_RECOVERED: Final = 1000
MAX_REJOINS: Final = 3
REJOIN_SECONDS: Final = 1.0


class Session:
    """One room's life in one task; everything that touches its group happens there, in turn."""

    def __init__(
        self,
        state: RoomState,
        connect: Callable[[], Transport],
        tell: Callable[[Event], None],
        schedule: Schedule | None = None,
        backoff: Backoff | None = None,
    ) -> None:
        self.state = state
        self.outbox = Outbox(state)
        self.committer = Committer(state, schedule or Schedule())
        self.connection = Connection(self._state_changed)
        self._connect = connect
        self._tell = tell
        self._backoff = backoff or Backoff()
        self._receiver = Receiver(state)
        self._inbox = Inbox(state.cursor)
        self._wake = asyncio.Event()
        self._transport: Transport | None = None
        self._lost = False
        self._rejoins = 0
        self._task: asyncio.Task[None] | None = None

    # from outside

    def start(self, transport: Transport | None = None) -> None:
        """Begin, on a connection that is in the room already if one is given.

        A room that this member was removed from is only there to be read.
        """
        if self.state.store.get("removed") is not None:
            self.connection.take(Input.REMOVED)
            return
        self._task = asyncio.get_running_loop().create_task(self._run(transport))

    async def stop(self) -> None:
        """End the connection; what waits stays stored."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait((self._task,))
            self._task = None
        self.connection.take(Input.CLOSE)

    def wake(self) -> None:
        """Have a look whether there is something to do."""
        self._wake.set()

    def online(self) -> Transport:
        """Get the connection; raises RelayUnreachable when there is none."""
        if self._transport is None or self.connection.state is not ConnectionState.ONLINE:
            raise RelayUnreachable
        return self._transport

    # the life

    async def _run(self, transport: Transport | None) -> None:
        while True:
            try:
                self.connection.take(Input.TRY)
                transport = await self._come_in(transport)
                await self._serve(transport)
            except (WasRemoved, NotAMember):
                self._end(NotAMember())
                return
            except (RoomWasClosed, RoomClosed):
                self._end(RoomClosed())
                return
            except (RoomkeyError, OSError) as error:
                self._report(error)
            finally:
                await self._drop()
                transport = None
            self.connection.take(Input.LOST)
            await asyncio.sleep(self._backoff.next())

    def _end(self, error: RoomkeyError) -> None:
        with contextlib.suppress(StateError), self.state.store.transaction():
            self.state.forget_keys()
        self.outbox.fail_all(error)
        self._tell(RoomTrouble(error.code, error.sentence))
        self.connection.take(Input.REMOVED)

    def _report(self, error: Exception) -> None:
        if isinstance(error, StateError):
            # memory may be ahead of the disk by what could not be written
            with contextlib.suppress(StateError):
                self.state.reload()
        if isinstance(error, RoomkeyError) and not isinstance(error, RelayUnreachable):
            self._tell(RoomTrouble(error.code, str(error)))

    async def _drop(self) -> None:
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.on_push, transport.on_lost = ignore_push, ignore_loss
            await transport.close()

    async def _come_in(self, transport: Transport | None) -> Transport:
        state, fresh = self.state, transport is None
        if transport is None:
            transport = self._connect()
        self._transport, self._lost = transport, False
        transport.on_push, transport.on_lost = self._pushed, self._connection_lost
        if not fresh:
            self._inbox.move(state.cursor)
            return transport
        await transport.connect()
        if state.group is None:
            await enter(transport, state)
            self._inbox.move(state.cursor)
            return transport
        try:
            head, _ = await resume(transport, state.code, state.room_id, state.identity.private_key)
        except NotAdmitted:
            await self._rejoin(transport, None)
            return transport
        if head < state.cursor:
            raise PolicyViolation("the relay's log is shorter than what was read of it")
        self._inbox.move(state.cursor)
        self._inbox.forget(head)
        return transport

    async def _serve(self, transport: Transport) -> None:
        while True:
            await self._drain(transport)
            self.connection.take(Input.CAUGHT_UP)
            if self._lost:
                raise RelayUnreachable
            messages_wait = self.outbox.waiting > 0
            if self._receiver.history_is_broken:
                self._receiver.history_is_broken = False
                self.committer.update_now()
            if self.committer.is_due(messages_wait=messages_wait):
                await self._commit(transport)
            elif messages_wait:
                await self._send(transport)
            else:
                await self._rest()
            # only now: what the relay refuses at once must not be tried again at once
            self._backoff.reset()

    async def _rest(self) -> None:
        # not wait_for: before Python 3.12 it swallows a cancellation that meets the wake-up
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.01, self.committer.seconds_to_wait())):
                await self._wake.wait()
        self._wake.clear()

    async def _commit(self, transport: Transport) -> None:
        epoch = self.state.joined.epoch
        envelope = await self.committer.commit(transport)
        if envelope is None:
            await self._catch_up(transport, epoch)
            self.committer.caught_up()
        else:
            self._inbox.push(envelope)

    async def _send(self, transport: Transport) -> None:
        epoch = self.state.joined.epoch
        try:
            envelope = await self.outbox.send_first(transport)
        except StaleEpoch:
            await self._catch_up(transport, epoch)
            return
        if envelope is None:
            return
        self.committer.count_message()
        if envelope.seq > self._inbox.cursor:
            self._inbox.push(envelope)
        else:
            # it was stored before a resync that passed over its place
            for event in self._receiver.receive_skipped(envelope):
                self._tell(event)

    async def _catch_up(self, transport: Transport, epoch: int) -> None:
        await self._pull(transport)
        await self._drain(transport)
        if self.state.joined.epoch == epoch:
            raise RelayFault("the relay speaks of an epoch that its log does not show")

    # the log

    def _pushed(self, event: str, fields: Map) -> None:
        if event != "room.envelope" or fields.get("room") != self.state.room_id:
            return
        with contextlib.suppress(RelayFault):
            self._inbox.push(Envelope.read(fields))
        self._wake.set()

    def _connection_lost(self) -> None:
        self._lost = True
        self._wake.set()

    async def _drain(self, transport: Transport) -> None:
        while True:
            envelope = self._inbox.next()
            if envelope is not None:
                await self._take(transport, envelope)
            elif self._inbox.has_gap:
                await self._pull(transport)
            else:
                return
            # a long log must not keep the loop from others
            await asyncio.sleep(0)

    async def _pull(self, transport: Transport) -> None:
        cursor = self._inbox.cursor
        fields = {"room": self.state.room_id, "after": cursor, "limit": MAX_SYNC_ENVELOPES}
        answer = await transport.request("room.sync", fields)
        if field(answer, "floor", int) > cursor + 1:
            await self._rejoin(transport, None)
            return
        envelopes = [Envelope.read(item) for item in field(answer, "envelopes", list)]
        for place, envelope in enumerate(envelopes, cursor + 1):
            if envelope.seq != place:
                raise RelayFault("the log has a gap")
            self._inbox.push(envelope)
        if not envelopes and self._inbox.has_gap:
            raise RelayFault("the log ends before its head")
        self._inbox.head = max(self._inbox.head, field(answer, "head", int))

    async def _take(self, transport: Transport, envelope: Envelope) -> None:
        try:
            events = self._receiver.receive(envelope)
        except MustRejoin as reason:
            await self._rejoin(transport, reason.cause)
            return
        self._inbox.take(envelope)
        if envelope.leaf == self.state.leaf_key and envelope.kind == "message":
            self.outbox.stored(envelope.request, envelope.seq, envelope.time)
        if envelope.kind == "commit":
            self.committer.caught_up()
        for event in events:
            self._tell(event)

    async def _rejoin(self, transport: Transport, cause: RoomkeyError | None) -> None:
        """Come in again from outside, which heals whatever this member could not follow."""
        if cause is not None:
            self._tell(RoomTrouble(cause.code, cause.sentence))
        self._rejoins += 1
        if self._rejoins > MAX_REJOINS:
            # all members meet the same bad commit at once: let them not race for ever
            await asyncio.sleep(random.uniform(0, REJOIN_SECONDS * min(self._rejoins, 60)))  # noqa: S311
        before = self.state.cursor
        try:
            await enter(transport, self.state)
        except BROKEN as error:
            if isinstance(error, NotAMember):
                raise
            if isinstance(error, (GhostMember, PolicyViolation)):
                raise
            raise RelayFault("the relay's group cannot be joined") from error
        self._inbox.move(self.state.cursor)
        await self._recover(transport, before)

    async def _recover(self, transport: Transport, before: int) -> None:
        """Read what a resync passed over, where the room's history is shared."""
        state = self.state
        missed = min(state.cursor - before - 1, MAX_RECOVERED)
        if state.rules is None or not state.rules.is_shared or missed < 1:
            return
        known = {stored.seq for stored in state.store.transcript(state.cursor, missed)}
        await fetch_history(transport, state, state.cursor, missed)
        for stored in state.store.transcript(state.cursor, missed):
            if stored.seq > before and stored.seq not in known:
                self._tell(shown(state, stored))

    # what changed

    def _state_changed(self, state: ConnectionState) -> None:
        try:
            waiting = self.outbox.waiting
        except RoomkeyError:
            waiting = 0
        self._tell(ConnectionChanged(state, waiting))
