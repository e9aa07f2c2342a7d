"""The core in real browsers: the tests that it passes in Node, and groups with Python's members.

Of the official vectors a few of each kind are run, from the first of the file to its last; all of
them if `ROOMKEY_BROWSER_VECTORS` is `all` (`make test-browser-vectors`).
"""

import os
from collections.abc import Iterator

import pytest
from core_page import WEB, BrowserMembers, CorePage, CoreServer
from firefox import Firefox
from mls_members import PythonMembers
from mls_world import World
from playwright.sync_api import Browser

VECTORS = os.environ.get("ROOMKEY_VECTORS")
ALL = os.environ.get("ROOMKEY_BROWSER_VECTORS") == "all"
SAMPLE = 4
STEPS = 20

FOLDERS = ("tests/vectors", "tests/unit/crypto", "tests/unit/mls")
# it counts files, which a browser does not see
LEFT_OUT = "mls_count.test.ts"
FILES = [
    str(file.relative_to(WEB))
    for folder in FOLDERS
    for file in sorted((WEB / folder).glob("*.test.ts"))
    if file.name != LEFT_OUT
]

pytestmark = pytest.mark.timeout(1800 if ALL else 300)


@pytest.fixture(scope="module")
def server() -> Iterator[CoreServer]:
    """The core's page and what it reads."""
    server = CoreServer(VECTORS)
    yield server
    server.close()


@pytest.fixture(scope="module", params=["chromium", "firefox"])
def core(request: pytest.FixtureRequest, server: CoreServer) -> Iterator[CorePage]:
    """The core's page, open in a browser."""
    browser: Browser | Firefox = request.getfixturevalue(request.param)
    tab = browser.new_page()
    tab.goto(server.page)
    yield CorePage(tab)
    tab.close()


@pytest.mark.parametrize("file", FILES)
def test_what_holds_in_node_holds_in_a_browser(core: CorePage, file: str) -> None:
    is_official = "vectors/mls_" in file or "vectors/crypto_" in file
    if is_official and VECTORS is None:
        pytest.skip("the official vectors are not here: ROOMKEY_VECTORS names their folder")
    is_long = is_official or "unit/mls" in file
    outcome = core.test(file, most=SAMPLE if is_long and not ALL else None)
    assert outcome["failures"] == []
    assert outcome["passed"] > 0
    assert outcome["passed"] + outcome["passed_over"] == outcome["found"]
    assert outcome["passed_over"] == 0 or not ALL


@pytest.mark.parametrize("suite", [0x0003, 0xF00E], ids=lambda suite: f"{suite:x}")
def test_a_group_of_python_and_a_browser_holds_together(core: CorePage, suite: int) -> None:
    world = World(suite, 1, [PythonMembers(), BrowserMembers(core)])
    try:
        world.live(STEPS)
    except BaseException:
        print(f"suite 0x{suite:04x}, after {' '.join(world.trace)}")
        raise
    finally:
        world.close()
