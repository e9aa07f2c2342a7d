"""Keeps one room alive: connects, catches up, commits, sends, and comes back when it breaks."""

import asyncio
import contextlib
from collections.abc import Callable

from roomkey.errors import (
    NotAdmitted,
    NotAMember,
    RelayFault,
    RelayInconsistent,
    RelayUnreachable,
    RoomClosed,
    RoomkeyError,
    RoomKeyNeeded,
    StaleEpoch,
    StateError,
    WrongRoomKey,
)

from .admission import resume
from .committer import Committer
from .connection import Backoff, Connection, ConnectionState, Input
from .creating import RoomWasNotMade, is_being_made, make_room
from .events import ConnectionChanged, Event, RoomTrouble
from .follower import Follower
from .group_info_check import GroupInfoCheck
from .inbox import Envelope
from .outbox import Outbox
from .receiver import RoomWasClosed, WasRemoved
from .room_key_wait import RoomKeyWait
from .room_state import RoomState
from .schedule import Schedule
from .signaller import Signaller
from .transcript import Transcript
from .transport import Map, Transport, ignore_loss, ignore_push


class Session:
    """One room's life in one task; everything that touches its group happens there, in turn."""

    def __init__(
        self,
        state: RoomState,
        connect: Callable[[], Transport],
        tell: Callable[[Event], None],
        schedule: Schedule | None = None,
        backoff: Backoff | None = None,
        *,
        presence: bool = True,
    ) -> None:
        self.state = state
        self.transcript = Transcript(state)
        self.outbox = Outbox(state, self.transcript)
        self.committer = Committer(state, schedule or Schedule())
        self._info_check = GroupInfoCheck(state, schedule or Schedule())
        self.signaller = Signaller(state, tell, is_silent=not presence)
        self.key_wait = RoomKeyWait(state)
        self.connection = Connection(self._state_changed)
        self._follower = Follower(state, self.transcript, tell, self._took)
        self._connect = connect
        self._tell = tell
        self._backoff = backoff or Backoff()
        self._wake = asyncio.Event()
        self._transport: Transport | None = None
        self._lost = self._is_closed = self._is_ahead = False
        self._task: asyncio.Task[None] | None = None

    # from outside

    def start(self, transport: Transport | None = None) -> None:
        """Begin, on a connection that is in the room already if one is given.

        A room that this member was removed from is only there to be read.
        """
        if self.state.store.get("removed") is not None:
            self.connection.take(Input.REMOVED)
            return
        self._transport = transport
        self._task = asyncio.get_running_loop().create_task(self._run(transport))

    async def stop(self) -> None:
        """End the connection; what waits stays stored."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait((self._task,))
            self._task = None
            # a task that is ended before it has begun closes nothing
            await self._drop()
        self.committer.fail_all(RelayUnreachable())
        self.key_wait.answer(RelayUnreachable())
        self.connection.take(Input.CLOSE)

    async def end_closed(self) -> None:
        """End the room's life: this member has closed it."""
        self._is_closed = True
        self.wake()
        if self._task is not None:
            await asyncio.wait((self._task,))

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
                self._reload()
                transport = await self._come_in(transport)
                await self._serve(transport)
            except (WasRemoved, NotAMember):
                self._end(NotAMember())
                return
            except RoomWasClosed:
                self._end(RoomClosed())
                return
            except RoomWasNotMade:
                self._end(RelayFault("the code was drawn too long ago"))
                return
            except RoomClosed:
                # no host has said so
                self.key_wait.answer(RelayUnreachable())
                self._report(RelayInconsistent("closed by the relay's word alone"))
            except RoomKeyNeeded as error:
                self.key_wait.begin()
                self._report(error)
            except (RoomkeyError, OSError) as error:
                self.key_wait.answer(RelayUnreachable())
                self._report(error)
            finally:
                await self._drop()
                transport = None
            self.connection.take(Input.LOST)
            if self.key_wait.is_on:
                await self.key_wait.end()
            else:
                await asyncio.sleep(self._backoff.next())

    def _end(self, error: RoomkeyError) -> None:
        with contextlib.suppress(StateError), self.state.store.transaction():
            self.state.forget_keys()
        self.outbox.fail_all(error)
        self.committer.fail_all(error)
        self.key_wait.answer(error)
        self._tell(RoomTrouble(error.code, error.sentence))
        self.connection.take(Input.REMOVED)

    def _report(self, error: Exception) -> None:
        if isinstance(error, StateError):
            self._is_ahead = True
            with contextlib.suppress(StateError):
                self._reload()
        if isinstance(error, RoomkeyError) and not isinstance(error, RelayUnreachable):
            self._tell(RoomTrouble(error.code, str(error)))

    def _reload(self) -> None:
        """Take the room from the disk, if memory is ahead of it by what could not be written."""
        if self._is_ahead:
            self.state.reload()
            self._is_ahead = False

    async def _drop(self) -> None:
        transport, self._transport = self._transport, None
        await self.signaller.stop()
        if transport is not None:
            transport.on_push, transport.on_lost = ignore_push, ignore_loss
            await transport.close()

    async def _come_in(self, transport: Transport | None) -> Transport:
        fresh = transport is None
        if transport is None:
            transport = self._connect()
        self._transport, self._lost = transport, False
        transport.on_push, transport.on_lost = self._pushed, self._connection_lost
        if fresh:
            self._follower.forget()
            await transport.connect()
            await self._take_place(transport)
        else:
            self._follower.start()
        return transport

    async def _take_place(self, transport: Transport) -> None:
        state = self.state
        if is_being_made(state):
            await make_room(transport, state)
            self._follower.start()
            return
        if state.group is not None and self.key_wait.offered is None:
            try:
                head = await resume(transport, state.code, state.room_id, state.identity)
            except (NotAdmitted, WrongRoomKey):
                pass
            else:
                if head < state.cursor:
                    raise RelayInconsistent("the log is shorter than what was read of it")
                self._follower.start(head)
                return
        await self._follower.rejoin(transport, None, self.key_wait.offered)
        self.key_wait.answer(None)

    async def _serve(self, transport: Transport) -> None:
        while True:
            await self._follower.drain(transport)
            self.connection.take(Input.CAUGHT_UP)
            self.signaller.start(transport)
            if self._is_closed:
                raise RoomWasClosed
            if self._lost:
                raise RelayUnreachable
            messages_wait = self.outbox.waiting > 0
            if self._follower.must_mend_history():
                self.committer.timetable.update_now()
            if not self._info_check.seconds_to_wait() and await self._info_check.finds_fault(
                transport
            ):
                self.committer.timetable.update_now()
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
            quiet = self.committer.timetable.seconds_to_wait()
            quiet = min(quiet, self._info_check.seconds_to_wait())
            async with asyncio.timeout(max(0.01, quiet)):
                await self._wake.wait()
        self._wake.clear()

    async def _commit(self, transport: Transport) -> None:
        epoch = self.state.joined.epoch
        pending = self.committer.prepare()
        if pending is None:
            return
        envelope = await self.committer.send(transport, pending)
        if envelope is None:
            await self._follower.catch_up(transport, epoch)
        else:
            self._follower.sent(envelope)

    async def _send(self, transport: Transport) -> None:
        epoch = self.state.joined.epoch
        try:
            envelope = await self.outbox.send_first(transport)
        except StaleEpoch:
            await self._follower.catch_up(transport, epoch)
            return
        if envelope is not None:
            self.committer.timetable.count_message()
            self._follower.sent(envelope)

    # what happens

    def _pushed(self, event: str, fields: Map) -> None:
        if fields.get("room") != self.state.room_id:
            return
        if event == "room.signal":
            self.signaller.heard(fields)
        if event == "room.envelope":
            self._follower.pushed(fields)
            self._wake.set()

    def _connection_lost(self) -> None:
        self._lost = True
        self._wake.set()

    def _took(self, envelope: Envelope) -> None:
        if envelope.leaf == self.state.leaf_key and envelope.kind == "message":
            self.outbox.stored(envelope.request, envelope.seq, envelope.time)
        if envelope.kind == "message":
            self.signaller.got_message(envelope.leaf)
        if envelope.kind == "commit":
            self.committer.took(envelope)
            self._info_check.took(envelope)
            self.signaller.group_changed()

    def _state_changed(self, state: ConnectionState) -> None:
        try:
            waiting = self.outbox.waiting
        except RoomkeyError:
            waiting = 0
        self._tell(ConnectionChanged(state, waiting))
