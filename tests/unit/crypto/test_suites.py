"""What every cipher suite must do, and what each part must refuse."""

import hashlib
import json
import os
from pathlib import Path

import pytest

from roomkey.crypto.dh_kem import DHKEM_X448, DHKEM_X25519, DhKem
from roomkey.crypto.signature import ED25519
from roomkey.crypto.suite import XWING_SUITE, CipherSuite, cipher_suite, cipher_suite_ids
from roomkey.crypto.xwing import XWING
from roomkey.errors import (
    BadSignature,
    CryptoError,
    DecryptionFailed,
    InvalidKey,
    UnsupportedSuite,
)


@pytest.fixture(params=cipher_suite_ids(), ids=hex)
def suite(request: pytest.FixtureRequest) -> CipherSuite:
    return cipher_suite(request.param)


def flip(data: bytes, position: int = -1) -> bytes:
    changed = bytearray(data)
    changed[position] ^= 1
    return bytes(changed)


def test_an_unknown_suite_is_refused() -> None:
    assert XWING_SUITE == 0xF00E
    with pytest.raises(UnsupportedSuite):
        cipher_suite(0x0A0A)


def test_what_is_sealed_to_a_key_opens_with_it_alone(suite: CipherSuite) -> None:
    private, public = suite.kem.generate(os.urandom)
    other, _ = suite.kem.generate(os.urandom)
    suite.kem.check_public_key(public)
    assert suite.kem.public_key(private) == public
    kem_output, sealed = suite.hpke.seal_base(public, b"info", b"ad", b"text", os.urandom)
    assert suite.hpke.open_base(private, kem_output, b"info", b"ad", sealed) == b"text"
    for arguments in (
        (other, kem_output, b"info", b"ad", sealed),
        (private, kem_output, b"else", b"ad", sealed),
        (private, kem_output, b"info", b"else", sealed),
        (private, kem_output, b"info", b"ad", flip(sealed)),
        (private, flip(kem_output, 5), b"info", b"ad", sealed),
        (private, kem_output[:-1], b"info", b"ad", sealed),
        (private, b"", b"info", b"ad", b""),
    ):
        with pytest.raises(DecryptionFailed):
            suite.hpke.open_base(*arguments)


def test_both_sides_export_the_same_secret(suite: CipherSuite) -> None:
    private, public = suite.kem.derive_key_pair(b"some secret" * 6)
    assert (private, public) == suite.kem.derive_key_pair(b"some secret" * 6)
    kem_output, secret = suite.hpke.send_export(public, b"info", b"context", 40, os.urandom)
    assert suite.hpke.receive_export(private, kem_output, b"info", b"context", 40) == secret
    assert suite.hpke.receive_export(private, kem_output, b"info", b"else", 40) != secret
    assert len(secret) == 40


def test_malformed_kem_keys_are_refused(suite: CipherSuite) -> None:
    private, public = suite.kem.generate(os.urandom)
    for wrong in (b"", public[:-1], public + b"\0"):
        with pytest.raises(InvalidKey):
            suite.kem.check_public_key(wrong)
        with pytest.raises(InvalidKey):
            suite.kem.encapsulate(wrong, os.urandom)
    for wrong in (b"", private[:-1], private + b"\0"):
        with pytest.raises(InvalidKey):
            suite.kem.public_key(wrong)


def test_a_signature_holds_for_its_message_and_key_alone(suite: CipherSuite) -> None:
    private, public = suite.signature.generate(os.urandom)
    _, other = suite.signature.generate(os.urandom)
    assert suite.signature.public_key(private) == public
    signature = suite.signature.sign(private, b"message")
    suite.signature.verify(public, b"message", signature)
    for arguments in (
        (public, b"another", signature),
        (other, b"message", signature),
        (public, b"message", flip(signature)),
        (public, b"message", b""),
        (public[:-1], b"message", signature),
        (b"", b"message", signature),
    ):
        with pytest.raises(BadSignature):
            suite.signature.verify(*arguments)
    with pytest.raises(InvalidKey):
        suite.signature.sign(private[:-1], b"message")


def test_a_ciphertext_opens_under_its_key_nonce_and_data_alone(suite: CipherSuite) -> None:
    key, nonce = bytes(suite.key_length), bytes(suite.nonce_length)
    sealed = suite.seal(key, nonce, b"ad", b"text")
    assert suite.open(key, nonce, b"ad", sealed) == b"text"
    for arguments in (
        (flip(key), nonce, b"ad", sealed),
        (key, flip(nonce), b"ad", sealed),
        (key, nonce, b"", sealed),
        (key, nonce, b"ad", flip(sealed)),
        (key, nonce, b"ad", b""),
    ):
        with pytest.raises(DecryptionFailed):
            suite.open(*arguments)
    with pytest.raises(InvalidKey):
        suite.seal(key[:-1], nonce, b"", b"")


def test_a_mac_holds_for_its_key_and_data_alone(suite: CipherSuite) -> None:
    tag = suite.mac(b"key", b"data")
    assert len(tag) == len(suite.hash(b"")) == suite.hash_length
    suite.verify_mac(b"key", b"data", tag)
    for wrong in (flip(tag), tag[:-1], b""):
        with pytest.raises(CryptoError):
            suite.verify_mac(b"key", b"data", wrong)


@pytest.mark.parametrize("kem", [DHKEM_X25519, DHKEM_X448], ids=["X25519", "X448"])
def test_a_point_that_gives_an_all_zero_secret_is_refused(kem: DhKem) -> None:
    private, public = kem.generate(os.urandom)
    zero = bytes(len(public))
    with pytest.raises(InvalidKey):
        kem.encapsulate(zero, os.urandom)
    with pytest.raises(DecryptionFailed):
        kem.decapsulate(private, zero)


@pytest.mark.parametrize("number", [0, 1, 2**255 - 20, 2**255 - 19, 2**255 - 18])
def test_an_ed25519_key_of_small_order_verifies_nothing(number: int) -> None:
    for sign in (0, 2**255):
        public = (number + sign).to_bytes(32, "little")
        with pytest.raises(BadSignature):
            ED25519.verify(public, b"anything", b"\x01" + bytes(63))


def test_key_pairs_follow_from_the_randomness_handed_in(suite: CipherSuite) -> None:
    def repeat(length: int) -> bytes:
        return hashlib.shake_256(b"seed").digest(length)

    assert suite.kem.generate(repeat) == suite.kem.generate(repeat)
    assert suite.signature.generate(repeat) == suite.signature.generate(repeat)


def test_x_wing_refuses_an_x25519_half_of_small_order() -> None:
    private, public = XWING.generate(os.urandom)
    _, kem_output = XWING.encapsulate(public, os.urandom)
    with pytest.raises(InvalidKey):
        XWING.encapsulate(public[:-32] + bytes(32), os.urandom)
    with pytest.raises(DecryptionFailed):
        XWING.decapsulate(private, kem_output[:-32] + bytes(32))


def test_x_wing_derives_the_published_key_and_secret() -> None:
    vector = json.loads(Path(__file__).with_name("xwing.json").read_text())
    seed, ciphertext = bytes.fromhex(vector["seed"]), bytes.fromhex(vector["ciphertext"])
    public = XWING.public_key(seed)
    assert hashlib.sha3_256(public).hexdigest() == vector["public_sha3_256"]
    assert XWING.decapsulate(seed, ciphertext).hex() == vector["shared_secret"]
