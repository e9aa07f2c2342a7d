"""The cipher suites of MLS (RFC 9420, 17.1) and Roomkey's hybrid one, and how to look one up."""

from dataclasses import dataclass, field

from roomkey.crypto.aead import AES_128_GCM, AES_256_GCM, CHACHA20_POLY1305, Aead
from roomkey.crypto.dh_kem import (
    DHKEM_P256,
    DHKEM_P384,
    DHKEM_P521,
    DHKEM_X448,
    DHKEM_X25519,
)
from roomkey.crypto.hkdf import HKDF_SHA256, HKDF_SHA384, HKDF_SHA512, Kdf
from roomkey.crypto.hpke import Hpke
from roomkey.crypto.kem import Kem
from roomkey.crypto.signature import (
    ECDSA_P256,
    ECDSA_P384,
    ECDSA_P521,
    ED448,
    ED25519,
    SignatureScheme,
)
from roomkey.crypto.xwing import XWING
from roomkey.errors import UnsupportedSuite


@dataclass(frozen=True, slots=True)
class CipherSuite:
    """Everything a group computes with: hash, HKDF, AEAD, signature, KEM and HPKE."""

    id: int
    name: str
    kem: Kem
    kdf: Kdf
    aead: Aead
    signature: SignatureScheme
    hpke: Hpke = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "hpke", Hpke(self.kem, self.kdf, self.aead))

    @property
    def hash_length(self) -> int:
        """The bytes in a hash, a MAC, and a secret of the key schedule."""
        return self.kdf.hash_length

    @property
    def key_length(self) -> int:
        """The bytes in an AEAD key."""
        return self.aead.key_length

    @property
    def nonce_length(self) -> int:
        """The bytes in an AEAD nonce."""
        return self.aead.nonce_length

    def hash(self, data: bytes) -> bytes:
        """Return the digest of `data`, `hash_length` bytes."""
        return self.kdf.hash(data)

    def mac(self, key: bytes, data: bytes) -> bytes:
        """Return HMAC(key, data), `hash_length` bytes (RFC 9420, 5.1)."""
        return self.kdf.mac(key, data)

    def verify_mac(self, key: bytes, data: bytes, tag: bytes) -> None:
        """Raise `CryptoError` unless `tag` is `mac(key, data)`."""
        self.kdf.verify_mac(key, data, tag)

    def extract(self, salt: bytes, ikm: bytes) -> bytes:
        """Return HKDF-Extract(salt, ikm), `hash_length` bytes (RFC 5869, 2.2)."""
        return self.kdf.extract(salt, ikm)

    def expand(self, prk: bytes, info: bytes, length: int) -> bytes:
        """Return HKDF-Expand(prk, info, length) (RFC 5869, 2.3)."""
        return self.kdf.expand(prk, info, length)

    def seal(self, key: bytes, nonce: bytes, associated_data: bytes, plaintext: bytes) -> bytes:
        """Encrypt with the suite's AEAD; raises `InvalidKey` for lengths."""
        return self.aead.seal(key, nonce, associated_data, plaintext)

    def open(self, key: bytes, nonce: bytes, associated_data: bytes, ciphertext: bytes) -> bytes:
        """Decrypt with the suite's AEAD, or raise `DecryptionFailed`."""
        return self.aead.open(key, nonce, associated_data, ciphertext)


X25519_SUITE = 0x0003
"""The suite of large rooms."""

XWING_SUITE = 0xF00E
"""The suite of rooms by default; its number is from the range for private use (RFC 9420, 17.1)."""

_SUITES = {
    suite.id: suite
    for suite in (
        CipherSuite(
            0x0001,
            "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519",
            DHKEM_X25519,
            HKDF_SHA256,
            AES_128_GCM,
            ED25519,
        ),
        CipherSuite(
            0x0002,
            "MLS_128_DHKEMP256_AES128GCM_SHA256_P256",
            DHKEM_P256,
            HKDF_SHA256,
            AES_128_GCM,
            ECDSA_P256,
        ),
        CipherSuite(
            X25519_SUITE,
            "MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519",
            DHKEM_X25519,
            HKDF_SHA256,
            CHACHA20_POLY1305,
            ED25519,
        ),
        CipherSuite(
            0x0004,
            "MLS_256_DHKEMX448_AES256GCM_SHA512_Ed448",
            DHKEM_X448,
            HKDF_SHA512,
            AES_256_GCM,
            ED448,
        ),
        CipherSuite(
            0x0005,
            "MLS_256_DHKEMP521_AES256GCM_SHA512_P521",
            DHKEM_P521,
            HKDF_SHA512,
            AES_256_GCM,
            ECDSA_P521,
        ),
        CipherSuite(
            0x0006,
            "MLS_256_DHKEMX448_CHACHA20POLY1305_SHA512_Ed448",
            DHKEM_X448,
            HKDF_SHA512,
            CHACHA20_POLY1305,
            ED448,
        ),
        CipherSuite(
            0x0007,
            "MLS_256_DHKEMP384_AES256GCM_SHA384_P384",
            DHKEM_P384,
            HKDF_SHA384,
            AES_256_GCM,
            ECDSA_P384,
        ),
        # As deployed by another implementation, kept so that the two can be tested together.
        CipherSuite(
            83, "MLS_256_XWING_AES256GCM_SHA512_Ed25519", XWING, HKDF_SHA512, AES_256_GCM, ED25519
        ),
        CipherSuite(
            XWING_SUITE,
            "MLS_256_XWING_CHACHA20POLY1305_SHA512_Ed25519",
            XWING,
            HKDF_SHA512,
            CHACHA20_POLY1305,
            ED25519,
        ),
    )
}


def cipher_suite(number: int) -> CipherSuite:
    """Return the suite of that number, or raise `UnsupportedSuite`."""
    try:
        return _SUITES[number]
    except KeyError:
        raise UnsupportedSuite(f"0x{number:04x}") from None


def cipher_suite_ids() -> tuple[int, ...]:
    """Return the numbers of all suites this version computes with, in ascending order."""
    return tuple(sorted(_SUITES))
