"""One tab: what a person does on the page, and sees there."""

import re

from playwright.sync_api import Locator, Page, expect

PATIENCE_MS = 60_000
ROOM_KEY = "sequester ergonomic buffoon subarctic pebbly grove"

expect.set_options(timeout=PATIENCE_MS)


class Tab:
    """The words that tests are written in; each waits until what it says holds."""

    def __init__(self, page: Page, address: str, name: str) -> None:
        self.page, self.address, self.name = page, address, name

    # coming in

    def open(self, path: str = "/") -> None:
        self.page.goto(self.address + path)

    def create(self, key: str | None = ROOM_KEY, title: str = "", strict: bool = False) -> str:
        """Make a room, under the generated key if none is given; answers its code as shown."""
        self.open()
        form = self.page.get_by_role("region", name="New room")
        form.get_by_label("Your name").fill(self.name)
        # one is made on the device, and comes a moment later
        expect(form.get_by_label("Room key")).not_to_have_value("")
        if key is not None:
            form.get_by_label("Room key").fill(key)
        if title or strict:
            form.get_by_text("Title, history, size").click()
        if title:
            form.get_by_label("Title", exact=True).fill(title)
        if strict:
            form.get_by_role("radio", name="reads from then on").check()
        form.get_by_role("button", name="Create room").click()
        self.is_in_room()
        return self.code

    def join(self, code: str, key: str = ROOM_KEY) -> None:
        """Join by the code, from the home page."""
        self.ask_to_join(code, key)
        self.is_in_room()

    def ask_to_join(self, code: str, key: str = ROOM_KEY) -> None:
        self.open()
        self.go_to(code)
        self.answer_for_key(key)

    def go_to(self, code_or_link: str) -> None:
        """Say on the home page where to go."""
        form = self.page.get_by_role("region", name="Join a room")
        form.get_by_label("Room code or invite link").fill(code_or_link)
        form.get_by_role("button", name="Join").click()

    def answer_for_key(self, key: str | None) -> None:
        """Fill in the page of an invitation, and join; without a key with the one of the link."""
        self.page.get_by_label("Your name").fill(self.name)
        if key is not None:
            self.page.get_by_label("Room key").fill(key)
        self.join_button.click()

    @property
    def join_button(self) -> Locator:
        return self.page.get_by_role("button", name="Join", exact=True)

    def is_in_room(self) -> None:
        expect(self.composer).to_be_visible()

    @property
    def code(self) -> str:
        """The code in the address bar."""
        found = re.search(r"/r/([0-9A-Z-]+)$", self.page.url)
        assert found, self.page.url
        return found[1]

    # talking

    @property
    def composer(self) -> Locator:
        return self.page.get_by_role("textbox", name="Write a message")

    @property
    def timeline(self) -> Locator:
        return self.page.get_by_role("list", name="Messages")

    def say(self, text: str) -> None:
        self.composer.fill(text)
        self.composer.press("Enter")
        expect(self.composer).to_have_value("")

    def notice(self, text: str) -> Locator:
        """Find what the room says of itself; names stand there between marks unseen."""
        letters = "[\u2066-\u2069]?".join(map(re.escape, text))
        return self.timeline.get_by_text(re.compile(f"^[\u2066-\u2069]?{letters}$"))

    def sees(self, *texts: str) -> None:
        """Wait until each of these texts stands in the timeline once."""
        for text in texts:
            expect(self.message(text)).to_have_count(1)

    def sees_no(self, *texts: str) -> None:
        for text in texts:
            expect(self.message(text)).to_have_count(0)

    def has_sent(self, *texts: str) -> None:
        """Wait until the relay has stored each of these messages, and each stands there once."""
        for text in texts:
            expect(self.message(text)).to_have_attribute("data-state", "sent")

    def message(self, text: str) -> Locator:
        """The entries of messages that say exactly this."""
        said = self.page.locator(".message-text").filter(
            has_text=re.compile(f"^{re.escape(text)}$")
        )
        return self.timeline.get_by_role("article").filter(has=said)

    def texts(self) -> list[str]:
        """What the messages in sight say, from the oldest to the newest."""
        return self.timeline.locator(".message-text").all_inner_texts()

    def act(self, text: str, action: str) -> None:
        """Choose an action in the menu of a message."""
        self.open_menu_of(text)
        self.choose(action)

    def open_menu_of(self, text: str) -> None:
        self.message(text).hover()
        # without a pointer that hovers, the focus brings the button
        self.message(text).focus()
        self.message(text).get_by_role("button", name="More").click()

    def choose(self, item: str) -> None:
        """Choose in the menu that is open."""
        self.page.get_by_role("menuitem", name=item, exact=True).click()

    def reads(self, text: str | re.Pattern[str]) -> None:
        """Wait until the page says something like this anywhere, for all to see."""
        expect(self.page.get_by_text(text).locator("visible=true").first).to_be_visible()

    def has_read_what_was_wrong(self) -> None:
        """Dismiss all that stays in a banner until somebody has read it."""
        read = self.page.get_by_role("button", name="I have read this")
        for left in reversed(range(read.count())):
            read.first.click()
            expect(read).to_have_count(left)

    # the room

    @property
    def connection(self) -> Locator:
        return self.page.locator(".connection")

    def is_online(self) -> None:
        expect(self.connection).to_have_text(re.compile("^Online"))

    @property
    def panel(self) -> Locator:
        """People and tools, where the window is wide."""
        return self.page.get_by_role("complementary", name="People and room")

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    def has_people(self, *names: str) -> None:
        """Wait until exactly these people are in the room, in any order."""
        shown = self.panel.locator(".members .sender-name")
        expect(shown).to_have_count(len(names))
        for name in names:
            expect(shown.get_by_text(name, exact=True)).to_have_count(1)

    def is_seen_by(self, other: "Tab", how: str) -> None:
        """Wait until another sees this person in the room as "here" or "away"."""
        row = other.panel.get_by_role("listitem").filter(has_text=self.name)
        expect(row).to_contain_text(how)

    def use(self, tool: str) -> None:
        """Open one of the tools of the panel."""
        self.panel.get_by_role("button", name=tool).click()

    def use_on(self, name: str, action: str) -> None:
        """Choose what is done with a member."""
        row = self.panel.get_by_role("listitem").filter(has_text=name)
        row.get_by_role("button", name="Actions for").click()
        self.choose(action)

    def confirm(self, deed: str) -> None:
        self.dialog.get_by_role("button", name=deed, exact=True).click()

    def safety_digits(self) -> str:
        """Look at the safety code, and close it again."""
        self.use("Safety code")
        digits = self.dialog.locator(".safety-digits").inner_text()
        self.page.keyboard.press("Escape")
        expect(self.dialog).to_have_count(0)
        return " ".join(digits.split())


def look(tab: Tab, is_there: bool) -> None:
    """Look at the page, or elsewhere: a browser without a window has no focus to give away."""
    tab.page.evaluate(
        """isThere => {
          document.hasFocus = () => isThere;
          dispatchEvent(new Event(isThere ? "focus" : "blur"));
        }""",
        is_there,
    )
