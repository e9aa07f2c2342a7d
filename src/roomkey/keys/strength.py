"""What to tell people about the room key they chose."""

from dataclasses import dataclass
from math import log2

from zxcvbn_rs_py import zxcvbn

from roomkey.keys.room_key import normalize_room_key
from roomkey.keys.words import WORD_COUNT, words

# The estimator's time grows with the square of its input; nobody guesses past this anyway.
_ESTIMATED_CHARACTERS = 100

OPERATOR_NOTICE = (
    "The relay's operator can try to guess the room key without being noticed; each guess costs "
    "one Argon2id computation of 64 MiB. A generated room key is out of reach."
)

_WARNINGS = (
    "Very weak: guessed at once.",
    "Weak: whoever runs the relay guesses this in hours or days.",
    "Fair: it holds against other people, not against a determined relay operator.",
    "Good: guessing it takes the relay's operator much time and money.",
    "",
)


@dataclass(frozen=True, slots=True)
class Strength:
    """An estimate: `score` from 0 (very weak) to 4, `bits` is the base-2 logarithm of guesses."""

    score: int
    bits: float
    warning: str


def estimate_strength(typed: str) -> Strength:
    """Estimate how hard `typed` is to guess; `warning` is empty when there is nothing to say.

    Raises `RoomKeyUnacceptable` as `normalize_room_key` does. An estimate is a guess itself: a
    sentence from a book may score well and yet be on a list.
    """
    room_key = normalize_room_key(typed)
    bits = _bits(room_key)
    # At a million Argon2id guesses a second, 2**40 take days and 2**64 half a million years.
    score = sum(bits >= limit for limit in (20, 32, 44, 64))
    return Strength(score, bits, _WARNINGS[score])


def _bits(room_key: str) -> float:
    parts = room_key.split(" ")
    known = frozenset(words())
    # The list is public, so words from it count by its length, however long they are, and only
    # once if they repeat.
    if all(part in known for part in parts):
        return len(set(parts)) * log2(WORD_COUNT)
    # The estimator counts in powers of ten.
    return float(zxcvbn(room_key[:_ESTIMATED_CHARACTERS]).guesses_log10) * log2(10)
