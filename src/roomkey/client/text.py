"""Neutralises hostile text before a person sees it: control characters, escapes, bidi overrides."""

import re
import unicodedata
from typing import Final

MAX_NAME_CHARACTERS: Final = 64
NAMELESS: Final = "(no name)"

# CSI and OSC sequences whole: without this, the harmless tail of a stripped escape stays as noise.
# None reaches over the start of another: looking for the end of each would take quadratic time.
_ANSI: Final = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b\\]|\x9d)[^\x07\x1b\x9c\x9d\n]*(?:\x07|\x1b\\\\|\x9c)"
)
_KEPT_FORMAT: Final = frozenset("\u200c\u200d")
"""The joiners of emoji and of Persian and Indic scripts; every other format character goes."""


def clean_text(text: str) -> str:
    """Return `text` without control characters, escapes and bidi overrides; lines and tabs stay."""
    text = _ANSI.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(sign for sign in text if sign in "\n\t" or _harmless(sign))


def clean_name(name: str) -> str:
    """Return a name as one line of at most 64 characters, or a stand-in for an empty one."""
    signs = (" " if sign.isspace() else sign for sign in _ANSI.sub("", name))
    line = " ".join("".join(sign for sign in signs if _harmless(sign)).split())
    shown = line[:MAX_NAME_CHARACTERS].strip()
    visible = any(unicodedata.category(sign)[0] not in "CZM" for sign in shown)
    return shown if visible else NAMELESS


def _harmless(sign: str) -> bool:
    category = unicodedata.category(sign)
    if category == "Cf":
        return sign in _KEPT_FORMAT or _is_emoji_tag(sign)
    return category not in ("Cc", "Cs", "Co", "Zl", "Zp")


def _is_emoji_tag(sign: str) -> bool:
    return 0xE0020 <= ord(sign) <= 0xE007F
