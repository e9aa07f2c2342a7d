"""Hashing, HMAC and HKDF (RFC 2104, RFC 5869) over one hash function."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from roomkey.errors import CryptoError


@dataclass(frozen=True, slots=True)
class Kdf:
    """A hash function and what is built from it; `hash_length` is its output in bytes."""

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


HKDF_SHA256 = Kdf("sha256", 32, hashlib.sha256)
HKDF_SHA384 = Kdf("sha384", 48, hashlib.sha384)
HKDF_SHA512 = Kdf("sha512", 64, hashlib.sha512)
