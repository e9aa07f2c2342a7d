"""Making a room, and entering one from outside while nobody else is there, or again (resync)."""

import asyncio
import os
from dataclasses import dataclass

from roomkey.crypto.suite import X25519_SUITE, cipher_suite
from roomkey.errors import EpochConflict, NotAMember, PolicyViolation, RelayFault
from roomkey.keys.root import psk_id
from roomkey.keys.sealed_name import seal_title
from roomkey.mls import ExtensionType, Group, GroupInfo, PendingCommit, decode_message
from roomkey.mls.ratchet_tree import RatchetTree
from roomkey.wire.limits import (
    MAX_MEMBERS_CLASSICAL,
    MAX_MEMBERS_HYBRID,
    REQUEST_ID_BYTES,
)

from .admission import Admitted, Opened, admit, field, open_room, sign_resume
from .policy import rules_in, verify_leave
from .room_policy import History, RoomPolicy
from .room_state import HYBRID_SUITE, RoomState
from .transport import Transport

MAX_TRIES = 8
LARGE_SUITE = X25519_SUITE


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


async def make_room(
    transport: Transport, state: RoomState, opened: Opened, wanted: NewRoom
) -> None:
    """Start the group, and have the relay make its room."""
    rules = RoomPolicy(
        0,
        wanted.history,
        wanted.retention,
        wanted.max_members,
        (state.leaf_key,),
        state.secrets.key_id,
        seal_title(state.secrets, state.room_id, wanted.title),
    ).sign(state.identity.private_key, state.room_id)
    group = Group.create(
        state.identity,
        state.room_id,
        state.environment,
        extensions=(rules.as_extension(),),
        leaf_extensions=state.leaf_extensions(),
    )
    leaf_key, signature = sign_resume(state.identity.private_key, opened)
    fields = {
        "request": os.urandom(REQUEST_ID_BYTES),
        "code": state.code,
        "admission": state.secrets.admission_public_key,
        "leaf": leaf_key,
        "signature": signature,
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
    await transport.request("room.create", fields)


async def enter(transport: Transport, state: RoomState, opened: Opened | None = None) -> None:
    """Join, or take one's own former leaf again; raises NotAMember if that one was removed."""
    for _ in range(MAX_TRIES):
        opened = opened or await open_room(transport, state.code)
        admitted = await admit(transport, opened, state.secrets, state.leaf_key)
        opened = None
        if admitted.key_id != state.secrets.key_id:
            if state.group is not None:
                raise PolicyViolation("the relay shows another room key")
            state.set_key_id(admitted.key_id)
        # an X-Wing path through a large tree takes long enough to be felt
        joined = await asyncio.to_thread(_prepare, state, admitted)
        try:
            await _commit_join(transport, state, admitted, joined)
        except EpochConflict:
            continue
        return
    raise EpochConflict("others kept changing the room")


def _prepare(state: RoomState, admitted: Admitted) -> PendingCommit:
    info = decode_message(admitted.group_info)
    if not isinstance(info, GroupInfo):
        raise RelayFault("not a group info")
    context = info.context
    if context.group_id != state.room_id or context.epoch != admitted.epoch:
        raise PolicyViolation("the relay shows another group")
    state.set_suite(cipher_suite(context.cipher_suite))
    rules = rules_in(context)
    if state.rules is None:
        rules.verify(state.room_id)
    elif rules != state.rules:
        # who comes back knows the hosts, and lets nobody else change the rules behind its back
        rules.verify(state.room_id, state.rules)
    encoded = next((e.data for e in info.extensions if e.type == ExtensionType.RATCHET_TREE), None)
    if encoded is None:
        raise RelayFault("a group info without its tree")
    tree = RatchetTree.decode(state.identity.suite, encoded)
    own = [index for index, leaf in tree.leaves() if leaf.signature_key == state.leaf_key]
    if state.group is not None and not own:
        raise NotAMember
    return Group.join_external(
        state.identity,
        info,
        state.environment,
        psk_ids=(psk_id(state.secrets.key_id),),
        resync=own[0] if own else None,
        leaf_extensions=state.leaf_extensions(),
    )


async def _commit_join(
    transport: Transport, state: RoomState, admitted: Admitted, joined: PendingCommit
) -> None:
    request = os.urandom(REQUEST_ID_BYTES)
    fields = {
        "request": request,
        "room": state.room_id,
        "epoch": admitted.epoch,
        "message": joined.message,
        "group_info": joined.group.group_info(),
        "joined": state.leaf_key,
    }
    history = state.sealed_history(joined.group)
    if history is not None:
        fields["history"] = history
    with state.store.transaction():
        state.save_identity()
        state.store.remember(request, "join", joined.message)
    answer = await transport.request("room.commit", fields)
    with state.store.transaction():
        state.adopt(joined.group, field(answer, "seq", int))
        for leaf_key, signature in admitted.left:
            if any(leaf.signature_key == leaf_key for _, leaf in joined.group.members()):
                verify_leave(state.room_id, leaf_key, signature)
                state.store.add_statement(leaf_key, signature)
