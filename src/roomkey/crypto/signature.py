"""Digital signatures: Ed25519, Ed448 (RFC 8032) and ECDSA (FIPS 186-5) as MLS encodes them."""

from dataclasses import dataclass, field
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519

from roomkey.crypto import nist
from roomkey.crypto.randomness import Random
from roomkey.errors import BadSignature, InvalidKey


class SignatureScheme(Protocol):
    """A signature scheme over byte strings."""

    def generate(self, random: Random) -> tuple[bytes, bytes]:
        """Return a new (private, public) key pair."""

    def public_key(self, private: bytes) -> bytes:
        """Return the public half of `private`, or raise `InvalidKey`."""

    def sign(self, private: bytes, message: bytes) -> bytes:
        """Return a signature of `message`, or raise `InvalidKey`."""

    def verify(self, public: bytes, message: bytes, signature: bytes) -> None:
        """Raise `BadSignature` unless `signature` is one of `message` under `public`."""


def _small_order_points() -> frozenset[bytes]:
    """Return the y coordinates, reduced or not, of the Ed25519 points of order 1, 2, 4 and 8."""
    prime = 2**255 - 19
    order_8 = int.from_bytes(
        bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
    )
    numbers = (0, 1, order_8, prime - order_8, prime - 1, prime, prime + 1)
    return frozenset(number.to_bytes(32, "little") for number in numbers)


_SMALL_ORDER = _small_order_points()


@dataclass(frozen=True, slots=True)
class EdwardsSignature:
    """Ed25519 (32-byte private seed) or Ed448 (57 bytes)."""

    name: str
    key_length: int
    _private: Any = field(repr=False)
    _public: Any = field(repr=False)

    def generate(self, random: Random) -> tuple[bytes, bytes]:
        """Return a new (private seed, public key) pair, `key_length` bytes each."""
        return self.from_seed(random(self.key_length))

    def from_seed(self, seed: bytes) -> tuple[bytes, bytes]:
        """Return the (private, public) pair of `seed`, or raise `InvalidKey` for its length."""
        return seed, self.public_key(seed)

    def public_key(self, private: bytes) -> bytes:
        """Return the public half of `private`, or raise `InvalidKey`."""
        public: bytes = self._load(private).public_key().public_bytes_raw()
        return public

    def sign(self, private: bytes, message: bytes) -> bytes:
        """Return the signature of `message`, or raise `InvalidKey`."""
        signature: bytes = self._load(private).sign(message)
        return signature

    def verify(self, public: bytes, message: bytes, signature: bytes) -> None:
        """Raise `BadSignature` unless `signature` is one of `message` under `public`.

        An Ed25519 key of small order verifies nothing: anybody could sign for it.
        """
        if len(public) != self.key_length:
            raise BadSignature("length of public key")
        if public[:-1] + bytes((public[-1] & 0x7F,)) in _SMALL_ORDER:
            raise BadSignature("public key of small order")
        try:
            self._public.from_public_bytes(public).verify(signature, message)
        except (InvalidSignature, ValueError) as error:
            raise BadSignature from error

    def _load(self, private: bytes) -> Any:
        try:
            return self._private.from_private_bytes(private)
        except ValueError as error:
            raise InvalidKey("length of private key") from error


@dataclass(frozen=True, slots=True)
class EcdsaSignature:
    """ECDSA over a NIST curve: scalar and uncompressed point as keys, DER as signature."""

    name: str
    curve: nist.NistCurve

    def generate(self, random: Random) -> tuple[bytes, bytes]:
        """Return a new (scalar, uncompressed point) pair."""
        private = self.curve.generate_scalar(random)
        return private, self.curve.public_key(private)

    def public_key(self, private: bytes) -> bytes:
        """Return the uncompressed point of `private`, or raise `InvalidKey`."""
        return self.curve.public_key(private)

    def sign(self, private: bytes, message: bytes) -> bytes:
        """Return a DER signature of `message`, or raise `InvalidKey`.

        The per-signature number is drawn from the system by the library.
        """
        algorithm = ec.ECDSA(self.curve.signature_hash)
        return self.curve.load_private(private).sign(message, algorithm)

    def verify(self, public: bytes, message: bytes, signature: bytes) -> None:
        """Raise `BadSignature` unless `signature` is one of `message` under `public`."""
        try:
            key = self.curve.load_public(public)
            key.verify(signature, message, ec.ECDSA(self.curve.signature_hash))
        except (InvalidKey, InvalidSignature, ValueError) as error:
            raise BadSignature from error


ED25519 = EdwardsSignature("Ed25519", 32, ed25519.Ed25519PrivateKey, ed25519.Ed25519PublicKey)
ED448 = EdwardsSignature("Ed448", 57, ed448.Ed448PrivateKey, ed448.Ed448PublicKey)
ECDSA_P256 = EcdsaSignature("ECDSA P-256", nist.P256)
ECDSA_P384 = EcdsaSignature("ECDSA P-384", nist.P384)
ECDSA_P521 = EcdsaSignature("ECDSA P-521", nist.P521)
