"""Times as people write them: 90m, 12h, 7d, 2w."""

import re

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_WORDS = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


def seconds(text: str, *, unit: str) -> int | None:
    """Read a time; a bare number counts in `unit`. None if it is none."""
    match = re.fullmatch(r"([0-9]{1,9})\s*([smhdw]?)", text.strip().lower(), re.ASCII)
    return None if match is None else int(match[1]) * _UNITS[match[2] or unit]


def words(count: int) -> str:
    """Say a number of seconds in the largest unit that it is a whole number of."""
    for word, size in _WORDS:
        if count % size == 0 and count >= size:
            return f"{count // size} {word}{'' if count == size else 's'}"
    return f"{count} seconds"
