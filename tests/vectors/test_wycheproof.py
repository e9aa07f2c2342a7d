"""Project Wycheproof's vectors, put through Roomkey's own functions."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from roomkey.crypto import xwing
from roomkey.crypto.aead import AES_128_GCM, AES_256_GCM, CHACHA20_POLY1305, Aead
from roomkey.crypto.dh_kem import X25519_GROUP
from roomkey.crypto.hkdf import HKDF_SHA256, HKDF_SHA512, Kdf
from roomkey.crypto.signature import ED25519
from roomkey.errors import CryptoError

VARIABLE = "ROOMKEY_WYCHEPROOF_VECTORS"
Case = dict[str, Any]


def cases(name: str) -> Iterator[Case]:
    """Give every test of a file, with its group's fields merged in and hex turned into bytes."""
    directory = os.environ.get(VARIABLE)
    if not directory:
        pytest.skip(f"{VARIABLE} does not name the directory of Wycheproof's files")
    for group in json.loads((Path(directory) / name).read_text())["testGroups"]:
        shared = {key: value for key, value in group.items() if key != "tests"}
        for test in group["tests"]:
            yield {**shared, **test}


def data(case: Case, field: str) -> bytes:
    return bytes.fromhex(case[field])


def refused(action: Callable[[], object]) -> bool:
    try:
        action()
    except CryptoError:
        return True
    return False


def count_is(expected_minimum: int, checked: int) -> None:
    assert checked >= expected_minimum, f"only {checked} cases applied"


def check_aead(case: Case, aead: Aead) -> None:
    key, nonce, associated_data = data(case, "key"), data(case, "iv"), data(case, "aad")
    sealed = data(case, "ct") + data(case, "tag")
    if case["result"] == "valid":
        assert aead.seal(key, nonce, associated_data, data(case, "msg")) == sealed, case["tcId"]
        assert aead.open(key, nonce, associated_data, sealed) == data(case, "msg"), case["tcId"]
    else:
        assert refused(lambda: aead.open(key, nonce, associated_data, sealed)), case["tcId"]


def test_aes_gcm_opens_what_is_valid_and_refuses_the_rest() -> None:
    checked = 0
    by_key_length = {128: AES_128_GCM, 256: AES_256_GCM}
    for case in cases("aes_gcm_test.json"):
        # Other nonce lengths are valid GCM, and not what any suite uses.
        if case["keySize"] in by_key_length and case["ivSize"] == 96:
            check_aead(case, by_key_length[case["keySize"]])
            checked += 1
    count_is(100, checked)


def test_chacha20_poly1305_opens_what_is_valid_and_refuses_the_rest() -> None:
    checked = 0
    for case in cases("chacha20_poly1305_test.json"):
        check_aead(case, CHACHA20_POLY1305)
        checked += 1
    count_is(300, checked)


def test_ed25519_accepts_valid_signatures_and_no_other() -> None:
    checked = 0
    for case in cases("ed25519_test.json"):
        public = bytes.fromhex(case["publicKey"]["pk"])
        message, signature = data(case, "msg"), data(case, "sig")
        failed = refused(lambda p=public, m=message, s=signature: ED25519.verify(p, m, s))
        assert failed == (case["result"] == "invalid"), case["tcId"]
        checked += 1
    count_is(100, checked)


def test_x25519_agrees_and_refuses_an_all_zero_secret() -> None:
    checked = zero = 0
    for case in cases("x25519_test.json"):
        private, public = data(case, "private"), data(case, "public")
        if any(data(case, "shared")):
            found = X25519_GROUP.shared_point(private, public)
            assert found == data(case, "shared"), case["tcId"]
        else:
            zero += 1
            refusal = refused(lambda p=private, q=public: X25519_GROUP.shared_point(p, q))
            assert refusal, case["tcId"]
        checked += 1
    count_is(500, checked)
    count_is(1, zero)


@pytest.mark.parametrize(
    ("name", "kdf"),
    [("hkdf_sha256_test.json", HKDF_SHA256), ("hkdf_sha512_test.json", HKDF_SHA512)],
)
def test_hkdf_derives_the_published_keys(name: str, kdf: Kdf) -> None:
    checked = 0
    for case in cases(name):
        prk = kdf.extract(data(case, "salt"), data(case, "ikm"))
        info, size = data(case, "info"), case["size"]
        if case["result"] == "valid":
            assert kdf.expand(prk, info, size) == data(case, "okm"), case["tcId"]
        else:
            assert refused(lambda p=prk, i=info, n=size: kdf.expand(p, i, n)), case["tcId"]
        checked += 1
    count_is(80, checked)


@pytest.mark.parametrize(
    ("name", "kdf"),
    [("hmac_sha256_test.json", HKDF_SHA256), ("hmac_sha512_test.json", HKDF_SHA512)],
)
def test_hmac_verifies_whole_tags_and_refuses_changed_ones(name: str, kdf: Kdf) -> None:
    checked = 0
    for case in cases(name):
        # Shortened tags are no part of any protocol here.
        if case["tagSize"] != 8 * kdf.hash_length:
            continue
        key, message, tag = data(case, "key"), data(case, "msg"), data(case, "tag")
        failed = refused(lambda k=key, m=message, t=tag: kdf.verify_mac(k, m, t))
        assert failed == (case["result"] == "invalid"), case["tcId"]
        checked += 1
    count_is(80, checked)


def test_ml_kem_768_derives_keys_and_secrets_as_published() -> None:
    checked = 0
    for case in cases("mlkem_768_test.json"):
        if case["result"] == "valid":
            key = xwing.mlkem.MLKEM768PrivateKey.from_seed_bytes(data(case, "seed"))
            assert key.public_key().public_bytes_raw() == data(case, "ek"), case["tcId"]
            assert key.decapsulate(data(case, "c")) == data(case, "K"), case["tcId"]
            checked += 1
    count_is(50, checked)


def test_ml_kem_768_keys_follow_from_their_seeds() -> None:
    checked = 0
    for case in cases("mlkem_768_keygen_seed_test.json"):
        key = xwing.mlkem.MLKEM768PrivateKey.from_seed_bytes(data(case, "seed"))
        assert key.public_key().public_bytes_raw() == data(case, "ek"), case["tcId"]
        checked += 1
    count_is(50, checked)


def test_x_wing_refuses_every_invalid_ml_kem_public_key() -> None:
    checked = 0
    point = X25519_GROUP.public_key(bytes(range(32)))
    for case in cases("mlkem_768_encaps_test.json"):
        public = data(case, "ek") + point
        failed = refused(lambda p=public: xwing.XWING.check_public_key(p))
        assert failed == (case["result"] == "invalid"), case["tcId"]
        checked += 1
    count_is(200, checked)
