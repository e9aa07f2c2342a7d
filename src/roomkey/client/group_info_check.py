"""A host looks after what newcomers come in by: the group info that a commit's sender left."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from math import inf

from roomkey.errors import CryptoError, DecodeError, RequestError
from roomkey.mls import Group, GroupInfo, decode_message

from .admission import admit, open_room
from .inbox import Envelope
from .policy import is_host, room_policy_of
from .room_state import RoomState
from .schedule import Schedule
from .transport import Transport


class GroupInfoCheck:
    """Looks some seconds after another's commit, once for all that came meanwhile."""

    def __init__(
        self, state: RoomState, schedule: Schedule, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._state, self._clock = state, clock
        self._seconds = schedule.tidy_seconds
        self._at = inf

    def took(self, envelope: Envelope) -> None:
        """Plan a look after a commit that somebody else made."""
        group = self._state.joined
        if envelope.leaf == self._state.leaf_key or self._state.needs_room_key:
            self._at = inf
        elif is_host(group, group.own_index, room_policy_of(group)):
            self._at = min(self._at, self._clock() + self._seconds)

    def seconds_to_wait(self) -> float:
        """Return how long there is nothing to look at; infinity until another commit."""
        return max(0.0, self._at - self._clock())

    async def finds_fault(self, transport: Transport) -> bool:
        """Say whether nobody can join by the group info; a commit of one's own mends that."""
        self._at, state = inf, self._state
        with suppress(RequestError):
            opened = await open_room(transport, state.code)
            admitted = await admit(transport, opened, state.secrets, state.leaf_key)
            # of an epoch that is not known here yet: its commit plans the next look
            if admitted.epoch == state.joined.epoch:
                return not _fits(state.joined, admitted.group_info)
        return False


def _fits(group: Group, encoded: bytes) -> bool:
    own = decode_message(group.group_info())
    try:
        given = decode_message(encoded)
        if not (isinstance(own, GroupInfo) and isinstance(given, GroupInfo)):
            return False
        signer = group.leaf(given.signer)
        if signer is None:
            return False
        given.verify_signature(group.suite, signer.signature_key)
    except (DecodeError, CryptoError):
        return False
    return replace(given, signer=own.signer, signature=own.signature) == own
