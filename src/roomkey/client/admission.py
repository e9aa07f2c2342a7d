"""Coming in: from a room key and a code to keys, to the group info, to a place in the group."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

from roomkey.crypto.signature import ED25519
from roomkey.errors import RelayFault, RelayInconsistent
from roomkey.keys.admission import sign_admission
from roomkey.keys.client_exchange import blind, finish_root
from roomkey.keys.root import RoomSecrets
from roomkey.mls import SigningIdentity
from roomkey.wire import room_code
from roomkey.wire.limits import MAX_KEY_ID, MAX_SEQ, MAX_TIME
from roomkey.wire.transcripts import resume_transcript

from .transport import Map, Transport


@dataclass(frozen=True, slots=True)
class Opened:
    """A room's id, and the relay's nonce for one signature on this connection."""

    room_id: bytes
    nonce: bytes


@dataclass(frozen=True, slots=True)
class Admitted:
    """What the relay gives to somebody who knows the room key.

    `chain` has the links to older room keys by key id, `left` the leave statements by leaf.
    """

    key_id: int
    epoch: int
    head: int
    group_info: bytes
    chain: dict[int, bytes]
    left: dict[bytes, bytes]


_MOST: Final = {"time": MAX_TIME, "key_id": MAX_KEY_ID}


def field(answer: Map, name: str, kind: type) -> Any:
    """Get a field of an answer; raises RelayFault unless it is there, of its type and in bounds."""
    value = answer.get(name) if isinstance(answer, dict) else None
    if not isinstance(value, kind) or isinstance(value, bool) is not (kind is bool):
        raise RelayFault(f"an answer without {name}")
    if isinstance(value, int) and not 0 <= value <= _MOST.get(name, MAX_SEQ):
        raise RelayFault(f"an answer with an impossible {name}")
    return value


def chain_in(answer: Map) -> dict[int, bytes]:
    """Get the links of the chain of room keys by key id; raises RelayFault."""
    links = field(answer, "chain", list)
    return {field(link, "key_id", int): field(link, "chain", bytes) for link in links}


async def reserve(transport: Transport) -> tuple[str, Opened]:
    """Have the relay draw a new room's code."""
    answer = await transport.request("room.reserve", {})
    opened = Opened(field(answer, "room", bytes), field(answer, "nonce", bytes))
    return room_code.parse(field(answer, "code", str)), opened


async def open_room(transport: Transport, code: str) -> Opened:
    """Get the id of the room with a code, and a nonce; says nothing about whether it exists."""
    answer = await transport.request("room.open", {"code": code})
    return Opened(field(answer, "room", bytes), field(answer, "nonce", bytes))


async def stretch(transport: Transport, room_id: bytes, room_key: str) -> bytes:
    """Turn a typed room key into the room's root, with the relay's half."""
    exchange, blinded = blind(room_key, room_id)
    fields = {"room": room_id, "blinded": blinded}
    answer = await transport.request("room.evaluate", fields)
    evaluated = field(answer, "evaluated", bytes)
    # 64 MiB and a good part of a second: not on the loop that others' rooms live on
    return await asyncio.to_thread(finish_root, exchange, evaluated)


async def admit(
    transport: Transport, opened: Opened, secrets: RoomSecrets, leaf_key: bytes
) -> Admitted:
    """Prove the room key; raises WrongRoomKey, also for a room that does not exist."""
    signature = sign_admission(secrets, opened.room_id, opened.nonce, leaf_key)
    fields = {"room": opened.room_id, "leaf": leaf_key, "signature": signature}
    answer = await transport.request("room.admit", fields)
    left = field(answer, "left", list)
    return Admitted(
        field(answer, "key_id", int),
        field(answer, "epoch", int),
        field(answer, "head", int),
        field(answer, "group_info", bytes),
        chain_in(answer),
        {field(item, "leaf", bytes): field(item, "signature", bytes) for item in left},
    )


def sign_resume(identity: SigningIdentity, opened: Opened) -> bytes:
    """Sign this connection's nonce with the leaf key."""
    transcript = resume_transcript(opened.room_id, opened.nonce, identity.public_key)
    return ED25519.sign(identity.private_key, transcript)


async def resume(transport: Transport, code: str, room_id: bytes, identity: SigningIdentity) -> int:
    """Come back as a member; returns the log's head, or raises WrongRoomKey."""
    opened = await open_room(transport, code)
    if opened.room_id != room_id:
        raise RelayInconsistent("an answer for another room")
    fields = {"room": room_id, "leaf": identity.public_key}
    fields["signature"] = sign_resume(identity, opened)
    answer = await transport.request("room.resume", fields)
    return int(field(answer, "head", int))
