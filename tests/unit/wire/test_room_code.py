"""Room codes are read as people say and type them, and nothing else is one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roomkey.errors import DecodeError
from roomkey.wire import room_code

CODES = st.text(room_code.ALPHABET, min_size=room_code.SYMBOLS, max_size=room_code.SYMBOLS)


@given(CODES)
def test_what_is_shown_is_read_however_it_is_typed(code: str) -> None:
    shown = room_code.show(code)
    assert len(shown) == len(code) + 1
    for typed in (code, shown, shown.lower(), f" {shown} ", " ".join(shown)):
        assert room_code.parse(typed) == code


def test_letters_that_look_like_digits_are_read_as_these() -> None:
    assert room_code.parse("oOiIl-L2345") == "0011112345"


@pytest.mark.parametrize("typed", ["", "7GQ2M-0XK4", "7GQ2M-0XK4TT", "7GQ2M-0XK4U", "7GQ2M_0XK4"])
def test_what_is_no_room_code_is_refused(typed: str) -> None:
    with pytest.raises(DecodeError):
        room_code.parse(typed)


@given(st.binary(min_size=7, max_size=7))
def test_every_draw_is_a_code_and_each_of_its_fifty_bits_counts(drawn: bytes) -> None:
    code = room_code.generate(lambda _: drawn)
    assert room_code.parse(code) == code
    number = sum(room_code.ALPHABET.index(symbol) << 5 * at for at, symbol in enumerate(code))
    assert number == int.from_bytes(drawn, "big") >> 6
