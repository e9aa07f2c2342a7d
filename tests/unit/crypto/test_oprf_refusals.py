"""The OPRF refuses what is no element, and blinding changes nothing but what the relay sees."""

import os

import pytest
import rbcl
from hypothesis import given
from hypothesis import strategies as st

from roomkey.crypto import oprf
from roomkey.errors import CryptoError, InvalidKey

KEY, _ = oprf.derive_key_pair(bytes(32), b"info")
NOT_ELEMENTS = [bytes(32), b"\xff" * 32, b"\x01" + bytes(31), bytes(31), b"", bytes(33)]


@given(st.binary(max_size=100))
def test_the_output_does_not_depend_on_the_blinding(secret: bytes) -> None:
    outputs = set()
    for _ in range(2):
        state, blinded = oprf.blind(secret, os.urandom)
        outputs.add(oprf.finalize(state, oprf.evaluate(KEY, blinded)))
    assert len(outputs) == 1


def test_the_output_depends_on_the_key_and_the_input() -> None:
    other, _ = oprf.derive_key_pair(bytes(32), b"else")
    outputs = set()
    for key, secret in ((KEY, b"one"), (KEY, b"two"), (other, b"one")):
        state, blinded = oprf.blind(secret, os.urandom)
        outputs.add(oprf.finalize(state, oprf.evaluate(key, blinded)))
    assert len(outputs) == 3


@pytest.mark.parametrize("wrong", NOT_ELEMENTS)
def test_what_is_no_element_is_refused_on_both_sides(wrong: bytes) -> None:
    state, _ = oprf.blind(b"secret", os.urandom)
    with pytest.raises(CryptoError):
        oprf.evaluate(KEY, wrong)
    with pytest.raises(CryptoError):
        oprf.finalize(state, wrong)


@pytest.mark.parametrize("wrong", [bytes(32), b"\xff" * 32, b"\x01" * 31])
def test_what_is_no_key_is_refused(wrong: bytes) -> None:
    _, blinded = oprf.blind(b"secret", os.urandom)
    with pytest.raises(InvalidKey):
        oprf.evaluate(wrong, blinded)


def test_a_zero_blind_is_drawn_again() -> None:
    drawn = iter([bytes(64), b"\x05" + bytes(63)])
    state, _ = oprf.blind(b"secret", lambda _: next(drawn))
    assert state.scalar == b"\x05" + bytes(31)
    assert repr(state) == "Blinding()"


def test_lengths_out_of_range_are_refused() -> None:
    with pytest.raises(CryptoError):
        oprf.blind(bytes(65536), os.urandom)
    with pytest.raises(InvalidKey):
        oprf.derive_key_pair(bytes(31), b"")


@pytest.mark.parametrize("scalar", [bytes(32), b"\xff" * 32, b"\x01" * 31])
def test_a_blinding_without_a_scalar_is_not_undone(scalar: bytes) -> None:
    _, blinded = oprf.blind(b"secret", os.urandom)
    with pytest.raises(InvalidKey):
        oprf.finalize(oprf.Blinding(b"secret", scalar), oprf.evaluate(KEY, blinded))


def test_a_seed_that_leads_to_no_key_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def zero(uniform: bytes) -> bytes:
        tried.append(uniform)
        return bytes(32)

    monkeypatch.setattr(rbcl, "crypto_core_ristretto255_scalar_reduce", zero)
    with pytest.raises(InvalidKey, match="no key pair"):
        oprf.derive_key_pair(bytes(32), b"info")
    assert len(set(tried)) == 256
