"""Fuzz the decoders of MLS with coverage as the guide, for as long as one likes.

python tests/fuzz/mls_atheris.py [folder of inputs to keep] [options of libFuzzer]
"""

import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parent))

with atheris.instrument_imports(include=["roomkey.mls"]):
    from mls_decoders import examples

from roomkey.errors import RoomkeyError

DECODERS = [decode for decode, _ in examples().values()]
EXAMPLES = [data for _, data in examples().values()]


def test_one_input(data: bytes) -> None:
    """Read bytes, or an example that they change, with the decoder that the first one chooses."""
    if len(data) < 4:
        return
    which = data[0] % len(DECODERS)
    content = data[1:]
    if data[0] >= 128:
        start = int.from_bytes(data[1:3], "big") % len(EXAMPLES[which])
        content = EXAMPLES[which][:start] + data[3:] + EXAMPLES[which][start + len(data) - 3 :]
    try:
        DECODERS[which](content)
    except RoomkeyError:
        return


if __name__ == "__main__":
    atheris.Setup(sys.argv, test_one_input)
    atheris.Fuzz()
