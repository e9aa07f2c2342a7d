"""Keys and parameters that nothing safe can be made of are refused, as few as may ever come."""

from collections.abc import Callable

import pytest

from roomkey.crypto import nist
from roomkey.crypto.argon2 import argon2id
from roomkey.crypto.dh_kem import Montgomery, NistDh
from roomkey.crypto.randomness import system_random
from roomkey.crypto.xwing import XWING
from roomkey.errors import CryptoError, DecryptionFailed, InvalidKey

CURVES = pytest.mark.parametrize(
    "curve", [nist.P256, nist.P384, nist.P521], ids=["p256", "p384", "p521"]
)


@CURVES
def test_private_keys_end_below_the_order_of_the_curve(curve: nist.NistCurve) -> None:
    def public(private: int) -> bytes:
        return curve.public_key(private.to_bytes(curve.scalar_length, "big"))

    first, last = public(1), public(curve.order - 1)
    # the last power is the first one's inverse: the same x, another y
    half = 1 + curve.scalar_length
    assert first[:half] == last[:half]
    assert first[half:] != last[half:]
    for private in (0, curve.order, curve.order + 1):
        with pytest.raises(InvalidKey):
            public(private)


@CURVES
@pytest.mark.parametrize("byte", [b"\x00", b"\xff"])
def test_a_secret_that_leads_to_no_private_key_is_refused(
    curve: nist.NistCurve, byte: bytes
) -> None:
    def expand(_label: bytes, _info: bytes, length: int) -> bytes:
        return byte * length

    with pytest.raises(InvalidKey):
        NistDh(curve).private_key_from(expand)


@pytest.mark.parametrize(
    "stretch",
    [
        lambda: argon2id(b"x", bytes(7), memory_kib=64, iterations=1, lanes=1, length=32),
        lambda: argon2id(b"x", bytes(16), memory_kib=7, iterations=1, lanes=1, length=32),
        lambda: argon2id(b"x", bytes(16), memory_kib=64, iterations=0, lanes=1, length=32),
        lambda: argon2id(b"x", bytes(16), memory_kib=64, iterations=1, lanes=0, length=32),
        lambda: argon2id(b"x", bytes(16), memory_kib=64, iterations=1, lanes=1, length=3),
    ],
    ids=["salt", "memory", "iterations", "lanes", "length"],
)
def test_argon2id_takes_no_parameters_out_of_range(stretch: Callable[[], bytes]) -> None:
    with pytest.raises(CryptoError, match="Argon2id"):
        stretch()


def test_a_hybrid_output_with_a_point_of_small_order_is_refused() -> None:
    private, public = XWING.generate(system_random)
    output, _ = XWING.encapsulate(public, system_random)
    with pytest.raises(DecryptionFailed):
        XWING.decapsulate(private, output[:-32] + bytes(32))


def test_a_shared_point_of_nothing_is_refused_even_if_the_library_gave_it() -> None:
    class Careless:
        """A library that no longer refuses points of small order."""

        @classmethod
        def from_private_bytes(cls, _private: bytes) -> "Careless":
            return cls()

        @staticmethod
        def from_public_bytes(public: bytes) -> bytes:
            return public

        @staticmethod
        def exchange(public: bytes) -> bytes:
            return bytes(len(public))

    with pytest.raises(InvalidKey, match="small order"):
        Montgomery(32, Careless, Careless).shared_point(bytes(32), bytes(32))


@CURVES
def test_a_private_key_out_of_range_is_drawn_again(curve: nist.NistCurve) -> None:
    drawn = iter((bytes(curve.scalar_length), b"\xff" * curve.scalar_length))
    last = (1).to_bytes(curve.scalar_length, "big")
    assert curve.generate_scalar(lambda _: next(drawn, last)) == last
