"""What the page and its worker still hold of a room that was left or forgotten."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browsers import chromium
from people import Person, gather
from playwright.sync_api import CDPSession
from relay_process import Relay

KEY = "sequester ergonomic buffoon subarctic pebbly zqxjk"
TITLE, NAMES = "Zqxjw tea at four", ("Adelaide Zqxjn", "Benedict Zqxjn")
TEXTS = ("Zqxjt the first thing that is said", "Zqxjt what is answered to it")
MARKS = {"room key": "zqxjk", "title": "Zqxjw", "name": "Zqxjn", "text": "Zqxjt"}

Enter = Callable[[], tuple[Person, Person, str]]


@pytest.fixture
def enter(tmp_path: Path) -> Iterator[Enter]:
    """Two people in a browser who have talked to each other."""
    relay = Relay(tmp_path)
    with chromium() as browser:

        def talk() -> tuple[Person, Person, str]:
            ada, ben = (Person(browser, relay.address, name) for name in NAMES)
            code = gather(ada, ben, key=KEY, title=TITLE)
            ada.say(TEXTS[0])
            ben.sees(TEXTS[0])
            ben.say(TEXTS[1])
            ada.sees(TEXTS[1])
            return ada, ben, code

        yield talk
    relay.stop()


def left(ada: Person, _code: str) -> None:
    ada.use("Leave")
    ada.confirm("Leave")
    ada.reads("You left the room.")
    ada.reads("No rooms yet.")


def forgotten(ada: Person, _code: str) -> None:
    ada.open()
    ada.page.get_by_role("button", name=re.compile("^Forget (?!everything)")).click()
    ada.confirm("Forget")
    ada.reads("The room is forgotten on this device.")


@pytest.mark.parametrize("how", [left, forgotten])
def test_a_heap_snapshot_holds_nothing_of_a_room_once_one_is_out(
    enter: Enter, how: Callable[[Person, str], None]
) -> None:
    ada, _, code = enter()
    page, worker = heaps_of(ada)
    assert {"name", "text", "title"} <= found_in(page), "the page's snapshot shows too little"
    assert {"name"} <= found_in(worker), "the worker's snapshot shows too little"
    how(ada, code)
    page, worker = heaps_of(ada)
    assert found_in(worker) == set()
    print(f"\nof the page, before it is loaded again: {sorted(found_in(page))}")
    # the browser itself watches forms that were on the page, and holds what they hung on
    ada.page.reload()
    ada.reads("No rooms yet.")
    page, worker = heaps_of(ada)
    assert found_in(page) == found_in(worker) == set()


def found_in(strings: set[str]) -> set[str]:
    return {name for name, mark in MARKS.items() if any(mark in text for text in strings)}


def heaps_of(person: Person) -> tuple[set[str], set[str]]:
    """Take snapshots of the page and of its worker: all strings that are reachable in them."""
    session = person.context.new_cdp_session(person.page)
    chunks: list[str] = []
    session.on("HeapProfiler.addHeapSnapshotChunk", lambda said: chunks.append(said["chunk"]))
    session.send("HeapProfiler.collectGarbage")
    session.send("HeapProfiler.takeHeapSnapshot", {"reportProgress": False})
    page, worker = _strings("".join(chunks)), set[str]()
    workers = _Workers(person, session)
    assert workers.ids, "no worker was found"
    for each in workers.ids:
        worker |= workers.strings(each)
    session.detach()
    return page, worker


class _Workers:
    """The workers of a page, spoken to through its session."""

    def __init__(self, person: Person, session: CDPSession) -> None:
        self._page, self._session = person.page, session
        self._chunks: list[str] = []
        self._done: set[int] = set()
        self._number = 0
        self.ids: list[str] = []
        session.on("Target.attachedToTarget", self._attached)
        session.on("Target.receivedMessageFromTarget", self._received)
        session.send(
            "Target.setAutoAttach",
            {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": False},
        )

    def strings(self, worker: str) -> set[str]:
        self._chunks.clear()
        self._ask(worker, "HeapProfiler.enable")
        self._ask(worker, "HeapProfiler.collectGarbage")
        self._ask(worker, "HeapProfiler.takeHeapSnapshot", reportProgress=False)
        return _strings("".join(self._chunks))

    def _ask(self, worker: str, method: str, **params: object) -> None:
        self._number += 1
        message = json.dumps({"id": self._number, "method": method, "params": params})
        self._session.send("Target.sendMessageToTarget", {"sessionId": worker, "message": message})
        while self._number not in self._done:
            self._page.wait_for_timeout(50)

    def _attached(self, said: dict[str, Any]) -> None:
        if said["targetInfo"]["type"] == "worker":
            self.ids.append(said["sessionId"])

    def _received(self, said: dict[str, Any]) -> None:
        message = json.loads(said["message"])
        if message.get("method") == "HeapProfiler.addHeapSnapshotChunk":
            self._chunks.append(message["params"]["chunk"])
        elif "id" in message:
            self._done.add(message["id"])


def _strings(snapshot: str) -> set[str]:
    return set(json.loads(snapshot)["strings"])
