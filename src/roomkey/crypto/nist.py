"""Key encodings of the NIST curves: scalars big-endian, points uncompressed (SEC 1, 2.3)."""

from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from roomkey.crypto.randomness import Random
from roomkey.errors import InvalidKey

_UNCOMPRESSED = 0x04


@dataclass(frozen=True, slots=True)
class NistCurve:
    """One curve, the hash its signatures use, and the mask for a random scalar's first byte."""

    curve: ec.EllipticCurve
    order: int
    signature_hash: hashes.HashAlgorithm
    top_byte_mask: int = 0xFF

    @property
    def scalar_length(self) -> int:
        """The bytes in a private key."""
        return (self.curve.key_size + 7) // 8

    @property
    def point_length(self) -> int:
        """The bytes in an uncompressed public key."""
        return 1 + 2 * self.scalar_length

    def is_scalar(self, private: bytes) -> bool:
        """Tell whether `private` encodes a number between 1 and the order minus 1."""
        number = int.from_bytes(private, "big")
        return len(private) == self.scalar_length and 0 < number < self.order

    def mask(self, candidate: bytes) -> bytes:
        """Return a scalar candidate without the bits above the curve's size."""
        return bytes((candidate[0] & self.top_byte_mask,)) + candidate[1:]

    def generate_scalar(self, random: Random) -> bytes:
        """Return a uniform private key, trying again until one is in range."""
        while True:
            masked = self.mask(random(self.scalar_length))
            if self.is_scalar(masked):
                return masked

    def load_private(self, private: bytes) -> ec.EllipticCurvePrivateKey:
        """Return the key object of a scalar of `scalar_length` bytes, or raise `InvalidKey`."""
        if not self.is_scalar(private):
            raise InvalidKey("private key out of range")
        return ec.derive_private_key(int.from_bytes(private, "big"), self.curve)

    def load_public(self, public: bytes) -> ec.EllipticCurvePublicKey:
        """Return the key object of an uncompressed point, or raise `InvalidKey`."""
        if len(public) != self.point_length or public[0] != _UNCOMPRESSED:
            raise InvalidKey("public key is not an uncompressed point")
        try:
            return ec.EllipticCurvePublicKey.from_encoded_point(self.curve, public)
        except ValueError as error:
            raise InvalidKey("public key is not on the curve") from error

    def public_key(self, private: bytes) -> bytes:
        """Return the uncompressed public point of `private`, or raise `InvalidKey`."""
        point = self.load_private(private).public_key()
        return point.public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )


P256 = NistCurve(
    ec.SECP256R1(),
    0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    hashes.SHA256(),
)
P384 = NistCurve(
    ec.SECP384R1(),
    int(
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
        "C7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973",
        16,
    ),
    hashes.SHA384(),
)
P521 = NistCurve(
    ec.SECP521R1(),
    int(
        "01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
        "FA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409",
        16,
    ),
    hashes.SHA512(),
    top_byte_mask=0x01,
)
