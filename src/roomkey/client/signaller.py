"""Sends and hears signals while a room is connected: who is here, who is typing."""

import asyncio
import contextlib
import random
import time
from collections.abc import Callable
from typing import Final

from roomkey.errors import CryptoError, DecodeError, RoomkeyError

from .events import Event, MemberPresence, MemberTyping
from .members import index_of, member_at
from .presence import Heard, Presence
from .room_state import RoomState
from .signals import Signal, SignalGate, SignalKind, open_signal, seal_signal, signal_key
from .transport import Map, Transport

REPEAT_SECONDS: Final = 60.0
TYPING_REPEAT_SECONDS: Final = 4.0
GREETING_SECONDS: Final = 5.0
MAX_GREETED: Final = 32


class Signaller:
    """One room's signals; with `is_silent` it only listens."""

    def __init__(
        self,
        state: RoomState,
        tell: Callable[[Event], None],
        *,
        is_silent: bool = False,
        clock: Callable[[], float] = time.monotonic,
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._state, self._tell, self._is_silent = state, tell, is_silent
        self._clock, self._uniform = clock, uniform
        self.presence = Presence(clock)
        self._gate = SignalGate()
        self._last_time = 0
        self._is_away = self._is_typing = False
        self._say_presence_at = self._say_typing_at = 0.0
        self._sooner = asyncio.Event()
        self._transport: Transport | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self, transport: Transport) -> None:
        """Say that this member has come in, and go on; nothing if that was said."""
        if self._transport is transport:
            return
        self._transport = transport
        self._say_presence_at = self._clock()
        self._sooner.set()
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Say nothing more, and forget what was heard: the connection is gone."""
        self._transport, self._is_typing = None, False
        for leaf in self.presence.leaves():
            self._told(leaf, self.presence.forget(leaf))
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait((task,))

    async def set_away(self, is_away: bool) -> None:
        """Say whether nobody is looking."""
        if is_away is not self._is_away:
            self._is_away = is_away
            await self._say_presence()

    async def set_typing(self, is_typing: bool) -> None:
        """Say whether the person is writing; said again until it is taken back."""
        if is_typing is self._is_typing:
            return
        self._is_typing = is_typing
        await self._say(SignalKind.TYPING if is_typing else SignalKind.STOPPED_TYPING)
        self._say_typing_at = self._clock() + TYPING_REPEAT_SECONDS
        self._sooner.set()

    def sent_message(self) -> None:
        """Take it that the writing has ended with a message, which says so by itself."""
        self._is_typing = False

    def got_message(self, leaf: bytes) -> None:
        """Take it that a member writes no more, since its message is here."""
        if self.presence.of(leaf).is_typing:
            self._told(leaf, self.presence.hear(leaf, SignalKind.STOPPED_TYPING))

    def group_changed(self) -> None:
        """Forget those who are in the group no more."""
        state = self._state
        for leaf in self.presence.leaves():
            if state.group is None or index_of(state.group, leaf) is None:
                self.presence.forget(leaf)

    def heard(self, fields: Map) -> None:
        """Take a signal that the relay passes on; what is not as it should be is dropped."""
        leaf, body = fields.get("leaf"), fields.get("body")
        if not isinstance(leaf, bytes) or not isinstance(body, bytes):
            return
        with contextlib.suppress(CryptoError, DecodeError):
            self._hear(leaf, self._open(leaf, body))

    def _open(self, leaf: bytes, body: bytes) -> Signal:
        state, group = self._state, self._state.group
        if group is None or leaf == state.leaf_key or index_of(group, leaf) is None:
            raise DecodeError("a signal of nobody here")
        if leaf in state.store.statements():
            raise DecodeError("a signal of somebody who left")
        signal = open_signal(signal_key(group, leaf), leaf, state.room_id, group.epoch, body)
        self._gate.admit(leaf, signal, int(time.time() * 1000))
        return signal

    def _hear(self, leaf: bytes, signal: Signal) -> None:
        before, after = self.presence.hear(leaf, signal.kind)
        self._told(leaf, (before, after))
        is_new = before.presence == "unknown" and after.presence != "unknown"
        if is_new and len(self._state.joined.members()) <= MAX_GREETED:
            # who comes in sees soon who is here
            soon = self._clock() + self._uniform(0, GREETING_SECONDS)
            self._say_presence_at = min(self._say_presence_at, soon)
        self._sooner.set()

    def _told(self, leaf: bytes, change: tuple[Heard, Heard]) -> None:
        before, after = change
        state = self._state
        index = None if state.group is None else index_of(state.group, leaf)
        member = None if index is None else member_at(state.joined, state.policy, index)
        if member is None:
            return
        if before.presence != after.presence:
            self._tell(MemberPresence(member, after.presence))
        if before.is_typing != after.is_typing:
            self._tell(MemberTyping(member, after.is_typing))

    async def _run(self) -> None:
        while True:
            for leaf, change in self.presence.expire().items():
                self._told(leaf, change)
            now = self._clock()
            if now >= self._say_presence_at:
                await self._say_presence()
            if self._is_typing and now >= self._say_typing_at:
                self._say_typing_at = now + TYPING_REPEAT_SECONDS
                await self._say(SignalKind.TYPING)
            due = [self._say_presence_at, self.presence.next_expiry()]
            due += [self._say_typing_at] if self._is_typing else []
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(0.01, min(due) - self._clock())):
                    await self._sooner.wait()
            self._sooner.clear()

    async def _say_presence(self) -> None:
        self._say_presence_at = self._clock() + REPEAT_SECONDS
        await self._say(SignalKind.AWAY if self._is_away else SignalKind.HERE)

    async def _say(self, kind: SignalKind) -> None:
        state, transport = self._state, self._transport
        if self._is_silent or transport is None or state.group is None:
            return
        group, identity = state.group, state.identity
        self._last_time = max(int(time.time() * 1000), self._last_time + 1)
        key = signal_key(group, identity.public_key)
        signal = Signal(kind, self._last_time)
        body = seal_signal(key, identity.private_key, state.room_id, group.epoch, signal)
        # a lost signal is made good by the next
        with contextlib.suppress(RoomkeyError):
            await transport.request("room.signal", {"room": state.room_id, "body": body})
