"""Authenticated encryption with associated data: AES-GCM and ChaCha20-Poly1305 (RFC 5116, 8439)."""

from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

from roomkey.errors import DecryptionFailed, InvalidKey


@dataclass(frozen=True, slots=True)
class Aead:
    """One AEAD; `id` is its HPKE number (RFC 9180, 7.3), lengths are in bytes."""

    id: int
    name: str
    key_length: int
    _cipher: type[AESGCM] | type[ChaCha20Poly1305]
    nonce_length: int = 12
    tag_length: int = 16

    def seal(self, key: bytes, nonce: bytes, associated_data: bytes, plaintext: bytes) -> bytes:
        """Encrypt `plaintext`; the result is `tag_length` bytes longer.

        `key` and `nonce` have this AEAD's lengths, or `InvalidKey` is raised. A nonce is for one
        use under its key.
        """
        self._check_lengths(key, nonce)
        return self._cipher(key).encrypt(nonce, plaintext, associated_data)

    def open(self, key: bytes, nonce: bytes, associated_data: bytes, ciphertext: bytes) -> bytes:
        """Decrypt what `seal` made, or raise `DecryptionFailed`, or `InvalidKey` for its length."""
        self._check_lengths(key, nonce)
        try:
            return self._cipher(key).decrypt(nonce, ciphertext, associated_data)
        except (InvalidTag, ValueError) as error:
            raise DecryptionFailed from error

    def _check_lengths(self, key: bytes, nonce: bytes) -> None:
        if len(key) != self.key_length or len(nonce) != self.nonce_length:
            raise InvalidKey("length of AEAD key or nonce")


AES_128_GCM = Aead(0x0001, "AES-128-GCM", 16, AESGCM)
AES_256_GCM = Aead(0x0002, "AES-256-GCM", 32, AESGCM)
CHACHA20_POLY1305 = Aead(0x0003, "ChaCha20-Poly1305", 32, ChaCha20Poly1305)
