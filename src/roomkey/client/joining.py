"""Entering a room from outside while nobody else is there, or again (resync)."""

import asyncio
import contextlib
import os

from roomkey.crypto.suite import cipher_suite
from roomkey.errors import (
    BadSignature,
    ChangeUndone,
    EpochConflict,
    GhostMember,
    NotAdmitted,
    NotAMember,
    RelayFault,
    RelayInconsistent,
    RoomBroken,
    SendingExhausted,
    UnsupportedSuite,
    WrongRoomKey,
)
from roomkey.keys.key_ring import KeyRing
from roomkey.keys.root import RoomSecrets, psk_id
from roomkey.mls import (
    ExtensionType,
    Group,
    GroupContext,
    GroupInfo,
    PendingCommit,
    decode_message,
)
from roomkey.mls.joining import load_tree
from roomkey.mls.ratchet_tree import RatchetTree
from roomkey.wire.limits import MAX_SYNC_ENVELOPES, REQUEST_ID_BYTES

from .admission import Admitted, Opened, admit, field, open_room, resume
from .events import Event, MemberLeft, RoomTrouble
from .inbox import Envelope
from .members import index_of
from .policy import rules_in, verify_leave
from .receiver import BROKEN
from .rekeying import fits
from .room_state import RoomState
from .transport import Transport
from .undoing import check_whole, may_undo, removed_before, removed_by_undoing, undo

MAX_TRIES = 8

_SAYS_ENOUGH = (GhostMember, NotAMember, UnsupportedSuite)


async def enter(
    transport: Transport,
    state: RoomState,
    opened: Opened | None = None,
    offered: RoomSecrets | None = None,
    refused: bytes | None = None,
) -> list[Event]:
    """Join, or take one's own former leaf again; raises NotAMember if that was removed or left.

    `offered` are the keys of a room key that a person gave after it was changed; `refused` is the
    leaf key of whoever sent a commit that this member cannot follow. Returns what to tell of that:
    whether it had to be undone, and who was removed; raises RoomBroken if somebody else has to undo
    it. Raises WrongRoomKey, and then the room keys are as they were.
    """
    before = state.ring
    try:
        return await _enter(transport, state, opened, offered or before.current, refused)
    except BaseException as error:
        state.policy.ring = before
        if isinstance(error, BROKEN) and not isinstance(error, _SAYS_ENOUGH):
            raise RelayInconsistent("a group that cannot be joined") from error
        raise


async def _enter(
    transport: Transport,
    state: RoomState,
    opened: Opened | None,
    secrets: RoomSecrets,
    refused: bytes | None,
) -> list[Event]:
    for _ in range(MAX_TRIES):
        opened = opened or await open_room(transport, state.code)
        admitted = await admit(transport, opened, secrets, state.leaf_key)
        opened = None
        _require_stayed(state, admitted)
        state.policy.ring = _ring(state, secrets.with_key_id(admitted.key_id), admitted.chain)
        # an X-Wing path through a large tree takes long enough to be felt
        removed: tuple[bytes, ...] = ()
        told: list[Event] = []
        try:
            joined = await asyncio.to_thread(_prepare, state, admitted, refused)
        except (*BROKEN, RelayFault, RelayInconsistent) as error:
            if refused is None or isinstance(error, NotAMember):
                raise
            if not may_undo(state, admitted.epoch):
                raise RoomBroken from error
            removed = removed_by_undoing(state, refused)
            told = [RoomTrouble(ChangeUndone.code, ChangeUndone.sentence)]
            try:
                joined = await asyncio.to_thread(undo, state, admitted.epoch, removed)
            except SendingExhausted:
                state.reserve()
                joined = await asyncio.to_thread(undo, state, admitted.epoch, removed)
        if refused is not None:
            told += [MemberLeft(m, was_removed=True) for m in removed_before(state, joined.group)]
        try:
            await _commit_join(transport, state, admitted, joined, removed)
        except EpochConflict:
            continue
        except NotAdmitted:
            # this leaf is a member's, and the relay wants to see whose; if it was removed
            # meanwhile, the next look at the group says so
            with contextlib.suppress(WrongRoomKey):
                await resume(transport, state.code, state.room_id, state.identity)
            continue
        return told
    raise EpochConflict("others kept changing the room")


def _require_stayed(state: RoomState, admitted: Admitted) -> None:
    """Raise NotAMember if this leaf has left, and was ended before it knew that it had."""
    signature = admitted.left.get(state.leaf_key)
    if signature is None:
        return
    with contextlib.suppress(BadSignature):
        verify_leave(state.room_id, state.leaf_key, signature)
        raise NotAMember


def _ring(state: RoomState, secrets: RoomSecrets, chain: dict[int, bytes]) -> KeyRing:
    ring = state.ring
    if state.group is None:
        ring = KeyRing(secrets)
    elif secrets.key_id > ring.current.key_id:
        ring = ring.turn(secrets)
    elif secrets != ring.current:
        raise RelayInconsistent("an older room key")
    return ring.follow_chain(state.room_id, chain)


def _prepare(state: RoomState, admitted: Admitted, refused: bytes | None) -> PendingCommit:
    info = decode_message(admitted.group_info)
    if not isinstance(info, GroupInfo):
        raise RelayFault("not a group info")
    context = info.context
    if context.group_id != state.room_id or context.epoch != admitted.epoch:
        raise RelayInconsistent("another group")
    _check_not_older(state, context)
    state.set_suite(cipher_suite(context.cipher_suite))
    rules = rules_in(context)
    if state.rules is None:
        rules.verify(state.room_id)
    elif rules != state.rules:
        # who comes back knows the hosts, and lets nobody else change the rules behind its back
        rules.verify(state.room_id, state.rules)
    if not fits(state.secrets, rules):
        raise RelayInconsistent("another room key")
    encoded = next((e.data for e in info.extensions if e.type == ExtensionType.RATCHET_TREE), None)
    if encoded is None:
        raise RelayFault("a group info without its tree")
    tree = RatchetTree.decode(state.identity.suite, encoded)
    if refused is not None:
        check_whole(state, info, tree, refused)
    own = [index for index, leaf in tree.leaves() if leaf.signature_key == state.leaf_key]
    if state.group is not None and not own:
        # nobody loses a room's keys by the relay's word alone
        load_tree(state.identity.suite, info, None, state.environment)
        raise NotAMember
    return Group.join_external(
        state.identity,
        info,
        state.environment,
        psk_ids=(psk_id(rules.key_id),),
        resync=own[0] if own else None,
        leaf_extensions=state.leaf_extensions(),
    )


def _check_not_older(state: RoomState, context: GroupContext) -> None:
    """Raise RelayInconsistent if this is the group's past, or another present than is known."""
    if state.group is None:
        return
    known = state.group.context
    if context.epoch < known.epoch or (context.epoch == known.epoch and context != known):
        raise RelayInconsistent("an older state of the group")


async def _commit_join(
    transport: Transport,
    state: RoomState,
    admitted: Admitted,
    joined: PendingCommit,
    removed: tuple[bytes, ...],
) -> None:
    request = os.urandom(REQUEST_ID_BYTES)
    fields = {
        "request": request,
        "room": state.room_id,
        "epoch": admitted.epoch,
        "message": joined.message,
        "group_info": joined.group.group_info(),
        "joined": state.leaf_key,
        "removed": list(removed),
    }
    history = state.sealed_history(joined.group)
    if history is not None:
        fields["history"] = history
    with state.store.transaction():
        if state.group is None:
            state.save_identity()
        state.store.remember(request, "join", joined.message)
    answer = await transport.request("room.commit", fields)
    seq = field(answer, "seq", int)
    if seq <= state.cursor:
        raise RelayInconsistent("the log is shorter than what was read of it")
    left = admitted.left | await _left_between(transport, state, admitted.head, seq)
    with state.store.transaction():
        if state.group is None:
            # what was said before is not news
            state.store.set("read", seq.to_bytes(8, "big"))
        state.save_ring(state.ring)
        state.adopt(joined.group, seq)
        for leaf_key, signature in left.items():
            if index_of(joined.group, leaf_key) is not None:
                with contextlib.suppress(BadSignature):
                    verify_leave(state.room_id, leaf_key, signature)
                    state.store.add_statement(leaf_key, signature)


async def _left_between(
    transport: Transport, state: RoomState, head: int, seq: int
) -> dict[bytes, bytes]:
    """Read the leave statements that lie after the head at admission and before the join's place.

    Leaving begins no epoch, so that it does not stand in the way of a join.
    """
    left: dict[bytes, bytes] = {}
    while head < seq - 1:
        limit = min(seq - 1 - head, MAX_SYNC_ENVELOPES)
        fields = {"room": state.room_id, "after": head, "limit": limit}
        answer = await transport.request("room.sync", fields)
        envelopes = [Envelope.read(item) for item in field(answer, "envelopes", list)]
        if not envelopes or envelopes[-1].seq <= head:
            raise RelayFault("the log ends before its head")
        left |= {one.leaf: one.body for one in envelopes if one.kind == "leave"}
        head = envelopes[-1].seq
    return left
