"""The last gate before the terminal: whatever text comes here is shown, and does nothing.

The client cleans what it receives; this also covers what did not come through it, such as
stored names, file names in errors, and the line being typed.

Control characters, escape sequences and bidirectional controls could move the cursor, recolour or
reorder what stands around them, or type into the shell. They are shown as a visible sign instead of
taking effect, so that a reader sees that somebody sent them.
"""

import unicodedata

_REPLACEMENT = "�"
# Joiners and emoji tags stay: they shape flags and several scripts, and reorder nothing.
_KEPT_FORMAT = frozenset("\u200c\u200d") | {chr(point) for point in range(0xE0020, 0xE0080)}
_TAB = "    "


def _neutral(character: str) -> str:
    point = ord(character)
    if point < 0x20:
        return chr(0x2400 + point)
    if point == 0x7F:
        return "␡"
    category = unicodedata.category(character)
    if category in ("Cc", "Cs", "Zl", "Zp") or (category == "Cf" and character not in _KEPT_FORMAT):
        return _REPLACEMENT
    return character


def one_line(text: str) -> str:
    """Make text safe and keep it on one line: for names, and for errors."""
    return "".join(" " if c in "\n\t" else _neutral(c) for c in text.replace("\r\n", "\n"))


def lines(text: str) -> list[str]:
    """Make text safe and split it where its author broke the line."""
    return [
        "".join(_TAB if c == "\t" else _neutral(c) for c in line)
        for line in text.replace("\r\n", "\n").split("\n")
    ]


def snippet(text: str, longest: int = 40) -> str:
    """Make text safe and shorten it to so many characters on one line."""
    safe = " ".join(one_line(text).split())
    return safe if len(safe) <= longest else safe[: longest - 1] + "…"


def name(text: str, longest: int = 40) -> str:
    """Make a display name safe, of at most so many characters, and never empty."""
    return snippet(text, longest) or "(no name)"


def width(text: str) -> int:
    """Count the terminal columns that safe text takes."""
    columns = 0
    for character in text:
        if unicodedata.combining(character) or character in _KEPT_FORMAT:
            continue
        columns += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return columns
