"""The labelled primitives of MLS (RFC 9420 §5.1, §5.2, §8): each names what it is used for."""

from typing import Final

from roomkey.crypto.randomness import Random
from roomkey.crypto.suite import CipherSuite

from .codec import opaque, uint16, uint32

PREFIX: Final = b"MLS 1.0 "


def expand_with_label(
    suite: CipherSuite, secret: bytes, label: bytes, context: bytes, length: int
) -> bytes:
    """Derive `length` bytes from a secret for one labelled use (ExpandWithLabel, §8)."""
    info = uint16(length) + opaque(PREFIX + label) + opaque(context)
    return suite.expand(secret, info, length)


def derive_secret(suite: CipherSuite, secret: bytes, label: bytes) -> bytes:
    """Derive a secret of the hash's length without a context (DeriveSecret, §8)."""
    return expand_with_label(suite, secret, label, b"", suite.hash_length)


def derive_tree_secret(
    suite: CipherSuite, secret: bytes, label: bytes, generation: int, length: int
) -> bytes:
    """Derive a ratchet's key, nonce or next secret (DeriveTreeSecret, §9.1)."""
    return expand_with_label(suite, secret, label, uint32(generation), length)


def sign_with_label(suite: CipherSuite, private_key: bytes, label: bytes, content: bytes) -> bytes:
    """Sign content for one labelled use (SignWithLabel, §5.1.2)."""
    return suite.signature.sign(private_key, opaque(PREFIX + label) + opaque(content))


def verify_with_label(
    suite: CipherSuite, public_key: bytes, label: bytes, content: bytes, signature: bytes
) -> None:
    """Check a signature made for one labelled use; raises BadSignature (§5.1.2)."""
    suite.signature.verify(public_key, opaque(PREFIX + label) + opaque(content), signature)


def encrypt_with_label(
    suite: CipherSuite,
    public_key: bytes,
    label: bytes,
    context: bytes,
    plaintext: bytes,
    random: Random,
) -> tuple[bytes, bytes]:
    """Encrypt to a public key for one labelled use; gives KEM output and ciphertext (§5.1.3)."""
    info = opaque(PREFIX + label) + opaque(context)
    return suite.hpke.seal_base(public_key, info, b"", plaintext, random)


def decrypt_with_label(
    suite: CipherSuite,
    private_key: bytes,
    label: bytes,
    context: bytes,
    kem_output: bytes,
    ciphertext: bytes,
) -> bytes:
    """Undo `encrypt_with_label`; raises CryptoError if anything differs (§5.1.3)."""
    info = opaque(PREFIX + label) + opaque(context)
    return suite.hpke.open_base(private_key, kem_output, info, b"", ciphertext)


def make_reference(suite: CipherSuite, label: bytes, value: bytes) -> bytes:
    """Name a structure by its hash (RefHash, §5.2)."""
    return suite.hash(opaque(label) + opaque(value))
