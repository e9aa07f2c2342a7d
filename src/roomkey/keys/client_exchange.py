"""The client's half of the exchange that turns a typed room key into a room's keys.

blind --(blinded element)--> relay --(evaluated element)--> finish
"""

from dataclasses import dataclass, field

from roomkey.crypto import oprf
from roomkey.crypto.randomness import Random, system_random
from roomkey.errors import InvalidKey
from roomkey.keys.labels import ROOM_ID_LENGTH
from roomkey.keys.room_key import normalize_room_key
from roomkey.keys.root import RoomSecrets, derive_root, derive_secrets


@dataclass(frozen=True, slots=True)
class Exchange:
    """What the client keeps while it waits for the relay; good for one answer."""

    room_id: bytes = field(repr=False)
    _blinding: oprf.Blinding = field(repr=False)


def blind(room_key: str, room_id: bytes, random: Random = system_random) -> tuple[Exchange, bytes]:
    """Return what to keep, and the 32-byte blinded element to send as `room.evaluate`.

    `room_key` is taken as typed, `room_id` has 16 bytes. Raises `RoomKeyUnacceptable` and, for the
    room id's length, `InvalidKey`.
    """
    if len(room_id) != ROOM_ID_LENGTH:
        raise InvalidKey("length of room id")
    blinding, blinded = oprf.blind(normalize_room_key(room_key).encode(), random)
    return Exchange(room_id, blinding), blinded


def finish_root(exchange: Exchange, evaluated: bytes) -> bytes:
    """Return the 32-byte root that `finish` derives its keys from; costs and raises as `finish`."""
    return derive_root(oprf.finalize(exchange._blinding, evaluated), exchange.room_id)


def finish(exchange: Exchange, evaluated: bytes, key_id: int = 0) -> RoomSecrets:
    """Return the room's keys from the relay's 32-byte answer; takes 64 MiB and some time.

    The relay names `key_id` only after admission: use `RoomSecrets.with_key_id` then. Raises
    `CryptoError` if the answer is no element of the group; a wrong room key or a lying relay give
    other keys, which admission and the members' sealed names show.
    """
    return derive_secrets(finish_root(exchange, evaluated), key_id)
