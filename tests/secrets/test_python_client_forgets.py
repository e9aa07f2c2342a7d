"""What the Python client still holds of a room that it has left or closed.

Bytes and texts of Python cannot be overwritten: what nobody can come by any more may lie in memory
until it is used again. So two things are told apart: what the interpreter can still reach, which
must be nothing, and what a dump of the process shows, which is counted and printed
(docs/threat-model.md, "What stays in memory").
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from members import Member
from needles import Needle, search
from process_memory import memory_of
from relay_process import Relay

KEY = "sequester ergonomic buffoon subarctic pebbly zqxjk"
TITLE, NAMES = "Zqxjw tea at four", ("Adelaide Zqxjn", "Benedict Zqxjn")
TEXTS = ("Zqxjt the first thing that is said", "Zqxjt what is answered to it")
MARKS = [["pebbly", " zqxjk", "room key"], ["qxjw", " tea", "title"]]
MARKS += [["enedict", " Zqx", "name"], ["Zqxjt", " the", "text"], ["Zqxjt", " what", "answer"]]

Join = Callable[[], tuple[Member, Member]]


@pytest.fixture
def join(tmp_path: Path) -> Iterator[Join]:
    """Two people who have talked to each other."""
    relay, members = Relay(tmp_path), list[Member]()

    def talk() -> tuple[Member, Member]:
        ada, ben = (Member(relay.address, tmp_path / name.split()[0], name) for name in NAMES)
        members.extend((ada, ben))
        code = ada.do("create", key=KEY, title=TITLE)["code"]
        ben.do("join", code=code, key=KEY)
        ada.do("say", text=TEXTS[0])
        ben.do("sees", text=TEXTS[0])
        ben.do("say", text=TEXTS[1])
        ada.do("sees", text=TEXTS[1])
        for member in members:
            member.do("remember")
        return ada, ben

    yield talk
    for member in members:
        member.end()
    relay.stop()


@pytest.mark.parametrize("how", ["leave", "close"])
def test_nothing_of_a_room_can_be_reached_once_one_is_out(join: Join, how: str) -> None:
    ada, _ = join()
    inside = ada.do("reachable", marks=MARKS)["found"]
    assert {"name", "psk", "leaf's signing key"} <= set(inside), "the walk sees too little"
    ada.do(how)
    assert ada.do("reachable", marks=MARKS)["found"] == {}


def test_what_a_dump_shows_afterwards_is_counted(join: Join) -> None:
    ada, _ = join()
    needles = [
        *(Needle(name, bytes.fromhex(key)) for name, key in ada.do("secrets").items()),
        Needle.text("room key", KEY),
        Needle.text("title", TITLE),
        Needle.text("name", NAMES[1]),
        *(Needle.text(f"text {place}", text) for place, text in enumerate(TEXTS)),
    ]
    before = {name for name, form, _ in search(needles, memory_of(ada.pid)) if form == "plain"}
    assert {"psk", "leaf's signing key"} <= before, "the dump shows too little"
    ada.do("leave")
    ada.do("reachable", marks=MARKS)
    after = {name for name, form, _ in search(needles, memory_of(ada.pid)) if form == "plain"}
    print(f"\nin the room: {sorted(before)}\nafterwards: {sorted(after)}")
