"""A host and members of whom two send, or are said to send, what nobody can follow."""

import os
from pathlib import Path

from lying_relay import Fields, LyingRelay
from people import Person
from playwright.sync_api import Browser, expect
from python_member import PythonMember
from tab import ROOM_KEY
from terminal import Terminal


class Updater(PythonMember):
    """A member who uses the Python client, and renews their keys when told to."""

    def update_keys(self) -> None:
        async def update() -> None:
            session = self.room._session
            session.committer.timetable.update_now()
            session.wake()

        self._do(update())


class AtPage(Person):
    """Somebody at a browser."""

    def go_away(self) -> None:
        self.page.goto("about:blank")

    def come_back(self, code: str) -> None:
        self.open(f"/r/{code}")
        self.is_in_room()

    def is_told(self, *texts: str) -> None:
        for text in texts:
            self.reads(text)

    def is_told_for_good(self, notice: str) -> None:
        """Wait until the conversation says this, where it happened, and see that it stays there."""
        expect(self.notice(notice)).to_have_count(1)
        self.page.reload()
        self.is_online()
        expect(self.notice(notice)).to_have_count(1)

    def is_told_until_it_is_read(self, *texts: str) -> None:
        """Wait until it is told, and see that it stays until one says that it was read."""
        self.is_told(*texts)
        self.is_online()
        self.page.reload()
        self.is_online()
        self.is_told(*texts)
        self.has_read_what_was_wrong()
        self.page.reload()
        self.is_online()
        expect(self.page.get_by_role("alert")).to_have_count(0)

    def is_out(self, text: str) -> None:
        """Wait until it is told that one is out of the room, and see that it stays so."""
        self.reads(text)
        self.page.reload()
        self.reads(text)

    def close(self) -> None:
        self.context.close()

    def join_again(self, _code: str) -> None:
        self.page.get_by_role("button", name="Join again").click()
        self.answer_for_key(ROOM_KEY)
        self.is_in_room()
        self.is_online()


class AtTerminal(Terminal):
    """Somebody at a terminal, where all that was said stays."""

    def go_away(self) -> None:
        self.close()

    def come_back(self, code: str) -> None:
        self.stay(code)

    def is_told(self, *texts: str) -> None:
        self.reads(*texts)

    is_told_for_good = is_told_until_it_is_read = is_told

    def is_out(self, text: str) -> None:
        assert text in self.ends()

    def join_again(self, code: str) -> None:
        self.join(code)

    def say(self, text: str) -> None:
        self.says(text)

    def sees(self, *texts: str) -> None:
        self.reads(*texts)


class Company:
    """Ann, the host, Bob and Cleo, who are told things in both clients; Dan and Eva, who are not.

    Ann and Cleo are at browsers and Bob is at a terminal, or the other way round.
    """

    def __init__(
        self, lying: LyingRelay, chromium: Browser, folder: Path, *, host_is_at_page: bool
    ) -> None:
        doors = {name: lying.door() for name in ("Ann", "Bob", "Cleo", "Dan", "Eva")}
        self._doors = doors

        def person(name: str, *, is_at_page: bool) -> AtPage | AtTerminal:
            if is_at_page:
                return AtPage(chromium, doors[name].address, name)
            return AtTerminal(doors[name].address, folder / name, name)

        self.ann = person("Ann", is_at_page=host_is_at_page)
        self.bob = person("Bob", is_at_page=not host_is_at_page)
        self.cleo = person("Cleo", is_at_page=host_is_at_page)
        self.dan, self.eva = (
            Updater(doors[name].address, folder / name, name) for name in ("Dan", "Eva")
        )

    def gather(self) -> None:
        """Have Ann make the room, and the others join it."""
        self.code = self.ann.create()
        for one in (self.bob, self.cleo, self.dan, self.eva):
            one.join(self.code, ROOM_KEY)

    def break_the_room(self, sender: Updater, blamed: str = "") -> None:
        """Make the sender's next change one that nobody can follow, and blame somebody for it."""
        door, garbled = self._doors[sender.name], os.urandom(500)

        def garble(event: str, fields: Fields) -> Fields:
            if event != "room.commit":
                return fields
            door.be_honest()
            return {**fields, "message": garbled, "group_info": os.urandom(500)}

        door.asked = garble
        leaf = self._leaf_of(blamed or sender.name)
        for name in self._doors.keys() - {sender.name, blamed}:
            self._doors[name].envelopes(
                lambda said: {**said, "leaf": leaf} if said["body"] == garbled else said
            )
        sender.update_keys()

    def _leaf_of(self, name: str) -> bytes:
        seen = self._doors[name].seen
        commits = [fields for event, fields in seen if event == "room.commit"]
        leaf: bytes = [fields["joined"] for fields in commits if "joined" in fields][-1]
        return leaf

    def close(self) -> None:
        for one in (self.ann, self.bob, self.cleo, self.dan, self.eva):
            one.close()
