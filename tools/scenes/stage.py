"""Where scenes are played: a relay of its own, people, and an album for the pictures."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from album import DESKTOP, Album, Form, show_as
from people import Person
from playwright.sync_api import Browser, expect
from python_member import PythonMember
from relay_process import Relay
from tab import Tab
from terminal_picture import Terminal

TITLE: Final = "Night train to Vienna"


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
