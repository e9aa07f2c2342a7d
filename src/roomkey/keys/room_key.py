"""The room key as people type and share it."""

import unicodedata

from roomkey.crypto.randomness import Random, system_random
from roomkey.errors import RoomKeyUnacceptable
from roomkey.keys.words import random_word

MIN_CHARACTERS = 8
MAX_BYTES = 512
GENERATED_WORDS = 6

# Named one by one because languages disagree on what their `trim` and `strip` take off.
_WHITE_SPACE = (
    "\t\n\x0b\x0c\r \x85\xa0\u1680"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)


def normalize_room_key(typed: str) -> str:
    """Return the one form of a room key: NFKC, white space at its ends removed, case kept.

    Raises `RoomKeyUnacceptable` for fewer than 8 characters, more than 512 bytes of UTF-8, control
    characters, and surrogates.
    """
    room_key = unicodedata.normalize("NFKC", typed).strip(_WHITE_SPACE)
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in room_key):
        raise RoomKeyUnacceptable("it holds characters that are not text")
    if len(room_key) < MIN_CHARACTERS:
        raise RoomKeyUnacceptable(f"shorter than {MIN_CHARACTERS} characters")
    if len(room_key.encode()) > MAX_BYTES:
        raise RoomKeyUnacceptable(f"longer than {MAX_BYTES} bytes")
    return room_key


def generate_room_key(random: Random = system_random, count: int = GENERATED_WORDS) -> str:
    """Return `count` random words with a space between them; six carry 77 bits."""
    return " ".join(random_word(random) for _ in range(count))
