"""A relay with the built page, Debian's Chromium, and people who use it."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "e2e"))

from people import Person
from relay_process import Relay

PAGE = Path(__file__).parents[2] / "src/roomkey/relay/web/index.html"
# a sandbox needs privileges that containers withhold; only our own page is opened
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--lang=en"]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver of browsers."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium."""
    program = os.environ.get("ROOMKEY_CHROMIUM") or shutil.which("chromium")
    assert program, "Chromium is missing: `make test` installs it"
    browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Relay]:
    """A relay that runs and serves the page."""
    assert PAGE.exists(), "the page is not built: run `make page`"
    folder = tmp_path / "relay"
    folder.mkdir()
    relay = Relay(folder)
    yield relay
    relay.stop()


@pytest.fixture
def person(chromium: Browser, relay: Relay) -> Iterator[Callable[..., Person]]:
    """Make people, each with a browser profile; nothing may go wrong in their consoles."""
    made: list[Person] = []

    def make(name: str, **context: object) -> Person:
        made.append(Person(chromium, relay.address, name, context))
        return made[-1]

    yield make
    complaints = [complaint for one in made for complaint in one.complaints]
    for one in made:
        one.context.close()
    assert complaints == []
