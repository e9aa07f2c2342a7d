"""From the OPRF's output to the root of a room's keys, and from the root to each key."""

from dataclasses import dataclass, field, replace

from roomkey.crypto.argon2 import argon2id
from roomkey.crypto.hkdf import HKDF_SHA256
from roomkey.crypto.oprf import OUTPUT_LENGTH
from roomkey.crypto.signature import ED25519
from roomkey.errors import InvalidKey
from roomkey.keys.labels import PSK, ROOM_ID_LENGTH, SECRET_LENGTH, u32

ARGON2_MEMORY_KIB = 64 * 1024
ARGON2_ITERATIONS = 3
ARGON2_LANES = 1


@dataclass(frozen=True, slots=True)
class RoomSecrets:
    """The keys of a room under one room key; each has 32 bytes.

    `key_id` counts the room's keys from 0, and grows by one with each change. `admission` is an
    Ed25519 seed, `psk` goes into MLS, `names` seals names and the title, `history` seals past
    epochs' secrets.
    """

    key_id: int
    admission: bytes = field(repr=False)
    psk: bytes = field(repr=False)
    names: bytes = field(repr=False)
    history: bytes = field(repr=False)

    @property
    def admission_public_key(self) -> bytes:
        """The key the relay checks admissions with, 32 bytes."""
        return ED25519.public_key(self.admission)

    def with_key_id(self, key_id: int) -> "RoomSecrets":
        """Return the same keys under the id the relay gave them."""
        return replace(self, key_id=key_id)


def derive_root(oprf_output: bytes, room_id: bytes) -> bytes:
    """Return the 32-byte root of 64 bytes of OPRF output and a 16-byte room id.

    Takes 64 MiB and a noticeable part of a second. Raises `InvalidKey` for the lengths.
    """
    if len(oprf_output) != OUTPUT_LENGTH or len(room_id) != ROOM_ID_LENGTH:
        raise InvalidKey("length of OPRF output or room id")
    return argon2id(
        oprf_output,
        room_id,
        memory_kib=ARGON2_MEMORY_KIB,
        iterations=ARGON2_ITERATIONS,
        lanes=ARGON2_LANES,
        length=SECRET_LENGTH,
    )


def derive_secrets(root: bytes, key_id: int = 0) -> RoomSecrets:
    """Return the keys that follow from a 32-byte `root`, or raise `InvalidKey` for its length."""
    if len(root) != SECRET_LENGTH:
        raise InvalidKey("length of root")

    def derive(label: bytes) -> bytes:
        return HKDF_SHA256.expand(root, b"roomkey v1 " + label, SECRET_LENGTH)

    return RoomSecrets(
        key_id=key_id,
        admission=derive(b"admission"),
        psk=derive(b"psk"),
        names=derive(b"names"),
        history=derive(b"history"),
    )


def psk_id(key_id: int) -> bytes:
    """Return the id of the external PSK of a room key, as MLS carries it (RFC 9420, 8.4)."""
    return PSK + u32(key_id)
