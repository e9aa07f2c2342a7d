"""HPKE in base mode, one message at a time, and its exporter (RFC 9180, 5 and 6)."""

from dataclasses import dataclass, field

from roomkey.crypto.aead import Aead
from roomkey.crypto.hkdf import Kdf
from roomkey.crypto.kem import Kem
from roomkey.crypto.randomness import Random

_BASE_MODE = b"\x00"


@dataclass(frozen=True, slots=True)
class Hpke:
    """One choice of KEM, KDF and AEAD; keys are those of the KEM.

    `suite_id` and `psk_id_hash` follow from the choice and are computed once.
    """

    kem: Kem
    kdf: Kdf
    aead: Aead
    suite_id: bytes = field(init=False, repr=False)
    psk_id_hash: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        ids = (self.kem.id, self.kdf.id, self.aead.id)
        suite_id = b"HPKE" + b"".join(number.to_bytes(2, "big") for number in ids)
        object.__setattr__(self, "suite_id", suite_id)
        psk_id_hash = self.kdf.labeled_extract(suite_id, b"", b"psk_id_hash", b"")
        object.__setattr__(self, "psk_id_hash", psk_id_hash)

    def seal_base(
        self, public: bytes, info: bytes, associated_data: bytes, plaintext: bytes, random: Random
    ) -> tuple[bytes, bytes]:
        """Encrypt to `public`; returns (KEM output, ciphertext), or raises `InvalidKey` (6.1)."""
        secret, kem_output = self.kem.encapsulate(public, random)
        key, nonce = self._key_and_nonce(secret, info)
        return kem_output, self.aead.seal(key, nonce, associated_data, plaintext)

    def open_base(
        self,
        private: bytes,
        kem_output: bytes,
        info: bytes,
        associated_data: bytes,
        ciphertext: bytes,
    ) -> bytes:
        """Decrypt what `seal_base` made, or raise `DecryptionFailed` / `InvalidKey` (6.1)."""
        secret = self.kem.decapsulate(private, kem_output)
        key, nonce = self._key_and_nonce(secret, info)
        return self.aead.open(key, nonce, associated_data, ciphertext)

    def send_export(
        self, public: bytes, info: bytes, exporter_context: bytes, length: int, random: Random
    ) -> tuple[bytes, bytes]:
        """Agree on `length` secret bytes with `public`; returns (KEM output, secret) (6.2)."""
        secret, kem_output = self.kem.encapsulate(public, random)
        return kem_output, self._export(secret, info, exporter_context, length)

    def receive_export(
        self, private: bytes, kem_output: bytes, info: bytes, exporter_context: bytes, length: int
    ) -> bytes:
        """Return the secret of `send_export`, or raise `DecryptionFailed` / `InvalidKey` (6.2)."""
        secret = self.kem.decapsulate(private, kem_output)
        return self._export(secret, info, exporter_context, length)

    def _key_and_nonce(self, shared_secret: bytes, info: bytes) -> tuple[bytes, bytes]:
        context, kdf, suite_id = self._context(info), self.kdf, self.suite_id
        secret = kdf.labeled_extract(suite_id, shared_secret, b"secret", b"")
        key = kdf.labeled_expand(suite_id, secret, b"key", context, self.aead.key_length)
        # The first message of a context has sequence number 0, so its nonce is the base nonce.
        nonce = kdf.labeled_expand(suite_id, secret, b"base_nonce", context, self.aead.nonce_length)
        return key, nonce

    def _export(
        self, shared_secret: bytes, info: bytes, exporter_context: bytes, length: int
    ) -> bytes:
        context, kdf, suite_id = self._context(info), self.kdf, self.suite_id
        secret = kdf.labeled_extract(suite_id, shared_secret, b"secret", b"")
        exporter_secret = kdf.labeled_expand(suite_id, secret, b"exp", context, kdf.hash_length)
        return kdf.labeled_expand(suite_id, exporter_secret, b"sec", exporter_context, length)

    def _context(self, info: bytes) -> bytes:
        info_hash = self.kdf.labeled_extract(self.suite_id, b"", b"info_hash", info)
        return _BASE_MODE + self.psk_id_hash + info_hash
