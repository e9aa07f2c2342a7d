"""The people of these tests: who is told the truth, and who is lied to."""

from itertools import count
from pathlib import Path

from lying_relay import Door, Fields, LyingRelay
from people import Person
from playwright.sync_api import Browser, expect
from python_member import PythonMember
from tab import ROOM_KEY
from terminal import Terminal

NEW_KEY = "cedar ribbon hazel mantle oyster plaza"


class Host(PythonMember):
    """A host who uses the Python client."""

    def set_title(self, title: str) -> None:
        self._do(self.room.set_title(title))

    def change_room_key(self, key: str) -> None:
        self._do(self.room.change_room_key(key))


class Room:
    """Ann, who is told the truth, Bob at a terminal and Cleo at a browser, who are lied to."""

    def __init__(self, lying: LyingRelay, chromium: Browser, folder: Path) -> None:
        self.anns_door, self.bobs_door, self.cleos_door = (lying.door() for _ in range(3))
        self.lied_to = self.bobs_door, self.cleos_door
        self.ann = Host(self.anns_door.address, folder / "ann", "Ann")
        self.bob = Terminal(self.bobs_door.address, folder / "bob", "Bob")
        self.cleo = Person(chromium, self.cleos_door.address, "Cleo")
        self.code = ""
        self._numbers = count(1)

    def gather(self) -> None:
        """Have Ann make the room, and the others join it."""
        self.code = self.ann.create(ROOM_KEY, size="large")
        self.bob.join(self.code)
        self.cleo.join(self.code)
        self.cleo.has_people("Ann", "Bob", "Cleo")
        self.bob.reads("Cleo joined")
        self.make_peace()

    def make_peace(self) -> None:
        """Tell the truth, connect anew, and have everybody read everybody."""
        for door in self.lied_to:
            door.be_honest()
            door.cut()
        number = next(self._numbers)
        self.ann.say(f"Ann in peace {number}")
        self.bob.reads(f"Ann: Ann in peace {number}")
        self.cleo.sees(f"Ann in peace {number}")
        self.bob.says(f"Bob in peace {number}")
        self.cleo.sees(f"Bob in peace {number}")
        self.cleo.say(f"Cleo in peace {number}")
        self.bob.reads(f"Cleo: Cleo in peace {number}")
        self.ann.sees(f"Bob in peace {number}", f"Cleo in peace {number}")
        self.cleo.has_read_what_was_wrong()
        expect(self.cleo.page.get_by_role("alert")).to_have_count(0)

    def leaf_of(self, door: Door) -> bytes:
        """The signature key of who came in by a door."""
        leaf: bytes = door.last("room.commit")["joined"]
        return leaf

    def is_shown(self, page: tuple[str, ...], terminal: tuple[str, ...]) -> None:
        """Wait until those who are lied to read this."""
        self.bob.reads(*terminal)
        for text in page:
            self.cleo.reads(text)

    def come_back_refused(self) -> None:
        """Have the relay say that it does not know those who come back, so that they join anew."""
        for door in self.lied_to:
            honest = door.answered

            def refuse(event: str, asked: Fields, answer: Fields, honest=honest) -> Fields:  # type: ignore[no-untyped-def]
                if event == "room.resume":
                    return {"ok": False, "code": "wrong_room_key"}
                shown: Fields = honest(event, asked, answer)
                return shown

            door.answered = refuse
            door.cut()

    def close(self) -> None:
        self.bob.close()
        self.ann.close()
        self.cleo.context.close()


class Newcomers:
    """Ann's room, whose key she has changed, and two who want to join it."""

    def __init__(self, lying: LyingRelay, chromium: Browser, folder: Path) -> None:
        self.anns_door, self.dans_door, self.evas_door = (lying.door() for _ in range(3))
        self.lied_to = self.dans_door, self.evas_door
        self.ann = Host(self.anns_door.address, folder / "ann", "Ann")
        self.dan = Terminal(self.dans_door.address, folder / "dan", "Dan")
        self.eva = Person(chromium, self.evas_door.address, "Eva")
        self.code = self.ann.create(ROOM_KEY, size="large")
        self.first_group_info: bytes = self.anns_door.last("room.create")["group_info"]
        self.ann.change_room_key(NEW_KEY)
        self.group_info: bytes = self.anns_door.last("room.commit")["group_info"]
        self._folder = folder
        self._others: list[Host] = []

    def makes_another_room(self, name: str, key: str) -> Host:
        """Have somebody make another room on the same relay."""
        host = Host(self.anns_door.address, self._folder / name, name)
        self._others.append(host)
        host.create(key, size="large")
        return host

    def admit_with(self, **changes: object) -> None:
        """Change what the relay gives to who proves the room key."""
        for door in self.lied_to:

            def lie(event: str, _: Fields, answer: Fields) -> Fields:
                is_it = event == "room.admit" and answer["ok"]
                return {**answer, **changes} if is_it else answer

            door.answered = lie

    def are_refused(self, page: tuple[str, ...], terminal: tuple[str, ...]) -> None:
        """Have both try to join, and read why they cannot."""
        self.dan.ask_to_join(self.code, NEW_KEY)
        self.eva.ask_to_join(self.code, NEW_KEY)
        alert = self.eva.page.get_by_role("alert")
        for text in page:
            expect(alert).to_contain_text(text)
        said = self.dan.ends()
        for text in terminal:
            assert text in said, said

    def close(self) -> None:
        self.dan.close()
        for host in (self.ann, *self._others):
            host.close()
        self.eva.context.close()
