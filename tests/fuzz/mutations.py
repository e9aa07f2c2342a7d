"""Changes valid examples without coverage as the guide: for where there is no Atheris."""

from collections.abc import Iterator, Sequence
from random import Random

ODD_BYTES = (0x00, 0x01, 0x3F, 0x40, 0x7F, 0x80, 0xBF, 0xC0, 0xFE, 0xFF)
ODD_LENGTHS = (b"\x7f\xff", b"\xbf\xff\xff\xff", b"\xc6\xff\xff\xff\xff", b"\xdd\xff\xff\xff\xff")
LONGEST_INSERTION = 64


def mutated(examples: Sequence[bytes], count: int, random: Random) -> Iterator[bytes]:
    """Give `count` inputs: the examples, and changed ones."""
    yield from examples[:count]
    for _ in range(count - len(examples)):
        yield _changed(examples, random)


def _changed(examples: Sequence[bytes], random: Random) -> bytes:
    data = bytearray(random.choice(examples)) if random.random() < 0.95 else bytearray()
    for _ in range(random.choice((1, 1, 1, 2, 3, 8))):
        start = random.randint(0, len(data))
        end = min(len(data), start + random.choice((0, 1, 1, 2, 4, 16)))
        match random.randrange(6):
            case 0 if data:
                data[min(start, len(data) - 1)] ^= 1 << random.randrange(8)
            case 1:
                data[start:end] = bytes((random.choice(ODD_BYTES),))
            case 2:
                data[start:end] = random.choice(ODD_LENGTHS)
            case 3:
                data[start:end] = random.randbytes(random.randint(0, LONGEST_INSERTION))
            case 4:
                other = random.choice(examples)
                cut = random.randint(0, len(other))
                data[start:] = other[cut:]
            case _:
                data[start:start] = data[start:end] * random.choice((1, 2, 200))
    return bytes(data)
