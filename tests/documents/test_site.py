"""The site can be built, its links lead somewhere, and it fetches nothing from others."""

import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ["docs", "src", "zensical.toml", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"]
_LINK = re.compile(r"\]\(([^)\s]+)\)")


class Loads(HTMLParser):
    """What a browser fetches by itself when it shows a page."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        loads = tag in ("script", "img", "source", "iframe", "audio", "video")
        if tag == "link" and given.get("rel") not in ("canonical", "next", "prev"):
            loads = True
        address = given.get("src") or given.get("href")
        if loads and address:
            self.addresses.append(address)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site from a copy, as `make docs` does; a link that leads nowhere ends it."""
    copy = tmp_path_factory.mktemp("documents")
    for source in SOURCES:
        if (ROOT / source).is_dir():
            ignored = shutil.ignore_patterns("web", "__pycache__")
            shutil.copytree(ROOT / source, copy / source, ignore=ignored)
        else:
            shutil.copy(ROOT / source, copy / source)
    built = subprocess.run(
        [Path(sys.executable).parent / "zensical", "build", "--clean", "--strict"],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return copy / "site"


def test_every_page_is_built_and_says_something(site: Path) -> None:
    sources = [path.relative_to(ROOT / "docs") for path in (ROOT / "docs").rglob("*.md")]
    assert len(sources) > 10
    for source in sources:
        name = source.with_name("index.html" if source.stem == "README" else f"{source.stem}.html")
        page = (site / name).read_text("utf-8")
        assert re.search(r"<h1[ >]", page), name


def test_every_page_is_in_the_navigation() -> None:
    named = re.findall(r'"([\w/-]+\.md)"', (ROOT / "zensical.toml").read_text("utf-8"))
    pages = [str(path.relative_to(ROOT / "docs")) for path in (ROOT / "docs").rglob("*.md")]
    assert sorted(named) == sorted(pages)


def test_the_reference_of_the_sdk_has_every_public_name(site: Path) -> None:
    import roomkey

    page = (site / "sdk.html").read_text("utf-8")
    headings = set(re.findall(r'<h\d id="roomkey\.(?:[\w.]+\.)?(\w+)"', page))
    # Event is the union of those that are explained
    assert set(roomkey.__all__) - headings == {"Event"}


def test_the_site_fetches_nothing_from_anywhere_else(site: Path) -> None:
    for page in site.rglob("*.html"):
        loads = Loads()
        loads.feed(page.read_text("utf-8"))
        assert loads.addresses
        elsewhere = [address for address in loads.addresses if urlsplit(address).netloc]
        assert not elsewhere, page.name


@pytest.mark.parametrize(
    "document", [*sorted(path.name for path in ROOT.glob("*.md")), "models/README.md"]
)
def test_links_of_the_documents_beside_the_site_lead_somewhere(document: str) -> None:
    path = ROOT / document
    for link in _LINK.findall(path.read_text("utf-8")):
        if urlsplit(link).scheme:
            continue
        file, _, heading = link.partition("#")
        target = path.parent / file if file else path
        assert target.exists(), f"{document}: {link}"
        if heading:
            titles = re.findall(r"^#+ (.*)$", target.read_text("utf-8"), re.MULTILINE)
            anchors = [re.sub(r"[^\w -]", "", title).strip().lower() for title in titles]
            assert heading in [anchor.replace(" ", "-") for anchor in anchors], link
