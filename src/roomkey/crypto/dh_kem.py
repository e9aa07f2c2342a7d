"""DHKEM (RFC 9180, 4.1) over X25519, X448 and the NIST curves."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric import ec, x448, x25519

from roomkey.crypto import nist
from roomkey.crypto.hkdf import HKDF_SHA256, HKDF_SHA384, HKDF_SHA512, Kdf
from roomkey.crypto.randomness import Random
from roomkey.errors import DecryptionFailed, InvalidKey

_Expand = Callable[[bytes, bytes, int], bytes]


class _DhGroup(Protocol):
    """A Diffie-Hellman group; keys are serialised as RFC 9180, 7.1 says."""

    @property
    def private_key_length(self) -> int: ...
    def public_key(self, private: bytes) -> bytes: ...
    def check_public_key(self, public: bytes) -> None: ...
    def shared_point(self, private: bytes, public: bytes) -> bytes: ...
    def private_key_from(self, expand: _Expand) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Montgomery:
    """X25519 or X448 (RFC 7748)."""

    private_key_length: int
    _private: Any = field(repr=False)
    _public: Any = field(repr=False)

    def public_key(self, private: bytes) -> bytes:
        """Return the public key of `private`, or raise `InvalidKey`."""
        public: bytes = self._load(private).public_key().public_bytes_raw()
        return public

    def check_public_key(self, public: bytes) -> None:
        """Raise `InvalidKey` for a wrong length; points of small order are refused on use."""
        if len(public) != self.private_key_length:
            raise InvalidKey("length of public key")

    def shared_point(self, private: bytes, public: bytes) -> bytes:
        """Return the shared point, or raise `InvalidKey`, also if it is all zero (RFC 7748, 6)."""
        key = self._load(private)
        self.check_public_key(public)
        try:
            shared: bytes = key.exchange(self._public.from_public_bytes(public))
        except ValueError as error:
            raise InvalidKey("public key of small order") from error
        # The library refuses this itself; a library that stopped to would be a silent break.
        if not any(shared):
            raise InvalidKey("public key of small order")
        return shared

    def private_key_from(self, expand: _Expand) -> bytes:
        """Return the private key that `expand` gives (RFC 9180, 7.1.3)."""
        return expand(b"sk", b"", self.private_key_length)

    def _load(self, private: bytes) -> Any:
        try:
            return self._private.from_private_bytes(private)
        except ValueError as error:
            raise InvalidKey("length of private key") from error


@dataclass(frozen=True, slots=True)
class NistDh:
    """ECDH on P-256, P-384 or P-521, points uncompressed."""

    curve: nist.NistCurve

    @property
    def private_key_length(self) -> int:
        return self.curve.scalar_length

    def public_key(self, private: bytes) -> bytes:
        """Return the public key of `private`, or raise `InvalidKey`."""
        return self.curve.public_key(private)

    def check_public_key(self, public: bytes) -> None:
        """Raise `InvalidKey` unless `public` is an uncompressed point on the curve."""
        self.curve.load_public(public)

    def shared_point(self, private: bytes, public: bytes) -> bytes:
        """Return the x coordinate of the shared point, or raise `InvalidKey`."""
        peer = self.curve.load_public(public)
        return self.curve.load_private(private).exchange(ec.ECDH(), peer)

    def private_key_from(self, expand: _Expand) -> bytes:
        """Return the first candidate in range (RFC 9180, 7.1.3), or raise `InvalidKey`."""
        for counter in range(256):
            candidate = expand(b"candidate", bytes((counter,)), self.private_key_length)
            masked = self.curve.mask(candidate)
            if self.curve.is_scalar(masked):
                return masked
        raise InvalidKey("no key pair follows from this secret")


@dataclass(frozen=True, slots=True)
class DhKem:
    """A KEM from a Diffie-Hellman group and a KDF; satisfies `kem.Kem`."""

    id: int
    group: _DhGroup
    kdf: Kdf

    def generate(self, random: Random) -> tuple[bytes, bytes]:
        """Return a new (private, public) key pair (RFC 9180, 4)."""
        return self.derive_key_pair(random(self.group.private_key_length))

    def derive_key_pair(self, ikm: bytes) -> tuple[bytes, bytes]:
        """Return the (private, public) pair that follows from `ikm` (RFC 9180, 7.1.3)."""
        prk = self.kdf.labeled_extract(self._suite_id, b"", b"dkp_prk", ikm)

        def expand(label: bytes, context: bytes, length: int) -> bytes:
            return self.kdf.labeled_expand(self._suite_id, prk, label, context, length)

        private = self.group.private_key_from(expand)
        return private, self.group.public_key(private)

    def public_key(self, private: bytes) -> bytes:
        """Return the public half of `private`, or raise `InvalidKey`."""
        return self.group.public_key(private)

    def check_public_key(self, public: bytes) -> None:
        """Raise `InvalidKey` unless `public` can be encapsulated to."""
        self.group.check_public_key(public)

    def encapsulate(self, public: bytes, random: Random) -> tuple[bytes, bytes]:
        """Return (shared secret, KEM output) for `public`, or raise `InvalidKey`."""
        ephemeral, kem_output = self.generate(random)
        point = self.group.shared_point(ephemeral, public)
        return self._shared_secret(point, kem_output + public), kem_output

    def decapsulate(self, private: bytes, kem_output: bytes) -> bytes:
        """Return the shared secret in `kem_output`, or raise `InvalidKey` / `DecryptionFailed`."""
        public = self.group.public_key(private)
        try:
            point = self.group.shared_point(private, kem_output)
        except InvalidKey as error:
            raise DecryptionFailed("KEM output") from error
        return self._shared_secret(point, kem_output + public)

    def _shared_secret(self, point: bytes, context: bytes) -> bytes:
        kdf, suite_id = self.kdf, self._suite_id
        prk = kdf.labeled_extract(suite_id, b"", b"eae_prk", point)
        return kdf.labeled_expand(suite_id, prk, b"shared_secret", context, kdf.hash_length)

    @property
    def _suite_id(self) -> bytes:
        return b"KEM" + self.id.to_bytes(2, "big")


X25519_GROUP = Montgomery(32, x25519.X25519PrivateKey, x25519.X25519PublicKey)
X448_GROUP = Montgomery(56, x448.X448PrivateKey, x448.X448PublicKey)

DHKEM_P256 = DhKem(0x0010, NistDh(nist.P256), HKDF_SHA256)
DHKEM_P384 = DhKem(0x0011, NistDh(nist.P384), HKDF_SHA384)
DHKEM_P521 = DhKem(0x0012, NistDh(nist.P521), HKDF_SHA512)
DHKEM_X25519 = DhKem(0x0020, X25519_GROUP, HKDF_SHA256)
DHKEM_X448 = DhKem(0x0021, X448_GROUP, HKDF_SHA512)
