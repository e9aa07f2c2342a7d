"""What the vectors have in common."""

import hashlib
from collections.abc import Callable
from typing import Any

from roomkey.crypto.signature import ED25519

Vector = dict[str, Any]

ROOM_ID = bytes(range(16))
MERGED_AT = 1_790_000_000_000
PSEUDONYM = hashlib.sha256(b"pseudonym").digest()[:16]
SALT = hashlib.sha256(b"salt").digest()[:16]
OTHER_ID = b"\x01" + hashlib.sha256(b"other message").digest()[:31]
HOST_SEED = hashlib.sha256(b"host").digest()
SECOND_SEED = hashlib.sha256(b"second host").digest()
STRANGER_SEED = hashlib.sha256(b"stranger").digest()
HOST, SECOND, STRANGER = (
    ED25519.public_key(seed) for seed in (HOST_SEED, SECOND_SEED, STRANGER_SEED)
)


def fixed(value: bytes) -> Callable[[int], bytes]:
    return lambda _: value


def hexed(value: bytes | None) -> str | None:
    return None if value is None else value.hex()
