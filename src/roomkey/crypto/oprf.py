"""OPRF(ristretto255, SHA-512) in mode 0 (RFC 9497): a password evaluated by a key it never meets.

The client blinds its input, the relay evaluates with its key, the client unblinds: the relay learns
nothing of the input, the client nothing of the key.
"""

import hashlib
from dataclasses import dataclass, field

import rbcl

from roomkey.crypto.randomness import Random
from roomkey.errors import CryptoError, InvalidKey

ELEMENT_LENGTH = 32
SCALAR_LENGTH = 32
OUTPUT_LENGTH = 64

_CONTEXT = b"OPRFV1-\x00-ristretto255-SHA512"
_SHA512_BLOCK_LENGTH = 128
_ORDER = 2**252 + 27742317777372353535851937790883648493
_IDENTITY = bytes(ELEMENT_LENGTH)


@dataclass(frozen=True, slots=True)
class Blinding:
    """What a client keeps between `blind` and `finalize`: its input and the blinding scalar."""

    input: bytes = field(repr=False)
    scalar: bytes = field(repr=False)


def derive_key_pair(seed: bytes, info: bytes) -> tuple[bytes, bytes]:
    """Return the (scalar, element) key pair of a 32-byte `seed` and `info` (RFC 9497, 3.2.1).

    Raises `InvalidKey` for the lengths: `info` has at most 65,535 bytes.
    """
    if len(seed) != SCALAR_LENGTH or len(info) > 0xFFFF:
        raise InvalidKey("length of OPRF seed or info")
    for counter in range(256):
        message = seed + len(info).to_bytes(2, "big") + info + bytes((counter,))
        uniform = _expand_message(message, b"DeriveKeyPair" + _CONTEXT)
        scalar: bytes = rbcl.crypto_core_ristretto255_scalar_reduce(uniform)
        if any(scalar):
            return scalar, bytes(rbcl.crypto_scalarmult_ristretto255_base(scalar))
    raise InvalidKey("no key pair follows from this seed")


def blind(input_: bytes, random: Random) -> tuple[Blinding, bytes]:
    """Return what to keep and the 32-byte blinded element to send (RFC 9497, 3.3.1).

    Raises `CryptoError` if `input_` has more than 65,535 bytes.
    """
    if len(input_) > 0xFFFF:
        raise CryptoError("length of OPRF input")
    scalar = _random_scalar(random)
    return Blinding(input_, scalar), _multiply(scalar, _hash_to_group(input_))


def evaluate(key: bytes, blinded: bytes) -> bytes:
    """Return the 32-byte evaluation of `blinded` under the relay's scalar (RFC 9497, 3.3.1).

    Raises `InvalidKey` unless `key` is a scalar other than zero, and `CryptoError` unless `blinded`
    is the canonical encoding of an element other than the identity.
    """
    _check_scalar(key)
    _check_element(blinded)
    return _multiply(key, blinded)


def finalize(blinding: Blinding, evaluated: bytes) -> bytes:
    """Return the 64-byte output for the blinded input (RFC 9497, 3.3.1).

    Raises `InvalidKey` unless the blinding has a scalar other than zero, and `CryptoError` unless
    `evaluated` is the canonical encoding of an element other than the identity.
    """
    _check_element(evaluated)
    _check_scalar(blinding.scalar)
    inverse: bytes = rbcl.crypto_core_ristretto255_scalar_invert(blinding.scalar)
    unblinded = _multiply(inverse, evaluated)
    return hashlib.sha512(_length_prefixed(blinding.input, unblinded) + b"Finalize").digest()


def _random_scalar(random: Random) -> bytes:
    while True:
        scalar: bytes = rbcl.crypto_core_ristretto255_scalar_reduce(random(64))
        if any(scalar):
            return scalar


def _check_scalar(scalar: bytes) -> None:
    number = int.from_bytes(scalar, "little")
    if len(scalar) != SCALAR_LENGTH or not 0 < number < _ORDER:
        raise InvalidKey("OPRF key")


def _check_element(element: bytes) -> None:
    # libsodium counts the identity among the valid points.
    if (
        len(element) != ELEMENT_LENGTH
        or element == _IDENTITY
        or not rbcl.crypto_core_ristretto255_is_valid_point(element)
    ):
        raise CryptoError("OPRF element")


def _multiply(scalar: bytes, element: bytes) -> bytes:
    return bytes(rbcl.crypto_scalarmult_ristretto255(scalar, element))


def _hash_to_group(input_: bytes) -> bytes:
    uniform = _expand_message(input_, b"HashToGroup-" + _CONTEXT)
    return bytes(rbcl.crypto_core_ristretto255_from_hash(uniform))


def _expand_message(message: bytes, tag: bytes) -> bytes:
    """Return 64 bytes by expand_message_xmd with SHA-512, in one round (RFC 9380, 5.3.1)."""
    tag_suffix = tag + bytes((len(tag),))
    length = OUTPUT_LENGTH.to_bytes(2, "big")
    first = hashlib.sha512(
        bytes(_SHA512_BLOCK_LENGTH) + message + length + b"\x00" + tag_suffix
    ).digest()
    return hashlib.sha512(first + b"\x01" + tag_suffix).digest()


def _length_prefixed(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(2, "big") + part for part in parts)
