"""X-Wing (draft-connolly-cfrg-xwing-kem): ML-KEM-768 and X25519, safe while either one is.

A private key is a 32-byte seed. It is expanded anew on each use, which costs about 0.2 ms: an
expansion kept for the next use would also be kept after the group has erased the seed, and with it
the messages the erasure was to protect.
"""

import hashlib
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import mlkem

from roomkey.crypto.dh_kem import X25519_GROUP
from roomkey.crypto.randomness import Random
from roomkey.errors import DecryptionFailed, InvalidKey

_SEED_LENGTH = 32
_MLKEM_PUBLIC_LENGTH = 1184
_MLKEM_CIPHERTEXT_LENGTH = 1088
_X25519_LENGTH = 32
_LABEL = b"\\.//^\\"


@dataclass(frozen=True, slots=True, repr=False)
class _Expanded:
    """The two private keys in a seed, and the X25519 public key the combiner needs."""

    mlkem_key: mlkem.MLKEM768PrivateKey
    x25519_private: bytes
    x25519_public: bytes


def _expand(private: bytes) -> _Expanded:
    if len(private) != _SEED_LENGTH:
        raise InvalidKey("length of private key")
    expanded = hashlib.shake_256(private).digest(96)
    return _Expanded(
        mlkem.MLKEM768PrivateKey.from_seed_bytes(expanded[:64]),
        expanded[64:],
        X25519_GROUP.public_key(expanded[64:]),
    )


def _load_mlkem_public(public: bytes) -> mlkem.MLKEM768PublicKey:
    if len(public) != _MLKEM_PUBLIC_LENGTH + _X25519_LENGTH:
        raise InvalidKey("length of public key")
    try:
        return mlkem.MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC_LENGTH])
    except ValueError as error:
        raise InvalidKey("ML-KEM public key") from error


def _combine(
    mlkem_secret: bytes, x25519_secret: bytes, x25519_ciphertext: bytes, x25519_public: bytes
) -> bytes:
    return hashlib.sha3_256(
        mlkem_secret + x25519_secret + x25519_ciphertext + x25519_public + _LABEL
    ).digest()


@dataclass(frozen=True, slots=True)
class XWing:
    """The X-Wing KEM; satisfies `kem.Kem`."""

    id: int = 0x647A

    def generate(self, random: Random) -> tuple[bytes, bytes]:
        """Return a new (32-byte seed, 1,216-byte public key) pair."""
        private = random(_SEED_LENGTH)
        return private, self.public_key(private)

    def derive_key_pair(self, ikm: bytes) -> tuple[bytes, bytes]:
        """Return the key pair whose seed is SHAKE-256(ikm) (the draft's DeriveKeyPair)."""
        private = hashlib.shake_256(ikm).digest(_SEED_LENGTH)
        return private, self.public_key(private)

    def public_key(self, private: bytes) -> bytes:
        """Return the 1,216-byte public key of a seed, or raise `InvalidKey`."""
        expanded = _expand(private)
        return expanded.mlkem_key.public_key().public_bytes_raw() + expanded.x25519_public

    def check_public_key(self, public: bytes) -> None:
        """Raise `InvalidKey` for a wrong length or an unreduced ML-KEM key (FIPS 203, 7.2)."""
        _load_mlkem_public(public)

    def encapsulate(self, public: bytes, random: Random) -> tuple[bytes, bytes]:
        """Return (32-byte shared secret, 1,120-byte KEM output), or raise `InvalidKey`.

        The X25519 half draws from `random`; the ML-KEM half draws from the system through the
        library, which offers no other way.
        """
        mlkem_secret, mlkem_ciphertext = _load_mlkem_public(public).encapsulate()
        x25519_public = public[_MLKEM_PUBLIC_LENGTH:]
        ephemeral = random(_X25519_LENGTH)
        x25519_ciphertext = X25519_GROUP.public_key(ephemeral)
        x25519_secret = X25519_GROUP.shared_point(ephemeral, x25519_public)
        secret = _combine(mlkem_secret, x25519_secret, x25519_ciphertext, x25519_public)
        return secret, mlkem_ciphertext + x25519_ciphertext

    def decapsulate(self, private: bytes, kem_output: bytes) -> bytes:
        """Return the 32-byte shared secret, or raise `InvalidKey` / `DecryptionFailed`.

        A well-formed output made for another key gives another secret, not an error (FIPS 203).
        """
        expanded = _expand(private)
        if len(kem_output) != _MLKEM_CIPHERTEXT_LENGTH + _X25519_LENGTH:
            raise DecryptionFailed("length of KEM output")
        x25519_ciphertext = kem_output[_MLKEM_CIPHERTEXT_LENGTH:]
        mlkem_secret = expanded.mlkem_key.decapsulate(kem_output[:_MLKEM_CIPHERTEXT_LENGTH])
        try:
            x25519_secret = X25519_GROUP.shared_point(expanded.x25519_private, x25519_ciphertext)
        except InvalidKey as error:
            raise DecryptionFailed("KEM output") from error
        return _combine(mlkem_secret, x25519_secret, x25519_ciphertext, expanded.x25519_public)


XWING = XWing()
