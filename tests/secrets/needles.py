"""What must not be found, and the search for it in every form that it could have been kept in."""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Needle:
    """One secret; `is_text` means that it may lie in UTF-16 too."""

    name: str
    value: bytes
    is_text: bool = False

    @classmethod
    def text(cls, name: str, text: str) -> "Needle":
        return cls(name, text.encode(), is_text=True)

    def forms(self) -> dict[str, bytes]:
        """Write it in each form that a search looks for."""
        found = {"plain": self.value, "hex": self.value.hex().encode()}
        found["HEX"] = found["hex"].upper()
        found["escaped"] = repr(self.value)[2:-1].encode()
        for shift in range(3):
            found[f"base64+{shift}"] = _base64_within(self.value, shift)
            found[f"base64url+{shift}"] = found[f"base64+{shift}"].translate(_URL)
        if self.is_text:
            text = self.value.decode()
            found["utf-16-le"] = text.encode("utf-16-le")
            found["utf-16-be"] = text.encode("utf-16-be")
            found["json"] = text.encode("unicode_escape")
        return {form: written for form, written in found.items() if len(written) >= 8}


_URL = bytes.maketrans(b"+/", b"-_")


def _base64_within(value: bytes, shift: int) -> bytes:
    """Write base64 as it stands in the middle of something longer, without the shared ends."""
    written = base64.b64encode(bytes(shift) + value)
    first = -(-shift * 4 // 3)
    whole = (shift + len(value)) // 3 * 4
    return written[first:whole]


def search(needles: Iterable[Needle], places: Mapping[str, bytes]) -> set[tuple[str, str, str]]:
    """Find needles; answers what was found, in which form, and where."""
    return {
        (needle.name, form, place)
        for needle in needles
        for form, written in needle.forms().items()
        for place, content in places.items()
        if written in content
    }
