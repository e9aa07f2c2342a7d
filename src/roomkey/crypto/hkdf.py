"""Hashing, HMAC and HKDF (RFC 2104, RFC 5869) over one hash function, and HPKE's use of HKDF."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from roomkey.errors import CryptoError

_HPKE_VERSION = b"HPKE-v1"


@dataclass(frozen=True, slots=True)
class Kdf:
    """A hash function and what is built from it; `hash_length` is its output in bytes.

    `id` is its HPKE number (RFC 9180, 7.2).
    """

    id: int
    name: str
    hash_length: int
    _hash: Callable[[bytes], Any] = field(repr=False)

    def hash(self, data: bytes) -> bytes:
        """Return the digest of `data`, `hash_length` bytes."""
        digest: bytes = self._hash(data).digest()
        return digest

    def mac(self, key: bytes, data: bytes) -> bytes:
        """Return HMAC(key, data), `hash_length` bytes (RFC 2104)."""
        return hmac.digest(key, data, self.name)

    def verify_mac(self, key: bytes, data: bytes, tag: bytes) -> None:
        """Raise `CryptoError` unless `tag` is HMAC(key, data); takes the same time either way."""
        if not hmac.compare_digest(self.mac(key, data), tag):
            raise CryptoError("authentication tag")

    def extract(self, salt: bytes, ikm: bytes) -> bytes:
        """Concentrate `ikm` into a key of `hash_length` bytes; no salt is `b""` (RFC 5869, 2.2)."""
        return hmac.digest(salt, ikm, self.name)

    def expand(self, prk: bytes, info: bytes, length: int) -> bytes:
        """Derive `length` bytes; raises `CryptoError` above 255 hash lengths (RFC 5869, 2.3)."""
        if not 0 <= length <= 255 * self.hash_length:
            raise CryptoError("length of derived key")
        output = block = b""
        counter = 1
        while len(output) < length:
            block = hmac.digest(prk, block + info + bytes((counter,)), self.name)
            output += block
            counter += 1
        return output[:length]

    def labeled_extract(self, suite_id: bytes, salt: bytes, label: bytes, ikm: bytes) -> bytes:
        """Extract for one labelled use in HPKE (LabeledExtract; RFC 9180, 4)."""
        return self.extract(salt, _HPKE_VERSION + suite_id + label + ikm)

    def labeled_expand(
        self, suite_id: bytes, prk: bytes, label: bytes, info: bytes, length: int
    ) -> bytes:
        """Derive `length` bytes for one labelled use in HPKE (LabeledExpand; RFC 9180, 4)."""
        labeled = length.to_bytes(2, "big") + _HPKE_VERSION + suite_id + label + info
        return self.expand(prk, labeled, length)


HKDF_SHA256 = Kdf(0x0001, "sha256", 32, hashlib.sha256)
HKDF_SHA384 = Kdf(0x0002, "sha384", 48, hashlib.sha384)
HKDF_SHA512 = Kdf(0x0003, "sha512", 64, hashlib.sha512)
