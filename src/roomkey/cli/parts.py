"""Splitting a long text into messages."""

MOST_BYTES = 64_000


def split(text: str, most: int = MOST_BYTES) -> list[str]:
    """Split text into parts of at most `most` bytes, at line ends where there are any.

    The parts put together are the text again.
    """
    parts: list[str] = []
    current: list[str] = []
    size = 0
    for line in text.splitlines(keepends=True):
        for piece in _pieces(line, most):
            length = len(piece.encode())
            if size + length > most:
                parts.append("".join(current))
                current, size = [], 0
            current.append(piece)
            size += length
    if current:
        parts.append("".join(current))
    return parts


def _pieces(line: str, most: int) -> list[str]:
    encoded = line.encode()
    pieces = []
    while len(encoded) > most:
        cut = most
        # Not inside a character: its further bytes begin with the bits 10.
        while encoded[cut] & 0xC0 == 0x80:
            cut -= 1
        pieces.append(encoded[:cut].decode())
        encoded = encoded[cut:]
    return [*pieces, encoded.decode()]
