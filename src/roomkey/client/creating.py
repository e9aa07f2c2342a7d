"""Making a room, once, however often the answer is lost."""

import asyncio
import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass

import cbor2

from roomkey.crypto.suite import X25519_SUITE
from roomkey.errors import (
    NotAdmitted,
    RateLimited,
    RelayFault,
    RelayUnreachable,
    TooManyConnections,
)
from roomkey.keys.sealed_name import seal_title
from roomkey.mls import Group
from roomkey.wire.limits import (
    MAX_MEMBERS_CLASSICAL,
    MAX_MEMBERS_HYBRID,
    REQUEST_ID_BYTES,
)

from .admission import Opened, open_room, sign_resume
from .connection import Backoff
from .line import Line
from .room_policy import History, RoomPolicy
from .room_state import HYBRID_SUITE, RoomState
from .transport import Transport

LARGE_SUITE = X25519_SUITE
MAX_TRIES = 6
"""How often a lost answer is asked for before that is left to when the room is resumed."""

CREATING = "creating"


class RoomWasNotMade(Exception):
    """The relay was started again before it made the room, and no longer knows its code."""


@dataclass(frozen=True, slots=True)
class NewRoom:
    """What a room is made with; `retention` counts seconds."""

    history: History
    retention: int
    suite: int
    title: str

    @property
    def max_members(self) -> int:
        """How many members the suite's cost allows."""
        return MAX_MEMBERS_HYBRID if self.suite == HYBRID_SUITE else MAX_MEMBERS_CLASSICAL


def start_group(
    state: RoomState, wanted: NewRoom, random: Callable[[int], bytes] = os.urandom
) -> None:
    """Start the group of a new room and store it, with what the relay is to be asked."""
    secrets = state.secrets
    rules = RoomPolicy(
        0,
        wanted.history,
        wanted.retention,
        wanted.max_members,
        False,
        (state.leaf_key,),
        secrets.key_id,
        secrets.admission_public_key,
        seal_title(secrets, state.room_id, wanted.title),
    ).sign(state.identity.private_key, state.room_id)
    group = Group.create(
        state.identity,
        state.room_id,
        state.environment,
        extensions=(rules.as_extension(),),
        leaf_extensions=state.leaf_extensions(),
    )
    fields = {
        "request": random(REQUEST_ID_BYTES),
        "code": state.code,
        "admission": secrets.admission_public_key,
        "leaf": state.leaf_key,
        "group_info": group.group_info(),
        "suite": wanted.suite,
        "retention": wanted.retention,
        "max_members": wanted.max_members,
    }
    history = state.sealed_history(group)
    if history is not None:
        fields["history"] = history
    with state.store.transaction():
        state.save_identity()
        state.adopt(group, 0)
        state.store.set(CREATING, cbor2.dumps(fields))


def is_being_made(state: RoomState) -> bool:
    """Say whether it is not known yet that the relay has made this room."""
    return state.store.get(CREATING) is not None


async def make_room(transport: Transport, state: RoomState, opened: Opened | None = None) -> None:
    """Have the relay make the room that was started here; the same request each time.

    `opened` is what the relay drew when the code was reserved; without it this is another try.
    Raises RoomWasNotMade if the relay has forgotten the code: then it has made no room.
    """
    fields = cbor2.loads(state.store.require(CREATING))
    is_first = opened is not None
    opened = opened or await open_room(transport, state.code)
    signature = sign_resume(state.identity, opened)
    try:
        await transport.request("room.create", {**fields, "signature": signature})
    except NotAdmitted as error:
        if is_first:
            raise
        raise RoomWasNotMade from error
    with state.store.transaction():
        state.store.drop(CREATING)


async def make_until_answered(line: Line, state: RoomState, opened: Opened, wait: Backoff) -> None:
    """Have a room made; asks again for an answer that was lost, over a connection of its own.

    Raises RelayUnreachable if that goes on, or RelayFault if the relay made no room.
    """
    known: Opened | None = opened
    for tries_left in reversed(range(MAX_TRIES)):
        try:
            await make_room(line.transport, state, known)
        except RelayUnreachable:
            if not tries_left:
                raise
            known = None
            await asyncio.sleep(wait.next())
            # a relay that takes no connection now has answered nothing either
            with contextlib.suppress(RelayUnreachable, TooManyConnections, RateLimited):
                await line.renew()
        except RoomWasNotMade as error:
            raise RelayFault("the code was drawn too long ago") from error
        else:
            return
