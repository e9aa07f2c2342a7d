"""Pictures every screen of the page: a real relay, real browsers, and people who use them.

    python tools/screenshots.py [--only home,room] [--forms phone] [--out FOLDER] [--readme]

The folder's index.html shows all of them. What is random in them (room codes, keys, colours of
people, times) differs from run to run, and nothing else should.
"""

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests" / part) for part in ("browser", "e2e")]

from album import FORMS, Album
from chromium import start_chromium
from PIL import Image
from playwright.sync_api import sync_playwright
from relay_process import Relay
from scenes import SCENES, Stage

OUT = ROOT / "build" / "screenshots"
README_PICTURES = {
    "room-desktop-light": "room",
    "room-phone-dark": "phone",
    "terminal-dark": "terminal",
}
"""Which pictures the README shows, and what they are called there."""


def main() -> None:
    """Play the scenes, and say where their pictures are."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", default="", help=f"some of {', '.join(SCENES)}")
    parser.add_argument("--forms", default="desktop,phone", help="one of them, or both")
    parser.add_argument("--out", type=Path, default=OUT, help="the folder for the pictures")
    parser.add_argument("--readme", action="store_true", help="put its pictures into docs/images")
    asked = parser.parse_args()
    wanted = asked.only.split(",") if asked.only else list(SCENES)
    album = Album(asked.out)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        browser = start_chromium(driver)
        for form in (form for form in FORMS if form.name in asked.forms.split(",")):
            for name in wanted:
                print(f"{name}, {form.name}", flush=True)
                own = Path(folder) / f"{name} {form.name}"
                own.mkdir()
                stage = Stage(browser, Relay(own), own, album, form)
                try:
                    SCENES[name](stage)
                finally:
                    stage.close()
        browser.close()
    print(album.lay_out())
    if asked.readme:
        put_into_readme(asked.out)


def put_into_readme(pictures: Path) -> None:
    """Put the README's pictures, small, where it shows them from."""
    folder = ROOT / "docs" / "images"
    folder.mkdir(exist_ok=True)
    for taken, name in README_PICTURES.items():
        with Image.open(pictures / f"{taken}.png") as picture:
            picture.save(folder / f"{name}.webp", quality=88, method=6)


if __name__ == "__main__":
    main()
