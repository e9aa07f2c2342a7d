"""What the vectors have in common."""

import hashlib
from collections.abc import Callable
from typing import Any

from roomkey.crypto.signature import ED25519
from roomkey.keys.root import derive_secrets

Vector = dict[str, Any]

ROOM_ID = bytes(range(16))
LEAF_SEED = hashlib.sha256(b"leaf").digest()
LEAF_KEY = ED25519.public_key(LEAF_SEED)
NONCE = hashlib.sha256(b"nonce").digest()


def stream(seed: str) -> Callable[[int], bytes]:
    """Return a source of bytes that follows from `seed`."""
    position = 0

    def draw(length: int) -> bytes:
        nonlocal position
        position += length
        return hashlib.shake_256(seed.encode()).digest(position)[-length:]

    return draw


def fixed(value: bytes) -> Callable[[int], bytes]:
    """Return a source that gives `value` whatever it is asked for."""
    return lambda _: value


def secrets_of(label: bytes, key_id: int) -> Any:
    return derive_secrets(hashlib.sha256(label).digest(), key_id)
