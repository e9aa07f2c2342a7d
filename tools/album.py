"""Takes pictures of the page in every form, and lays them out on one sheet."""

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Final, Literal

from tab import Tab


@dataclass(frozen=True)
class Form:
    """A screen that the page is seen on."""

    name: str
    width: int
    height: int
    options: dict[str, Any]
    """What a browser is told that is to seem to have it."""


DESKTOP: Final = Form("desktop", 1280, 800, {})
PHONE: Final = Form("phone", 390, 844, {"has_touch": True, "is_mobile": True})
FORMS: Final = (DESKTOP, PHONE)
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")

SHEET: Final = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Screenshots</title>
<style>
  body {{ margin: 2rem; font: 16px/1.4 system-ui; background: #888; }}
  section {{ display: flex; align-items: start; gap: 1rem; margin-block: 0 2rem; }}
  .desktop {{ width: 640px; }} .phone {{ width: 195px; }} .other {{ max-width: 640px; }}
  h2 {{ margin: 0 0 .5rem; font-size: 1rem; }}
</style>{sections}</html>
"""


class Album:
    """Pictures in a folder, in the order they were taken in."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pictures: dict[str, list[tuple[str, str]]] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, tab: Tab, name: str, form: Form) -> None:
        """Picture a tab as it is now, in light and in dark; it is wide again afterwards."""
        show_as(tab, form)
        tab.page.mouse.move(0, 0)
        for scheme in SCHEMES:
            tab.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            file = self.place(name, form.name, f"{form.name}-{scheme}")
            # a phone's pixels are small
            scale: Literal["css", "device"] = "device" if form is PHONE else "css"
            tab.page.screenshot(path=file, animations="disabled", scale=scale)
        show_as(tab, DESKTOP)

    def place(self, name: str, kind: str, end: str) -> Path:
        """Say where to put a picture, and put it on the sheet."""
        file = f"{name}-{end}.png"
        self._pictures.setdefault(name, []).append((kind, file))
        return self._folder / file

    def lay_out(self) -> Path:
        """Write the sheet with all pictures; answers where it is."""
        sections = "".join(
            f"<h2>{escape(name)}</h2><section>"
            + "".join(f'<img class="{kind}" src="{file}" alt="{file}">' for kind, file in pictures)
            + "</section>"
            for name, pictures in self._pictures.items()
        )
        sheet = self._folder / "index.html"
        sheet.write_text(SHEET.format(sections=sections))
        return sheet


def show_as(tab: Tab, form: Form) -> None:
    """Give a tab the size of a screen."""
    tab.page.set_viewport_size({"width": form.width, "height": form.height})
    # what lays itself out anew does so in the next frames
    tab.page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
