"""Waiting for a person to give the room key that a host changed it to."""

import asyncio

from roomkey.errors import RoomkeyError, WrongRoomKey
from roomkey.keys.root import RoomSecrets

from .rekeying import fits
from .room_state import RoomState


class RoomKeyWait:
    """`is_on` while a room cannot go on without the new room key; `needed` is set then."""

    def __init__(self, state: RoomState) -> None:
        self._state = state
        self.is_on = False
        self.needed = asyncio.Event()
        self._given = asyncio.Event()
        self._taken: asyncio.Future[None] | None = None
        self.offered: RoomSecrets | None = None
        """Keys to come in with that the known rules do not speak of."""

    async def give(self, secrets: RoomSecrets) -> None:
        """Take a room key that a person was told; raises WrongRoomKey, or why it cannot be tried.

        It is right if the rules say so that are known here. If they may be older than the relay's,
        or the relay has refused it, that is found out by coming in with it.
        """
        state, rules = self._state, self._state.rules
        named = secrets if rules is None else secrets.with_key_id(rules.key_id)
        is_known = rules is not None and fits(named, rules)
        if is_known and state.needs_room_key:
            with state.store.transaction():
                state.save_ring(state.ring.turn(named))
            self._given.set()
            return
        if is_known and not self.is_on:
            return
        if not self.is_on or self.offered is not None:
            raise WrongRoomKey
        self.offered, self._taken = secrets, asyncio.get_running_loop().create_future()
        self._given.set()
        await self._taken

    def begin(self) -> None:
        """Note that nothing goes on without the room key."""
        self.is_on = True
        self.needed.set()
        self._given.clear()
        self.answer(WrongRoomKey())

    async def end(self) -> None:
        """Wait until a room key is given."""
        await self._given.wait()
        self.is_on = False

    def answer(self, error: RoomkeyError | None) -> None:
        """Tell who gave a room key whether it was taken."""
        taken, self._taken, self.offered = self._taken, None, None
        if taken is None or taken.done():
            return
        if error is None:
            taken.set_result(None)
        else:
            taken.set_exception(error)
