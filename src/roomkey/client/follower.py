"""Follows a room's log: takes what is pushed, pulls what is missing, comes in again if it must."""

import asyncio
import contextlib
import random
from collections.abc import Callable
from typing import Final

from roomkey.errors import (
    RelayFault,
    RelayInconsistent,
    RoomkeyError,
    RoomKeyNeeded,
    WrongRoomKey,
)
from roomkey.keys.root import RoomSecrets
from roomkey.wire.limits import MAX_SYNC_ENVELOPES

from .admission import field
from .events import Event, MessageReceived, RoomKeyChanged, RoomTrouble
from .history import fetch_history
from .inbox import Envelope, Inbox
from .joining import enter
from .receiver import BROKEN, MustRejoin, Receiver
from .room_state import RoomState
from .transcript import Transcript
from .transport import Map, Transport

MAX_RECOVERED: Final = 1000
MAX_REJOINS: Final = 3
REJOIN_SECONDS: Final = 1.0


class Follower:
    """What one member has of its room's log; `took` is told of each envelope that was stored."""

    def __init__(
        self,
        state: RoomState,
        transcript: Transcript,
        tell: Callable[[Event], None],
        took: Callable[[Envelope], None],
    ) -> None:
        self._state, self._tell, self._took = state, tell, took
        self._transcript = transcript
        self._receiver = Receiver(state, transcript)
        self._inbox = Inbox(state.cursor)
        self._rejoins = 0
        self._hidden_after: int | None = None

    def start(self, head: int | None = None) -> None:
        """Go on from what is stored; `head` is where the log ends, on a new connection."""
        self._inbox.move(self._state.cursor)
        if head is not None:
            # what was pushed before the answer was read is beyond it
            self._inbox.reach(head)

    def forget(self) -> None:
        """Drop what was pushed on a connection that is no more."""
        self._inbox.forget()

    def pushed(self, fields: Map) -> None:
        """Take a pushed envelope as a hint."""
        with contextlib.suppress(RelayFault):
            self._inbox.push(Envelope.read(fields))

    def sent(self, envelope: Envelope) -> None:
        """Take an own message or commit that the relay has accepted."""
        if envelope.seq > self._inbox.cursor:
            self._inbox.push(envelope)
            return
        # it was stored before a resync that passed over its place
        for event in self._receiver.receive_skipped(envelope):
            self._tell(event)

    def must_mend_history(self) -> bool:
        """Say, once, whether an epoch's history secret is missing for those who join later."""
        is_broken, self._receiver.history_is_broken = self._receiver.history_is_broken, False
        return is_broken

    async def drain(self, transport: Transport) -> None:
        """Take all there is."""
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

    async def catch_up(self, transport: Transport, epoch: int) -> None:
        """Read on past an epoch that the relay says is over.

        Raises RelayInconsistent if the log does not show that, and comes in again the second time.
        """
        await self._pull(transport)
        await self.drain(transport)
        if self._state.joined.epoch != epoch:
            return
        cause = RelayInconsistent("an epoch that the log does not show")
        if self._hidden_after == epoch:
            await self.rejoin(transport, cause)
            return
        # what is only held back is read on a new connection, and then nothing is passed over
        self._hidden_after = epoch
        raise cause

    async def _pull(self, transport: Transport) -> None:
        cursor = self._inbox.cursor
        fields = {"room": self._state.room_id, "after": cursor, "limit": MAX_SYNC_ENVELOPES}
        answer = await transport.request("room.sync", fields)
        envelopes = [Envelope.read(item) for item in field(answer, "envelopes", list)]
        if field(answer, "floor", int) > cursor + 1:
            if envelopes:
                self._receiver.check_closed(envelopes[-1])
            await self.rejoin(transport, None)
            return
        for place, envelope in enumerate(envelopes, cursor + 1):
            if envelope.seq != place:
                raise RelayInconsistent("the log has a gap")
            self._inbox.push(envelope)
        if not envelopes and self._inbox.has_gap:
            raise RelayInconsistent("the log ends before its head")
        self._inbox.head = max(self._inbox.head, field(answer, "head", int))

    async def _take(self, transport: Transport, envelope: Envelope) -> None:
        try:
            events = self._receiver.receive(envelope)
        except MustRejoin as reason:
            if self._state.needs_room_key:
                # it may be a join under the new room key, which can be followed once that is known
                raise RoomKeyNeeded from reason.cause
            refused = envelope.leaf if isinstance(reason.cause, BROKEN) else None
            await self.rejoin(transport, reason.cause, refused=refused)
            return
        self._inbox.take(envelope)
        self._took(envelope)
        for event in events:
            self._tell(event)

    async def rejoin(
        self,
        transport: Transport,
        cause: RoomkeyError | None,
        offered: RoomSecrets | None = None,
        refused: bytes | None = None,
    ) -> None:
        """Come in again from outside, which heals whatever this member could not follow.

        `offered` are the keys of a room key that a person gave, `refused` the leaf key of whoever
        sent a commit that cannot be followed. Raises RoomKeyNeeded if the relay does not take the
        room key.
        """
        if cause is not None:
            self._tell(RoomTrouble(cause.code, cause.sentence))
        self._rejoins += 1
        if self._rejoins > MAX_REJOINS:
            # all members meet the same bad commit at once: let them not race for ever
            await asyncio.sleep(random.uniform(0, REJOIN_SECONDS * min(self._rejoins, 60)))  # noqa: S311
        state = self._state
        before, rules = state.cursor, state.rules
        try:
            told = await enter(transport, state, offered=offered, refused=refused)
        except WrongRoomKey as error:
            raise RoomKeyNeeded("or this member was removed, or the room is gone") from error
        self._inbox.move(state.cursor)
        for event in told:
            self._tell(event)
        if rules is None:
            return
        if state.secrets.key_id != rules.key_id:
            self._tell(RoomKeyChanged(state.secrets.key_id))
        await self._recover(transport, before)

    async def _recover(self, transport: Transport, before: int) -> None:
        """Read what a resync passed over, where the room's history is shared."""
        state = self._state
        missed = min(state.cursor - before - 1, MAX_RECOVERED)
        if state.rules is None or not state.rules.is_shared or missed < 1:
            return
        place = state.cursor
        events = await fetch_history(transport, state, self._transcript, place, missed, before + 1)
        # the archive is read backwards, and people read forwards
        messages = [event for event in events if isinstance(event, MessageReceived)]
        changes = [event for event in events if not isinstance(event, MessageReceived)]
        for event in (*sorted(messages, key=lambda message: message.seq), *changes):
            self._tell(event)
