"""Where things lie and how they are added is as ARCHITECTURE.md and CONTRIBUTING.md say."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from roomkey.relay.app import create_app
from roomkey.relay.config import RelayConfig

ROOT = Path(__file__).parents[2]
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
HOUSE = ARCHITECTURE.split("## Rooms of the house\n```\n")[1].split("```")[0]
ROUTE = ARCHITECTURE.split("## How a message travels\n```\n")[1].split("```")[0]
# Python's modules are named as they are imported; all else from the top of the repository
STARTS = [ROOT, ROOT / "src/roomkey"]
PATH = re.compile(r"[\w.-]+/[\w./-]*|[\w-]+\.(?:py|ts|md|toml)")
# what the page does elsewhere: its screens are no terminal, its storage no SQLCipher
OWN_WAY = {"cli/chat", "client/database"}


def house() -> Iterator[str]:
    """Give every file and folder of the drawing, an indented one with what it lies in."""
    above = ""
    for line in HOUSE.splitlines():
        names = [part for part in re.split(r"\s{2,}", line.strip()) if PATH.fullmatch(part)]
        assert names, line
        if not line.startswith(" "):
            above = names[0]
        yield from (above + name if line.startswith(" ") else name for name in names)


def named(document: str) -> set[str]:
    text = (ROOT / document).read_text("utf-8")
    return {name for name in re.findall(r"`([^`\n]+)`", text) if PATH.fullmatch(name)}


def exists(name: str) -> bool:
    return any((start / name).exists() or (start / f"{name}.py").exists() for start in STARTS)


@pytest.mark.parametrize("document", ["ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_every_path_that_a_document_names_is_there(document: str) -> None:
    names = named(document)
    assert names
    # the page's own places are named from its sources too, where its weight is explained
    assert not {name for name in names if not exists(name) and not page_has(name)}


def page_has(name: str) -> bool:
    source = ROOT / "web/src" / name
    return source.exists() or source.with_suffix(".ts").exists()


def test_everything_drawn_in_the_house_is_there() -> None:
    assert not [name for name in house() if not (ROOT / name).exists()]


@pytest.mark.parametrize("folder", ["src/roomkey", "web/src", "tests"])
def test_every_room_of_the_house_is_drawn(folder: str) -> None:
    drawn = {name.rstrip("/") for name in house()}
    rooms = [path for path in (ROOT / folder).iterdir() if path.is_dir()]
    built = {"__pycache__", "node_modules"}
    assert not [
        path.name
        for path in rooms
        if path.name not in built and str(path.relative_to(ROOT)) not in drawn
    ]


def test_a_message_takes_the_same_way_through_the_page() -> None:
    way = set(re.findall(r"^  ((?:client|mls)/\w+)  ", ROUTE, re.MULTILINE)) - OWN_WAY
    assert way
    assert not [module for module in way if not (ROOT / "web/src" / f"{module}.ts").exists()]


def test_everything_that_is_installed_with_roomkey_is_justified() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["cluster"]]
    page = json.loads((ROOT / "web/package.json").read_text("utf-8"))["dependencies"]
    reasons = ARCHITECTURE.split("## Why these dependencies\n")[1].split("\n## ")[0].lower()
    names = [re.split(r"[\[><=]", one)[0] for one in asked]
    assert not [
        name
        for name in [*names, *page]
        # @noble's packages are named together
        if not all(part in reasons for part in name.lower().split("/"))
    ]


def test_every_event_has_its_law(tmp_path: Path) -> None:
    app = create_app(RelayConfig(tmp_path / "data"))
    events = set(app.extensions["relay"].sockets.handlers)
    app.extensions["relay"].close()
    law = "".join(path.read_text("utf-8") for path in (ROOT / "docs/protocol").glob("*.md"))
    assert events
    assert not {event for event in events if f"`{event}`" not in law}
