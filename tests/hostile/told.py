"""The table of docs/threat-model.md: what people read when the relay lies, by test."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs" / "threat-model.md"
SECTION = "## A lying relay"
_QUOTED = re.compile(r'"([^"]+)"')


@dataclass(frozen=True, slots=True)
class Told:
    """What is shown of one lie, piece by piece: in the page, and in the terminal."""

    page: tuple[str, ...]
    terminal: tuple[str, ...]


@cache
def rows() -> dict[str, Told]:
    """Read the table by the names of its tests."""
    section = DOCUMENT.read_text().split(SECTION)[1].split("\n## ")[0]
    found = {}
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 5 and cells[4].startswith("`test_"):
            page, terminal = (tuple(_QUOTED.findall(cell)) for cell in cells[2:4])
            found[cells[4].strip("`")] = Told(page, terminal)
    return found
