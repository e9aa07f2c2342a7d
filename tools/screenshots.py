"""Pictures every screen of the page: a real relay, real browsers, and people who use them.

    python tools/screenshots.py [--only home,room] [--forms phone] [--out FOLDER] [--documents]

The folder's index.html shows all of them. What is random in them (room codes, keys, colours of
people, times) differs from run to run, and nothing else should.
"""

import argparse
import io
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
DOCUMENTED = {
    "home-new-desktop-light": "home",
    "tool-invite-desktop-light": "invite",
    "room-desktop-light": "room",
    "room-phone-dark": "phone",
    "people-phone-light": "members",
    "tool-safety-code-phone-light": "safety-code",
    "terminal-dark": "terminal",
    "how-it-works-desktop-light": "how-it-works",
}
"""Which pictures the documents show, and what they are called there."""
MOST_BYTES = 60_000
QUALITIES = (88, 80, 72, 64, 56)


def main() -> None:
    """Play the scenes, and say where their pictures are."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", default="", help=f"some of {', '.join(SCENES)}")
    parser.add_argument("--forms", default="desktop,phone", help="one of them, or both")
    parser.add_argument("--out", type=Path, default=OUT, help="the folder for the pictures")
    parser.add_argument(
        "--documents", action="store_true", help="put their pictures into docs/images"
    )
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
    if asked.documents:
        put_into_documents(asked.out)


def put_into_documents(pictures: Path) -> None:
    """Put the pictures that documents show where they are shown from, each in 60 kB at most."""
    folder = ROOT / "docs" / "images"
    folder.mkdir(exist_ok=True)
    for taken, name in DOCUMENTED.items():
        with Image.open(pictures / f"{taken}.png") as picture:
            (folder / f"{name}.webp").write_bytes(small(picture))


def small(picture: Image.Image) -> bytes:
    """Pack a picture as WebP, as well as fits."""
    for quality in QUALITIES:
        packed = io.BytesIO()
        picture.save(packed, "webp", quality=quality, method=6)
        if packed.tell() <= MOST_BYTES:
            break
    return packed.getvalue()


if __name__ == "__main__":
    main()
