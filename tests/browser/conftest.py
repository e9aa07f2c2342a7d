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
sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))

from chromium import start_chromium
from firefox import Firefox
from people import Person
from python_member import PythonMember
from relay_process import Relay

PAGE = Path(__file__).parents[2] / "src/roomkey/relay/web/index.html"


# not for the session: until it ends, no other test of this process can run an event loop
@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """The driver of browsers."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium."""
    browser = start_chromium(playwright)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    """Debian's Firefox."""
    program = os.environ.get("ROOMKEY_FIREFOX") or shutil.which("firefox-esr")
    assert program, "Firefox is missing: `make test` installs it"
    browser = Firefox(program, tmp_path_factory.mktemp("firefox"))
    yield browser
    browser.close()


def _run_relay(folder: Path) -> Iterator[Relay]:
    assert PAGE.exists(), "the page is not built: run `make page`"
    relay = Relay(folder)
    yield relay
    relay.stop()


@pytest.fixture(scope="session")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relay]:
    """A relay that runs and serves the page, the same for all tests."""
    yield from _run_relay(tmp_path_factory.mktemp("relay"))


@pytest.fixture
def own_relay(tmp_path: Path) -> Iterator[Relay]:
    """A relay for one test, which may end it and start it again."""
    yield from _run_relay(tmp_path)


@pytest.fixture
def person(chromium: Browser, relay: Relay) -> Iterator[Callable[..., Person]]:
    """Make people, each with a browser profile; nothing may go wrong in their consoles."""
    made: list[Person] = []

    def make(name: str, at: Relay = relay, **context: object) -> Person:
        made.append(Person(chromium, at.address, name, context))
        return made[-1]

    yield make
    complaints = [complaint for one in made for complaint in one.complaints]
    for one in made:
        one.context.close()
    assert complaints == []


@pytest.fixture
def python_member(relay: Relay, tmp_path: Path) -> Iterator[Callable[[str], PythonMember]]:
    """Make people who use the Python client."""
    made: list[PythonMember] = []

    def make(name: str) -> PythonMember:
        made.append(PythonMember(relay.address, tmp_path / name, name))
        return made[-1]

    yield make
    for one in made:
        one.close()
