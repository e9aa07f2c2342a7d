"""The words room keys and safety codes are made of: the EFF long list."""

from functools import cache
from importlib import resources

from roomkey.crypto.randomness import Random

WORD_COUNT = 7776


@cache
def words() -> tuple[str, ...]:
    """Return the 7,776 words in alphabetical order; their positions are part of the protocol."""
    text = resources.files("roomkey.keys").joinpath("eff_large_wordlist.txt").read_text("ascii")
    return tuple(text.split())


def random_word(random: Random) -> str:
    """Return one word, each as likely as any other."""
    # The largest multiple of the count in 16 bits; numbers above it would favour the first words.
    limit = 65536 - 65536 % WORD_COUNT
    while True:
        number = int.from_bytes(random(2), "big")
        if number < limit:
            return words()[number % WORD_COUNT]
