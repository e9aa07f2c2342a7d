"""Room codes: the address of a room, short enough to say aloud. Not secret."""

from roomkey.crypto.randomness import Random
from roomkey.errors import DecodeError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SYMBOLS = 10
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def generate(random: Random) -> str:
    """Draw a room code of ten symbols (50 bits) in its stored form, without the hyphen."""
    number = int.from_bytes(random(7), "big") >> 6
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(SYMBOLS))


def parse(text: str) -> str:
    """Read a room code as people type it into its stored form.

    Raises DecodeError when it is not ten symbols of Crockford's base 32.
    """
    code = text.strip().upper().replace("-", "").replace(" ", "").translate(_READ_AS)
    if len(code) != SYMBOLS or any(symbol not in ALPHABET for symbol in code):
        raise DecodeError("a room code is ten letters and digits, like 7GQ2M-0XK4T")
    return code


def show(code: str) -> str:
    """Write a stored room code as people see it: XXXXX-XXXXX."""
    return f"{code[:5]}-{code[5:]}"
