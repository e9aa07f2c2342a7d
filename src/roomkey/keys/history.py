"""Shared history: secrets of past epochs sealed under the room key, and of past room keys.

In a strict room none of this is made.
"""

from dataclasses import dataclass, field

from roomkey.crypto.randomness import Random, system_random
from roomkey.errors import DecryptionFailed, InvalidKey
from roomkey.keys import labels
from roomkey.keys.labels import SECRET_LENGTH, u32, u64
from roomkey.keys.root import RoomSecrets
from roomkey.keys.sealing import open_sealed, seal


@dataclass(frozen=True, slots=True)
class PastKeys:
    """What is kept of an older room key: enough to read its history, not to enter by it."""

    key_id: int
    names: bytes = field(repr=False)
    history: bytes = field(repr=False)


def seal_epoch_secret(
    secrets: RoomSecrets,
    room_id: bytes,
    epoch: int,
    epoch_secret: bytes,
    random: Random = system_random,
) -> bytes:
    """Seal an epoch's 32-byte history secret under the room key; 80 bytes.

    Raises `InvalidKey` for the secret's length.
    """
    if len(epoch_secret) != SECRET_LENGTH:
        raise InvalidKey("length of epoch history secret")
    context = (room_id, u32(secrets.key_id), u64(epoch))
    return seal(secrets.history, labels.EPOCH_HISTORY, context, epoch_secret, random)


def open_epoch_secret(
    history_key: bytes, key_id: int, room_id: bytes, epoch: int, sealed: bytes
) -> bytes:
    """Return an epoch's 32-byte history secret, or raise `DecryptionFailed`.

    `history_key` is `RoomSecrets.history`, or `PastKeys.history` for an older room key's epochs.
    """
    context = (room_id, u32(key_id), u64(epoch))
    secret = open_sealed(history_key, labels.EPOCH_HISTORY, context, sealed)
    if len(secret) != SECRET_LENGTH:
        raise DecryptionFailed("length of epoch history secret")
    return secret


def seal_key_chain(
    new: RoomSecrets, old: RoomSecrets, room_id: bytes, random: Random = system_random
) -> bytes:
    """Seal the `names` and `history` keys of `old` under `new`, whose key id is one more.

    Raises `InvalidKey` if the ids do not follow each other.
    """
    if new.key_id != old.key_id + 1:
        raise InvalidKey("order of room keys")
    context = (room_id, u32(new.key_id))
    return seal(new.history, labels.KEY_CHAIN, context, old.names + old.history, random)


def open_key_chain(history_key: bytes, key_id: int, room_id: bytes, sealed: bytes) -> PastKeys:
    """Return the keys before those of `key_id`, or raise `DecryptionFailed`.

    With `PastKeys.history` and `PastKeys.key_id` the next older link opens.
    """
    context = (room_id, u32(key_id))
    keys = open_sealed(history_key, labels.KEY_CHAIN, context, sealed)
    if len(keys) != 2 * SECRET_LENGTH or key_id < 1:
        raise DecryptionFailed("form of key chain")
    return PastKeys(key_id - 1, keys[:SECRET_LENGTH], keys[SECRET_LENGTH:])
