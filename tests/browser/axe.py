"""What axe-core, which audits of WCAG are made with, has to say about a page."""

from functools import cache
from pathlib import Path
from typing import Final, Literal

from tab import Tab

SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
SOURCE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"

RUN = """
async () => {
  // colours on their way from one to the other are none that people read
  for (const animation of document.getAnimations()) {
    if (animation.effect.getComputedTiming().endTime !== Infinity) animation.finish();
  }
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}
"""


@cache
def _source() -> str:
    return SOURCE.read_text()


def audit(tab: Tab, what: str) -> None:
    """Hold what is shown now to axe's rules, in light and in dark."""
    for scheme in SCHEMES:
        tab.page.emulate_media(color_scheme=scheme)
        if tab.page.evaluate("() => typeof axe") == "undefined":
            tab.page.evaluate(_source())
        assert tab.page.evaluate(RUN) == [], f"{what}, {scheme}"
