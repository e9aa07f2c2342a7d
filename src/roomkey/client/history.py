"""Reads what was said before this member came, in rooms that share their history."""

import contextlib
from typing import Any, Final

from roomkey.errors import BadSignature, DecodeError, DecryptionFailed, InvalidKey, RelayFault
from roomkey.keys.archive import ArchiveCopy, open_archive
from roomkey.keys.history import open_epoch_secret
from roomkey.keys.sealed_name import open_name

from .admission import chain_in, field
from .content import Content, unpad
from .events import Event
from .room_state import RoomState
from .text import clean_name
from .transcript import Said, Transcript
from .transport import Map, Transport

PAGE: Final = 256
LEAST: Final = 32
_UNREADABLE = (BadSignature, DecryptionFailed, DecodeError, InvalidKey)


async def fetch_history(
    transport: Transport,
    state: RoomState,
    transcript: Transcript,
    before: int,
    limit: int,
    least: int = 0,
) -> list[Event]:
    """Put `limit` archived messages, and maybe more, below a place in the log into the transcript.

    Nothing below the place `least` is asked for. Returns what that changes of what people see. What
    does not open or is not signed by its sender is left out.
    """
    events: list[Event] = []
    while limit > 0 and before > least:
        # more than are asked for: what changes a message takes places in the log too
        page = min(max(limit, LEAST), PAGE)
        fields = {"room": state.room_id, "before": before, "limit": page}
        answer = await transport.request("room.history", fields)
        archives = field(answer, "archives", list)
        ring = state.ring.follow_chain(state.room_id, chain_in(answer))
        with state.store.transaction():
            if ring.past != state.ring.past:
                state.save_ring(ring)
            secrets = _epoch_secrets(state, field(answer, "epochs", list))
            for archive in archives:
                said = _open(state, archive, secrets)
                if said is not None:
                    events += transcript.add(said)
        if not archives or answer.get("more") is not True:
            break
        following = min(field(archive, "seq", int) for archive in archives)
        if following >= before:
            raise RelayFault("history does not go back")
        limit -= len(state.store.transcript.messages(before, PAGE + 1, following))
        before = following
    return events


def _epoch_secrets(state: RoomState, epochs: list[Any]) -> dict[int, bytes]:
    secrets: dict[int, bytes] = {}
    for item in epochs:
        epoch, key_id = field(item, "epoch", int), field(item, "key_id", int)
        keys, sealed = state.ring.find(key_id), field(item, "sealed", bytes)
        if keys is None:
            continue
        with contextlib.suppress(*_UNREADABLE):
            secrets[epoch] = open_epoch_secret(keys.history, key_id, state.room_id, epoch, sealed)
    return secrets


def _open(state: RoomState, archive: Map, secrets: dict[int, bytes]) -> Said | None:
    seq, epoch = field(archive, "seq", int), field(archive, "epoch", int)
    secret = secrets.get(epoch)
    if secret is None or state.store.transcript.has_place(seq):
        return None
    try:
        copy = open_archive(secret, state.room_id, epoch, field(archive, "archive", bytes))
        keys = state.ring.find(copy.key_id)
        if keys is None or not _is_authentic(state, copy):
            return None
        if copy.signature_key != archive.get("leaf"):
            return None
        bound = (copy.key_id, state.room_id, copy.signature_key)
        name = clean_name(open_name(keys.names, *bound, copy.sealed_name))
        content = unpad(copy.content)
        _ = Content.decode(content)
    except _UNREADABLE:
        return None
    time, is_own = field(archive, "time", int), copy.signature_key == state.leaf_key
    author = copy.pseudonym, copy.signature_key, name
    return Said(seq, time, *author, content, is_own, is_history=True)


def _is_authentic(state: RoomState, copy: ArchiveCopy) -> bool:
    """Refuse a pseudonym of somebody who is here under another key."""
    return all(
        leaf.signature_key == copy.signature_key
        for _, leaf in state.joined.members()
        if leaf.credential.identity == copy.pseudonym
    )
