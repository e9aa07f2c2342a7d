"""Reads what was said before this member came, in rooms that share their history."""

import contextlib
from typing import Any, Final

from roomkey.errors import BadSignature, DecodeError, DecryptionFailed, InvalidKey, RelayFault
from roomkey.keys.archive import ArchiveCopy, open_archive
from roomkey.keys.history import open_epoch_secret
from roomkey.keys.key_ring import KeyRing
from roomkey.keys.sealed_name import open_name

from .admission import chain_in, field
from .content import Content, compute_message_id, unpad
from .room_state import RoomState
from .room_store import Stored
from .text import clean_name
from .transport import Map, Transport

PAGE: Final = 256
_UNREADABLE = (BadSignature, DecryptionFailed, DecodeError, InvalidKey)


async def fetch_history(transport: Transport, state: RoomState, before: int, limit: int) -> None:
    """Put up to `limit` archived messages below a place in the log into the transcript.

    What does not open or is not signed by its sender is left out.
    """
    while limit > 0:
        fields = {"room": state.room_id, "before": before, "limit": min(limit, PAGE)}
        answer = await transport.request("room.history", fields)
        archives = field(answer, "archives", list)
        ring = state.ring.follow_chain(state.room_id, chain_in(answer))
        secrets = _epoch_secrets(state, ring, field(answer, "epochs", list))
        with state.store.transaction():
            if ring.past != state.ring.past:
                state.save_ring(ring)
            for archive in archives:
                stored = _open(state, archive, secrets)
                if stored is not None and not state.store.has_message(stored.message_id):
                    state.store.record(stored)
        limit -= len(archives)
        if not archives or answer.get("more") is not True:
            return
        following = min(field(archive, "seq", int) for archive in archives)
        if following >= before:
            raise RelayFault("history does not go back")
        before = following


def _epoch_secrets(state: RoomState, ring: KeyRing, epochs: list[Any]) -> dict[int, bytes]:
    secrets: dict[int, bytes] = {}
    for item in epochs:
        epoch, key_id = field(item, "epoch", int), field(item, "key_id", int)
        keys, sealed = ring.find(key_id), field(item, "sealed", bytes)
        if keys is None:
            continue
        with contextlib.suppress(*_UNREADABLE):
            secrets[epoch] = open_epoch_secret(keys.history, key_id, state.room_id, epoch, sealed)
    return secrets


def _open(state: RoomState, archive: Map, secrets: dict[int, bytes]) -> Stored | None:
    epoch, secret = field(archive, "epoch", int), secrets.get(field(archive, "epoch", int))
    if secret is None:
        return None
    try:
        copy = open_archive(secret, state.room_id, epoch, field(archive, "archive", bytes))
        if not _is_authentic(state, copy) or copy.signature_key != archive.get("leaf"):
            return None
        keys = state.ring.find(copy.key_id)
        if keys is None:
            return None
        bound = (copy.key_id, state.room_id, copy.signature_key)
        name = clean_name(open_name(keys.names, *bound, copy.sealed_name))
        content = unpad(copy.content)
        _ = Content.decode(content)
    except _UNREADABLE:
        return None
    message_id = compute_message_id(copy.pseudonym, state.room_id, content)
    return Stored(
        field(archive, "seq", int),
        message_id,
        field(archive, "time", int),
        copy.pseudonym,
        name,
        content,
        copy.pseudonym == state.pseudonym,
        True,
    )


def _is_authentic(state: RoomState, copy: ArchiveCopy) -> bool:
    """Refuse a pseudonym of somebody who is here under another key."""
    return all(
        leaf.signature_key == copy.signature_key
        for _, leaf in state.joined.members()
        if leaf.credential.identity == copy.pseudonym
    )
