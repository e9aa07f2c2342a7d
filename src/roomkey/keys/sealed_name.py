"""Display names and the room's title, sealed so that the relay learns neither, nor their length.

A leaf whose name does not open was made by somebody who does not know the room key.
"""

from roomkey.crypto.randomness import Random, system_random
from roomkey.errors import DecodeError, DecryptionFailed
from roomkey.keys import labels
from roomkey.keys.labels import u32
from roomkey.keys.root import RoomSecrets
from roomkey.keys.sealing import open_sealed, seal

MAX_NAME_BYTES = 256
BLOCK_LENGTH = 64
_LENGTH_BYTES = 2


def seal_name(
    secrets: RoomSecrets,
    room_id: bytes,
    leaf_key: bytes,
    name: str,
    random: Random = system_random,
) -> bytes:
    """Seal a display name for the leaf with signature public key `leaf_key`.

    Raises `DecodeError` for a name of more than 256 bytes of UTF-8, or one that has no UTF-8.
    """
    context = (room_id, u32(secrets.key_id), leaf_key)
    return seal(secrets.names, labels.SEALED_NAME, context, _pad(name), random)


def open_name(names_key: bytes, key_id: int, room_id: bytes, leaf_key: bytes, sealed: bytes) -> str:
    """Return a display name, or raise `DecryptionFailed`: that leaf is a ghost.

    `names_key` is `RoomSecrets.names`, or `PastKeys.names` for a name of an older room key.
    """
    context = (room_id, u32(key_id), leaf_key)
    return _unpad(open_sealed(names_key, labels.SEALED_NAME, context, sealed))


def seal_title(
    secrets: RoomSecrets, room_id: bytes, title: str, random: Random = system_random
) -> bytes:
    """Seal the room's title; raises `DecodeError` as `seal_name` does."""
    context = (room_id, u32(secrets.key_id), b"")
    return seal(secrets.names, labels.SEALED_TITLE, context, _pad(title), random)


def open_title(names_key: bytes, key_id: int, room_id: bytes, sealed: bytes) -> str:
    """Return the room's title, or raise `DecryptionFailed`."""
    context = (room_id, u32(key_id), b"")
    return _unpad(open_sealed(names_key, labels.SEALED_TITLE, context, sealed))


def _pad(text: str) -> bytes:
    try:
        encoded = text.encode()
    except UnicodeEncodeError as error:
        raise DecodeError("name") from error
    if len(encoded) > MAX_NAME_BYTES:
        raise DecodeError("length of name")
    unpadded = len(encoded).to_bytes(_LENGTH_BYTES, "big") + encoded
    return unpadded + bytes(-len(unpadded) % BLOCK_LENGTH)


def _unpad(padded: bytes) -> str:
    length = int.from_bytes(padded[:_LENGTH_BYTES], "big")
    encoded = padded[_LENGTH_BYTES : _LENGTH_BYTES + length]
    # One plaintext for each text: a second form would be a channel past what people see.
    try:
        text = encoded.decode()
        canonical = _pad(text)
    except (UnicodeDecodeError, DecodeError) as error:
        raise DecryptionFailed("form of name") from error
    if canonical != padded:
        raise DecryptionFailed("form of name")
    return text
