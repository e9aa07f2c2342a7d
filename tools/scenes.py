"""The scenes that are pictured: who does what until a screen is as it is to be seen."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

from album import DESKTOP, PHONE, Album, Form, show_as
from people import Person, gather
from playwright.sync_api import Browser, expect
from python_member import PythonMember
from relay_process import Relay
from tab import ROOM_KEY, Tab
from terminal_picture import Terminal

TITLE: Final = "Night train to Vienna"
NEW_KEY: Final = "outwit galore unmasked trolling chef plastic"


class Stage:
    """A relay of its own, people with browsers and with the Python client, and an album."""

    def __init__(
        self, browser: Browser, relay: Relay, folder: Path, album: Album, form: Form
    ) -> None:
        self.relay, self.album, self.form = relay, album, form
        self._browser, self._folder = browser, folder
        self._people: list[Person] = []
        self._members: list[PythonMember] = []

    def person(self, name: str) -> Person:
        size = {"width": DESKTOP.width, "height": DESKTOP.height}
        options = {"viewport": size, "device_scale_factor": 2, **self.form.options}
        person = Person(self._browser, self.relay.address, name, options)
        # so that people write in the same way on phones
        person.context.add_init_script("try { localStorage['roomkey enter'] = 'on' } catch {}")
        self._people.append(person)
        return person

    def python_member(self, name: str) -> PythonMember:
        place = self._folder / name
        self._members.append(PythonMember(self.relay.address, place, name))
        return self._members[-1]

    def terminal(self, name: str, columns: int, lines: int) -> Terminal:
        return Terminal(self._folder / f"{name}-at-a-terminal", self.relay.address, columns, lines)

    def take(self, tab: Tab, name: str, only: Form | None = None) -> None:
        if only in (None, self.form):
            self.album.take(tab, name, self.form)

    @contextmanager
    def opened(self, tab: Tab, name: str, *, is_menu: bool = False) -> Iterator[None]:
        """Picture a dialog or menu that the block opens, and close it again."""
        if is_menu:
            # it closes when the window takes another size
            show_as(tab, self.form)
        yield
        shown = tab.page.locator("dialog[open], [popover]:popover-open")
        expect(shown.first).to_be_visible()
        self.take(tab, name)
        tab.page.keyboard.press("Escape")
        expect(shown).to_have_count(0)

    def close(self) -> None:
        for person in self._people:
            person.context.close()
        for member in self._members:
            member.close()
        self.relay.stop()


def home(stage: Stage) -> None:
    """The home page, from a new device to one with rooms, and what is wrong there."""
    ada = stage.person("Ada")
    ada.open()
    form = ada.page.get_by_role("region", name="New room")
    expect(form.get_by_label("Room key")).not_to_have_value("")
    expect(form.get_by_text("Out of reach")).to_be_visible()
    stage.take(ada, "home-new")
    form.get_by_text("Title, history, size").click()
    stage.take(ada, "home-choices")
    form.get_by_label("Room key").fill("password")
    expect(form.get_by_text("Guessed at once")).to_be_visible()
    form.get_by_role("button", name="Create room").click()
    ada.go_to("nothing")
    ada.reads("A room code is ten letters and digits, like 7GQ2M-0XK4T.")
    stage.take(ada, "home-errors")
    ada.create(title=TITLE)
    ada.create(title="A title that is much too long for one line of a small screen")
    ada.create()
    ada.open()
    expect(ada.page.locator(".room-rows > li")).to_have_count(3)
    stage.take(ada, "home-rooms")
    with stage.opened(ada, "home-settings", is_menu=True):
        ada.page.get_by_role("button", name="Language and theme").click()
    with stage.opened(ada, "home-forget"):
        ada.page.get_by_role("button", name=f"Forget {TITLE}").click()
    with stage.opened(ada, "home-forget-everything"):
        ada.page.get_by_role("button", name="Forget everything").click()
    ada.page.get_by_label("Leave nothing on this device").check()
    ada.reads("Nothing is kept on this device.")
    stage.take(ada, "home-private")
    ada.open("/r/nowhere")
    ada.reads("There is nothing here")
    stage.take(ada, "unknown")


def joining(stage: Stage) -> None:
    """The ways into a room."""
    ada, grace = stage.person("Ada"), stage.person("Grace")
    code = ada.create(title=TITLE)
    ada.reads("Nobody else is here yet")
    stage.take(ada, "empty")
    ada.page.get_by_role("radio", name="with the key", exact=True).check()
    ada.page.get_by_role("button", name="Show the room key").click()
    stage.take(ada, "empty-with-key")
    grace.open()
    grace.go_to(code)
    expect(grace.join_button).to_be_visible()
    stage.take(grace, "join-by-code")
    grace.answer_for_key("not the key of this room")
    grace.reads("Wrong room key, or no such room.")
    stage.take(grace, "join-wrong-key")
    grace.page.goto(f"{grace.address}/r/{code}#{quote(ROOM_KEY)}")
    grace.reads("The room key came with the link.")
    stage.take(grace, "join-by-link")
    ada.panel.get_by_role("switch", name="Locked").check()
    ada.reads("A host locked the room")
    grace.answer_for_key(None)
    grace.reads("This room is locked")
    stage.take(grace, "join-locked")


def talk(ada: Tab, grace: Tab, konrad: PythonMember) -> None:
    """A conversation with everything that messages have."""
    ada.say("The night train to Vienna runs again. Shall we take it in **October**?")
    grace.sees("The night train to Vienna runs again. Shall we take it in October?")
    grace.say("Yes! I always wanted to fall asleep in one country and wake up in another.")
    konrad.sees("Yes! I always wanted to fall asleep in one country and wake up in another.")
    konrad.react("Yes! I always wanted to fall asleep in one country and wake up in another.", "❤️")
    konrad.say(
        "It leaves at 20:38 from platform 5. A compartment of *six* berths is cheapest:\n\n"
        "- three of us, one cello\n- two berths for luggage\n- one to spare"
    )
    ada.sees("Yes! I always wanted to fall asleep in one country and wake up in another.")
    ada.say("I wrote something that watches the price:")
    ada.say(
        '```\nwhile price() > 120:\n    sleep(3600)\nring("book now")\n```\n'
        "The numbers are from [their site](https://trains.example/prices)."
    )
    expect(grace.timeline.locator("pre")).to_have_count(1)
    grace.act("I wrote something that watches the price:", "Reply")
    grace.say("Does it wake us, too? `ring()` at four in the morning, please no.")
    ada.sees("Does it wake us, too? ring() at four in the morning, please no.")
    ada.act("Does it wake us, too? ring() at four in the morning, please no.", "React")
    ada.page.get_by_role("button", name="😂").click()
    konrad.react("Does it wake us, too? `ring()` at four in the morning, please no.", "😂")
    konrad.say("> fall asleep in one country\n\nThree, in fact. We cross two borders.")
    konrad.say("The code for the luggage locker is 4711", expires_after=3600)
    ada.sees("The code for the luggage locker is 4711")
    ada.say("Then it is settld.")
    ada.has_sent("Then it is settld.")
    ada.act("Then it is settld.", "Edit")
    ada.say("Then it is settled.")
    grace.sees("Then it is settled.")
    grace.say("I bring the tea 🫖")
    for one in (ada, grace):
        one.sees("Then it is settled.", "I bring the tea 🫖")
    expect(ada.timeline.locator(".reaction")).to_have_count(2)


def room(stage: Stage) -> None:
    """A room of three, one with the Python client: what is said and done there."""
    ada, grace = stage.person("Ada"), stage.person("Grace")
    konrad = stage.python_member("Konrad")
    code = gather(ada, grace, title=TITLE)
    konrad.join(code, ROOM_KEY)
    ada.has_people("Ada", "Grace", "Konrad")
    talk(ada, grace, konrad)
    stage.take(ada, "room")
    ada.timeline.get_by_role("article").first.scroll_into_view_if_needed()
    stage.take(ada, "room-above")
    grace.composer.fill("And the")
    grace.composer.press_sequentially(" c")
    ada.reads("Grace is typing")
    ada.act("I bring the tea 🫖", "Reply")
    stage.take(ada, "room-reply-and-typing")
    ada.page.keyboard.press("Escape")
    ada.act("Then it is settled.", "Edit")
    stage.take(ada, "room-edit")
    ada.page.keyboard.press("Escape")
    with stage.opened(ada, "message-menu", is_menu=True):
        ada.open_menu_of("Then it is settled.")
    with stage.opened(ada, "message-picker", is_menu=True):
        ada.act("I bring the tea 🫖", "React")
    with stage.opened(ada, "message-delete"):
        ada.act("Then it is settled.", "Delete")
    with stage.opened(ada, "message-who-reacted"):
        ada.act("Does it wake us, too? ring() at four in the morning, please no.", "Who reacted")
    with stage.opened(ada, "message-options", is_menu=True):
        ada.page.get_by_role("button", name="Message options").click()
    ada.page.get_by_role("button", name="Message options").click()
    ada.page.get_by_role("menuitemradio", name="Disappear after 1 day").click()
    stage.take(ada, "room-disappearing")
    ada.page.get_by_role("button", name="Keep messages again").click()
    with stage.opened(ada, "search"):
        ada.page.keyboard.press("Control+f")
        ada.dialog.get_by_label("Words to look for").fill("train")
        expect(ada.dialog.locator("mark").first).to_be_visible()
    with stage.opened(ada, "room-menu", is_menu=True):
        ada.page.get_by_role("button", name="Room menu").click()
    tools(stage, ada)
    following(stage, ada, code)


def tools(stage: Stage, ada: Tab) -> None:
    if stage.form is PHONE:
        sheet(stage, ada)
    for tool in (
        "Invite",
        "Safety code",
        "Save the conversation",
        "Leave",
        "Forget on this device",
    ):
        with stage.opened(ada, f"tool-{slug(tool)}"):
            ada.panel.get_by_role("button", name=tool, exact=True).click()
            expect(ada.dialog).to_be_visible()
    with stage.opened(ada, "tool-invite-with-key"):
        ada.use("Invite")
        ada.dialog.get_by_role("radio", name="with the key", exact=True).check()
        ada.dialog.get_by_role("button", name="Show the room key").click()
    for tool in ("Room settings", "Change the room key", "Close the room"):
        with stage.opened(ada, f"host-{slug(tool)}"):
            ada.panel.get_by_role("button", name=tool, exact=True).click()
            expect(ada.dialog).to_be_visible()
    if stage.form is DESKTOP:
        with stage.opened(ada, "host-member"):
            row = ada.panel.get_by_role("listitem").filter(has_text="Konrad")
            row.get_by_role("button", name="Actions for").click()
    with stage.opened(ada, "host-name-host"):
        ada.use_on("Grace", "Make a host")
    with stage.opened(ada, "host-remove"):
        ada.use_on("Konrad", "Remove")
        expect(ada.dialog.get_by_label("New room key")).not_to_have_value("")


def sheet(stage: Stage, ada: Tab) -> None:
    # wide, the window has no sheet; narrow again, it is still open
    show_as(ada, PHONE)
    ada.page.get_by_role("button", name=re.compile("^People and room")).click()
    stage.take(ada, "people")
    show_as(ada, PHONE)
    ada.page.locator(".sheet").evaluate("sheet => sheet.scrollTo(0, sheet.scrollHeight)")
    stage.take(ada, "people-end")
    show_as(ada, PHONE)
    ada.page.keyboard.press("Escape")
    expect(ada.dialog).to_have_count(0)
    show_as(ada, DESKTOP)


def following(stage: Stage, ada: Person, code: str) -> None:
    second = ada.tab()
    second.open(f"/r/{code}")
    expect(second.connection).to_have_text("Online through another tab")
    second.sees("Then it is settled.")
    stage.take(second, "room-followed")
    second.page.close()


def states(stage: Stage) -> None:
    """What becomes of a room: another key, a removal, a lock, no network, the end."""
    ada, grace, konrad = (stage.person(name) for name in ("Ada", "Grace", "Konrad"))
    code = gather(ada, grace, konrad, title=TITLE)
    grace.say("Shall we change the key?")
    ada.sees("Shall we change the key?")
    konrad.open()
    ada.use("Change the room key")
    ada.dialog.get_by_label("New room key").fill(NEW_KEY)
    ada.confirm("Change the key")
    expect(ada.dialog.locator(".new-key")).to_be_visible()
    stage.take(ada, "key-changed-for-host")
    ada.confirm("Done")
    ada.say("Done.")
    grace.sees("Done.")
    ada.panel.get_by_role("switch", name="Locked").check()
    grace.reads("A host locked the room")
    stage.take(grace, "room-locked")
    ada.panel.get_by_role("switch", name="Locked").uncheck()
    grace.reads("A host unlocked the room")
    grace.context.set_offline(True)
    expect(grace.connection).to_contain_text("Offline")
    stage.take(grace, "room-offline")
    grace.say("Are you still there?")
    expect(grace.connection).to_contain_text("1 message waits")
    stage.take(grace, "room-offline-waiting")
    grace.context.set_offline(False)
    grace.has_sent("Are you still there?")
    ada.use_on("Grace", "Remove")
    ada.confirm("Remove and change the key")
    ada.confirm("Done")
    grace.reads("Nothing can be sent or received.")
    stage.take(grace, "room-removed")
    ada.use_on("Konrad", "Remove")
    ada.confirm("Remove and change the key")
    ada.confirm("Done")
    konrad.open(f"/r/{code}")
    konrad.reads("The room key was changed")
    stage.take(konrad, "room-key-changed")
    ada.use("Close the room")
    ada.dialog.get_by_label("Room code").fill(code)
    ada.confirm("Close the room")
    ada.reads("This room was closed")
    stage.take(ada, "room-closed")


def history(stage: Stage) -> None:
    """What was said before one came, and texts that are hard to show."""
    ada, grace = stage.person("Ada"), stage.person("גרייס")
    paypal, other = stage.python_member("Paypal"), stage.python_member("Pаypal")
    code = ada.create()
    ada.say("Said before anybody was here.")
    ada.has_sent("Said before anybody was here.")
    grace.join(code)
    grace.reads("You joined here.")
    for member in (paypal, other):
        member.join(code, ROOM_KEY)
    ada.has_people("Ada", "גרייס", "Paypal", "Pаypal")
    grace.say("שלום, מה שלומך? הרכבת יוצאת ב־20:38 מרציף 5.")
    grace.say("السلام عليكم، كيف الحال؟")
    paypal.say("Unbroken: " + "x" * 400)
    paypal.say("https://a.very.long.example/" + "path/" * 40)
    paypal.say("```\n" + "one long line of code " * 12 + "\n```")
    other.say("Look at [my site](https://elsewhere.example) or `this`.")
    ada.sees("Unbroken: " + "x" * 400)
    ada.reads("my site")
    stage.take(ada, "room-hard-texts")
    grace.reads("my site")
    grace.timeline.get_by_role("article").first.scroll_into_view_if_needed()
    stage.take(grace, "room-history")


def german(stage: Stage) -> None:
    """The page in German."""
    ada = stage.person("Ada")
    ada.open()
    ada.page.evaluate("() => localStorage.setItem('roomkey language', 'de')")
    ada.open()
    key = ada.page.get_by_role("region", name="Neuer Raum").get_by_label("Raumschlüssel")
    expect(key).not_to_have_value("")
    ada.page.get_by_role("region", name="Neuer Raum").get_by_label("Dein Name").fill("Ada")
    stage.take(ada, "german-home")
    ada.page.get_by_role("button", name="Raum anlegen").click()
    expect(ada.page.get_by_role("textbox", name="Nachricht schreiben")).to_be_visible()
    stage.take(ada, "german-empty")
    carol = stage.python_member("Carol")
    key_shown = ada.page.get_by_role("button", name="Raumschlüssel zeigen")
    key_shown.click()
    carol.join(ada.code, ada.page.locator(".invite-key").inner_text())
    carol.say("Guten Morgen!")
    expect(ada.page.get_by_text("Guten Morgen!").first).to_be_visible()
    stage.take(ada, "german-room")


def terminal(stage: Stage) -> None:
    """The same room at a terminal."""
    if stage.form is PHONE:
        return
    ada = stage.person("Ada")
    grace = stage.python_member("Grace")
    code = ada.create(title=TITLE)
    grace.join(code, ROOM_KEY)
    chat = stage.terminal("Konrad", columns=80, lines=20)
    try:
        chat.run(f"roomkey join {code} --name Konrad", key=ROOM_KEY)
        chat.shows("\n>")
        ada.say("The night train runs again. Shall we take it in October?")
        grace.sees("The night train runs again. Shall we take it in October?")
        grace.say("Yes! I always wanted to wake up in another country.")
        chat.shows("another country")
        chat.type("It leaves at 20:38 from platform 5.")
        grace.sees("It leaves at 20:38 from platform 5.")
        chat.type("/safety")
        ada.say("I bring the tea 🫖")
        chat.shows("I bring the tea")
        chat.picture(ada.context, stage.album.place("terminal", "other", "dark"))
    finally:
        chat.close()


def slug(text: str) -> str:
    return text.lower().replace(" ", "-")


SCENES: Final[dict[str, Callable[[Stage], None]]] = {
    "home": home,
    "joining": joining,
    "room": room,
    "states": states,
    "history": history,
    "german": german,
    "terminal": terminal,
}
"""By their names, in the order of the album."""
