"""The one way Roomkey seals things outside MLS: a salted key for each seal, ChaCha20-Poly1305.

Many devices seal under the same key without knowing of each other, so no nonce may be chosen by
counting, and twelve random bytes are too few to never meet again. A 32-byte salt makes each seal's
key and nonce its own.
"""

from roomkey.crypto.aead import CHACHA20_POLY1305
from roomkey.crypto.hkdf import HKDF_SHA256
from roomkey.crypto.randomness import Random
from roomkey.errors import DecryptionFailed, InvalidKey
from roomkey.keys.labels import SECRET_LENGTH
from roomkey.wire.transcripts import transcript

SALT_LENGTH = 32
OVERHEAD = SALT_LENGTH + CHACHA20_POLY1305.tag_length


def seal(
    key: bytes, label: bytes, context: tuple[bytes, ...], plaintext: bytes, random: Random
) -> bytes:
    """Seal `plaintext` under a 32-byte `key`; the result is `OVERHEAD` (48) bytes longer.

    It opens only with the same `label` and `context`. Raises `InvalidKey` for the key's length.
    """
    salt = random(SALT_LENGTH)
    aead_key, nonce = _key_and_nonce(key, label, salt)
    return salt + CHACHA20_POLY1305.seal(aead_key, nonce, transcript(label, *context), plaintext)


def open_sealed(key: bytes, label: bytes, context: tuple[bytes, ...], sealed: bytes) -> bytes:
    """Return what `seal` sealed, or raise `DecryptionFailed`, or `InvalidKey` for the length."""
    if len(sealed) < OVERHEAD:
        raise DecryptionFailed("too short")
    salt, ciphertext = sealed[:SALT_LENGTH], sealed[SALT_LENGTH:]
    aead_key, nonce = _key_and_nonce(key, label, salt)
    return CHACHA20_POLY1305.open(aead_key, nonce, transcript(label, *context), ciphertext)


def _key_and_nonce(key: bytes, label: bytes, salt: bytes) -> tuple[bytes, bytes]:
    if len(key) != SECRET_LENGTH:
        raise InvalidKey("length of sealing key")
    key_length = CHACHA20_POLY1305.key_length
    material = HKDF_SHA256.expand(
        HKDF_SHA256.extract(salt, key), label, key_length + CHACHA20_POLY1305.nonce_length
    )
    return material[:key_length], material[key_length:]
