"""After a busy time, neither disk, logs, memory nor traffic of a relay hold what was said."""

import base64
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsers import chromium
from members import Member
from needles import Needle, search
from people import Person
from process_memory import memory_of
from recording_proxy import RecordingProxy
from relay_process import Relay

KEY = "sequester ergonomic buffoon subarctic pebbly zqxjk"
NEW_KEY = "wobbly tangerine marzipan lighthouse zqxjv orbit"
TITLE = "Zqxjw tea at four"
NAMES = ("Adelaide Zqxjn", "Benedict Zqxjn", "Cleopatra Zqxjn", "Dorothea Zqxjn")
FIRST = "Zqxjt the first thing that Adelaide says"
EDITED = "Zqxjt what she made of it afterwards"
ANSWER = "Zqxjt what Cleopatra types into her browser"
SECOND = "Zqxjt what Benedict has to add"
LATER = "Zqxjt said under the new room key"
LAST = "Zqxjt read by somebody who came later"
TEXTS = (FIRST, EDITED, ANSWER, SECOND, LATER, LAST)


class Busy:
    """A relay that much was said on, and what must not be found there."""

    def __init__(self, folder: Path) -> None:
        self.relay = Relay(folder)
        self.proxy = RecordingProxy(self.relay.port)
        self.people = [
            Member(self.proxy.address, folder / name.split()[0], name, keep_roots=True)
            for name in (NAMES[0], NAMES[1], NAMES[3])
        ]
        self.needles = [
            *(Needle.text(f"room key {key[:4]}", key) for key in (KEY, NEW_KEY)),
            Needle.text("title", TITLE),
            *(Needle.text(f"name {name[:4]}", name) for name in NAMES),
            *(Needle.text(f"text {place}", text) for place, text in enumerate(TEXTS)),
        ]
        self.answers: list[bytes] = []

    def talk(self) -> None:
        """Several people, texts, an edit, a new room key, and history for who comes later."""
        ada, ben, dora = self.people
        self.code = ada.do("create", key=KEY, title=TITLE)["code"]
        ben.do("join", code=self.code, key=KEY)
        ada.do("say", text=FIRST)
        ada.do("edit", text=FIRST, into=EDITED)
        with chromium() as browser:
            cleo = Person(browser, self.proxy.address, NAMES[2])
            cleo.join(self.code, KEY)
            cleo.sees(EDITED)
            cleo.say(ANSWER)
            ada.do("sees", text=ANSWER)
            ben.do("say", text=SECOND)
            cleo.sees(SECOND)
            self._note_keys("first key")
            ada.do("rekey", key=NEW_KEY)
            ada.do("say", text=LATER)
            cleo.sees(LATER)
            ben.do("sees", text=LATER)
            dora.do("join", code=self.code, key=NEW_KEY)
            dora.do("sees", text=EDITED)
            dora.do("say", text=LAST)
            cleo.sees(LAST)
            self._note_keys("second key")
            self.memory = memory_of(self.relay.pid)
            cleo.context.close()
        for path in ("/healthz", "/version", "/metrics"):
            try:
                with urllib.request.urlopen(self.proxy.address + path) as answer:
                    self.answers.append(answer.read())
            except urllib.error.HTTPError as refusal:
                self.answers.append(refusal.read())

    def _note_keys(self, when: str) -> None:
        for member in self.people[: 2 if when == "first key" else 3]:
            for name, value in member.do("secrets").items():
                needle = Needle(f"{member.name}'s {name} ({when})", bytes.fromhex(value))
                self.needles.append(needle)

    def files(self) -> dict[str, bytes]:
        """All that lies on the relay's disk, database and logs alike."""
        found = [path for path in self.relay.data.rglob("*") if path.is_file()]
        assert any(path.name.endswith("-wal") for path in found), "the write-ahead log is missing"
        return {path.name: path.read_bytes() for path in (*found, self.relay.log)}

    def close(self) -> None:
        for member in self.people:
            member.end()
        self.proxy.close()
        self.relay.stop()


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Busy]:
    made = Busy(tmp_path_factory.mktemp("busy"))
    try:
        made.talk()
        yield made
    finally:
        made.close()


def test_the_disk_and_the_logs_hold_no_secret(busy: Busy) -> None:
    files = busy.files()
    assert search(busy.needles, files) == set()
    room = bytes.fromhex(_room(busy))
    assert search([Needle("room", room)], files), "the search would not find anything"


def test_the_memory_holds_no_secret(busy: Busy) -> None:
    assert search(busy.needles, busy.memory) == set()
    room = Needle("room", bytes.fromhex(_room(busy)))
    assert search([room], busy.memory), "the search would not find anything"


def test_the_traffic_holds_no_secret(busy: Busy) -> None:
    traffic = busy.proxy.traffic()
    assert len(traffic) >= 3 * 4
    assert search(busy.needles, traffic) == set()
    unmasked = {place: said for place, said in traffic.items() if place.endswith("unmasked")}
    assert search([Needle("event", b"room.send")], unmasked)
    assert search([Needle("room", bytes.fromhex(_room(busy)))], unmasked)


def test_what_the_relay_answers_to_anybody_holds_no_secret(busy: Busy) -> None:
    answers = {str(place): answer for place, answer in enumerate(busy.answers)}
    assert search([*busy.needles, Needle.text("code", busy.code)], answers) == set()


def test_the_search_finds_all_of_it_where_it_is(busy: Busy) -> None:
    """A member's process holds its room's secrets while it is in the room."""
    ada = busy.people[0]
    now = [needle for needle in busy.needles if needle.name.startswith(f"{ada.name}'s")]
    now = [needle for needle in now if "second key" in needle.name]
    assert now
    texts = [needle for needle in busy.needles if needle.name == "name Adel"]
    sought = [*now, *texts]
    found = {name for name, _, _ in search(sought, memory_of(ada.pid))}
    assert found == {needle.name for needle in sought}


@pytest.mark.parametrize("before", range(3))
def test_the_search_knows_every_form(before: int) -> None:
    needle = Needle.text("text", FIRST)
    written = {
        "plain": FIRST.encode(),
        "hex": FIRST.encode().hex().encode(),
        "utf-16-le": FIRST.encode("utf-16-le"),
        "base64": base64.b64encode(bytes(before) + FIRST.encode() + b"!"),
        "base64url": base64.urlsafe_b64encode(bytes(before) + FIRST.encode() + b"!"),
    }
    for form, content in written.items():
        assert search([needle], {form: b"..." + content + b"..."}), form
        assert not search([needle], {form: b"..." + content[: len(content) // 2]}), form


def _room(busy: Busy) -> str:
    room: str = busy.people[0].do("room_id")["room"]
    return room
