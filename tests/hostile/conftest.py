"""A relay that lies, and those it lies to: somebody at a browser and somebody at a terminal."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "e2e"))
sys.path.insert(0, str(Path(__file__).parents[1] / "browser"))
sys.path.insert(0, str(Path(__file__).parent))

from chromium import start_chromium
from lying_relay import LyingRelay
from relay_process import Relay
from scenes import Newcomers, Room
from told import Told, rows


# not for the session: until it ends, no other test of this process can run an event loop
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as driver:
        browser = start_chromium(driver)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def lying(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LyingRelay]:
    """A relay that is honest by itself, with doors at which it lies."""
    relay = Relay(tmp_path_factory.mktemp("relay"))
    lying = LyingRelay(relay.address)
    yield lying
    lying.close()
    relay.stop()


@pytest.fixture
def told(request: pytest.FixtureRequest) -> Told:
    """What people are to read of this test's lie, as docs/threat-model.md has it."""
    return rows()[request.node.originalname]


@pytest.fixture(scope="module")
def one_room(
    lying: LyingRelay, chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Room]:
    """The room of all tests in a file that need nobody new."""
    room = Room(lying, chromium, tmp_path_factory.mktemp("people"))
    room.gather()
    yield room
    room.close()


@pytest.fixture
def room(one_room: Room) -> Iterator[Room]:
    """Three people in a room where all is well; and it is again when the lie is over."""
    yield one_room
    one_room.make_peace()


@pytest.fixture(scope="module")
def all_newcomers(
    lying: LyingRelay, chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Newcomers]:
    """Ann's room, and two people who want to join it, each at a door of the lying relay."""
    newcomers = Newcomers(lying, chromium, tmp_path_factory.mktemp("newcomers"))
    yield newcomers
    newcomers.close()


@pytest.fixture
def newcomers(all_newcomers: Newcomers) -> Iterator[Newcomers]:
    """Two people before a room that they are told lies about."""
    yield all_newcomers
    for door in all_newcomers.lied_to:
        door.be_honest()
