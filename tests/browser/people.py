"""Somebody at a browser."""

from typing import Any

from playwright.sync_api import Browser, ConsoleMessage
from tab import PATIENCE_MS, ROOM_KEY, Tab

PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}
"""The options of a person with a small screen that is touched."""


class Person(Tab):
    """A browser profile of one's own, and its first tab; `complaints` is what its console said."""

    def __init__(
        self, browser: Browser, address: str, name: str, options: dict[str, Any] | None = None
    ) -> None:
        settings: dict[str, Any] = {"locale": "en-GB", **(options or {})}
        self.context = browser.new_context(**settings)
        self.context.set_default_timeout(PATIENCE_MS)
        self.complaints: list[str] = []
        # of all tabs and workers: what a policy refuses is said there too
        self.context.on("console", self._heard)
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        super().__init__(self.context.new_page(), address, name)

    def tab(self) -> Tab:
        """Open one more tab."""
        return Tab(self.context.new_page(), self.address, self.name)

    def _heard(self, message: ConsoleMessage) -> None:
        # while a relay is away the browser says so by itself, in words of its own
        is_away = "WebSocket connection" in message.text or "ERR_CONNECTION" in message.text
        if message.type == "error" and not is_away:
            self.complaints.append(message.text)


def gather(*people: Tab, key: str = ROOM_KEY, title: str = "", strict: bool = False) -> str:
    """Have the first make a room and the others join it; answers its code."""
    host, *others = people
    code = host.create(key, title, strict)
    for other in others:
        other.join(code, key)
    for one in people:
        one.has_people(*(person.name for person in people))
    return code
