"""Typed and generated room keys, and what is said about their strength."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roomkey.errors import RoomKeyUnacceptable
from roomkey.keys.room_key import generate_room_key, normalize_room_key
from roomkey.keys.strength import estimate_strength
from roomkey.keys.words import WORD_COUNT, random_word, words


@given(st.text(max_size=80))
def test_normalizing_twice_is_normalizing_once(typed: str) -> None:
    try:
        once = normalize_room_key(typed)
    except RoomKeyUnacceptable:
        return
    assert normalize_room_key(once) == once
    assert unicodedata.is_normalized("NFKC", once)


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(RoomKeyUnacceptable):
        normalize_room_key("eight or more \ud800")


def test_a_refusal_does_not_repeat_the_room_key() -> None:
    with pytest.raises(RoomKeyUnacceptable) as caught:
        normalize_room_key("secret\x00secret")
    assert "secret" not in str(caught.value)


def test_the_list_holds_7776_different_words_in_order() -> None:
    assert len(set(words())) == len(words()) == WORD_COUNT
    assert list(words()) == sorted(words())
    assert (words()[0], words()[-1]) == ("abacus", "zoom")


def test_numbers_that_would_favour_a_word_are_drawn_again() -> None:
    drawn = iter([(62208).to_bytes(2, "big"), b"\xff\xff", (62207).to_bytes(2, "big")])
    assert random_word(lambda _: next(drawn)) == "zoom"


def test_a_generated_room_key_is_six_words_that_need_no_normalizing() -> None:
    room_key = generate_room_key()
    assert len(room_key.split(" ")) == 6
    assert set(room_key.split(" ")) <= set(words())
    assert normalize_room_key(room_key) == room_key
    assert generate_room_key() != room_key


def test_a_generated_room_key_gets_the_best_score_and_no_warning() -> None:
    strength = estimate_strength("abacus zoom unfitted viewer swoop jubilant")
    assert (strength.score, strength.warning) == (4, "")
    assert 77 < strength.bits < 78


@pytest.mark.parametrize("weak", ["password", "12345678", "aaaaaaaaaaaa", "zoom zoom zoom zoom"])
def test_a_weak_room_key_is_called_weak(weak: str) -> None:
    strength = estimate_strength(weak)
    assert strength.score <= 1
    assert "weak" in strength.warning.lower()


def test_a_very_long_room_key_is_estimated_by_its_first_hundred_characters() -> None:
    longest = "Xq7!" * 128
    assert estimate_strength(longest) == estimate_strength(longest[:100])
    assert estimate_strength(longest[:100]).bits > estimate_strength(longest[:96]).bits
