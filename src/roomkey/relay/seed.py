"""The relay's seed: made on the first start, kept in the data folder, never sent anywhere."""

import contextlib
import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path

from roomkey.crypto import oprf
from roomkey.crypto.hkdf import HKDF_SHA512
from roomkey.crypto.signature import ED25519
from roomkey.errors import RoomkeyError
from roomkey.wire.limits import ROOM_ID_BYTES
from roomkey.wire.transcripts import certificate_transcript

SEED_BYTES = 32


class SeedUnusable(RoomkeyError):
    """The seed file is readable by others, was damaged, or is not that of the database."""

    code = "seed_unusable"
    sentence = "The relay's seed file cannot be used."
    next_step = "Restore it from a backup, or set its mode to 0600."


def load_or_create(folder: Path, random: Callable[[int], bytes] = secrets.token_bytes) -> bytes:
    """Read the 32-byte seed of a data folder, drawing it if there is none yet.

    Raises SeedUnusable if others may read the file or its length is wrong.
    """
    path = folder / "seed"
    if not path.exists():
        _create(path, random(SEED_BYTES))
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise SeedUnusable("other users may read it; its mode must be 0600")
    seed = path.read_bytes()
    if len(seed) != SEED_BYTES:
        raise SeedUnusable("its length is not 32 bytes")
    return seed


def _create(path: Path, seed: bytes) -> None:
    draft = path.with_name(f"seed.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, seed)
        os.fsync(handle)
    finally:
        os.close(handle)
    # A link never replaces a seed that another start has just made.
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


class Seed:
    """What is derived from the seed: ids and OPRF keys of rooms (delivery.md), and keys of its own.

    Those are the one that certificates are signed with (directory.md), and what names in Redis are
    hashed with.
    """

    def __init__(self, seed: bytes) -> None:
        expand = HKDF_SHA512.expand
        self._room_id_key = expand(seed, b"roomkey v1 relay room id", 32)
        self._oprf_seed = expand(seed, b"roomkey v1 relay oprf", 32)
        self._directory_key = expand(seed, b"roomkey v1 relay directory", 32)
        self.mark = expand(seed, b"roomkey v1 relay seed mark", 16)
        """By which a database recognises its seed; tells nothing of it."""
        self.peers_key = expand(seed, b"roomkey v1 relay peers", 32)
        """What names in Redis are hashed with, 32 bytes."""
        self.directory = ED25519.public_key(self._directory_key)
        """The public half of the key for certificates, 32 bytes."""

    def room_id(self, code: str) -> bytes:
        """Give the 16-byte id that belongs to a room code, whether or not there is such a room."""
        return hmac.digest(self._room_id_key, code.encode(), hashlib.sha256)[:ROOM_ID_BYTES]

    def certify(self, handle: str, identity: bytes) -> bytes:
        """Sign that a handle is bound to an identity key (directory.md); 64 bytes."""
        return ED25519.sign(self._directory_key, certificate_transcript(handle, identity))

    def evaluate(self, room: bytes, blinded: bytes) -> bytes:
        """Raise a blinded element (32 bytes) to the room's OPRF key (RFC 9497 §3.3.1)."""
        private_key, _ = oprf.derive_key_pair(self._oprf_seed, room)
        return oprf.evaluate(private_key, blinded)
