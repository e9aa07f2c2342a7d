"""Somebody at a browser: what a person does on the page, and sees there."""

import re
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

PATIENCE_MS = 60_000
ROOM_KEY = "sequester ergonomic buffoon subarctic pebbly grove"

expect.set_options(timeout=PATIENCE_MS)


class Person:
    """A browser profile of one's own, with one page open; `complaints` is what its console said."""

    def __init__(
        self, browser: Browser, address: str, name: str, options: dict[str, Any] | None = None
    ) -> None:
        self.address, self.name = address, name
        settings: dict[str, Any] = {"locale": "en-GB", **(options or {})}
        self.context = browser.new_context(**settings)
        self.context.set_default_timeout(PATIENCE_MS)
        self.complaints: list[str] = []
        self.page = self.new_page()

    def new_page(self) -> Page:
        """Open one more tab."""
        page = self.context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def _heard(self, message: ConsoleMessage) -> None:
        # while a relay is away the browser says so by itself, in words of its own
        if message.type == "error" and "WebSocket connection" not in message.text:
            self.complaints.append(message.text)

    # coming in

    def open(self, path: str = "/") -> None:
        self.page.goto(self.address + path)

    def create(self, key: str | None = None, **choices: str) -> str:
        """Make a room, under a typed key if one is given; answers its code as it is shown."""
        self.open()
        form = self.page.get_by_role("region", name="New room")
        form.get_by_label("Your name").fill(self.name)
        if key is not None:
            form.get_by_label("Room key").fill(key)
        if choices:
            form.get_by_text("Title, history, size").click()
        for label, value in choices.items():
            if label == "Title":
                form.get_by_label(label).fill(value)
            else:
                form.get_by_label(value).check(force=True)
        form.get_by_role("button", name="Create room").click()
        self.is_in_room()
        return self.code

    def join(self, code: str, key: str = ROOM_KEY) -> None:
        """Join by the code, from the home page."""
        self.open()
        form = self.page.get_by_role("region", name="Join a room")
        form.get_by_label("Room code or invite link").fill(code)
        form.get_by_role("button", name="Join").click()
        self.answer_for_key(key)
        self.is_in_room()

    def answer_for_key(self, key: str | None) -> None:
        """Fill in the page of an invitation, and join; without a key with the one of the link."""
        self.page.get_by_label("Your name").fill(self.name)
        if key is not None:
            self.page.get_by_label("Room key").fill(key)
        self.page.get_by_role("button", name="Join", exact=True).click()

    def is_in_room(self) -> None:
        expect(self.composer).to_be_visible()

    @property
    def code(self) -> str:
        """The code in the address bar."""
        found = re.search(r"/r/([0-9A-Z-]+)$", self.page.url)
        assert found, self.page.url
        return found[1]

    # in the room

    @property
    def composer(self) -> Locator:
        return self.page.get_by_role("textbox", name="Write a message")

    @property
    def timeline(self) -> Locator:
        return self.page.get_by_role("log")

    def say(self, text: str) -> None:
        self.composer.fill(text)
        self.composer.press("Enter")

    def sees(self, text: str, times: int = 1) -> None:
        """Wait until a message with exactly this text stands in the timeline so many times."""
        expect(self.message(text)).to_have_count(times)

    def message(self, text: str) -> Locator:
        """The entries of messages that say exactly this."""
        said = self.page.locator(".message-text").filter(
            has_text=re.compile(f"^{re.escape(text)}$")
        )
        return self.timeline.locator("article").filter(has=said)

    def reads(self, pattern: str) -> None:
        """Wait until the page says something like this anywhere."""
        expect(self.page.get_by_text(re.compile(pattern)).first).to_be_visible()
