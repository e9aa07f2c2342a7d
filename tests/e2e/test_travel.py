"""The diagram of a message's way in ARCHITECTURE.md is the way that messages take."""

import os
import re
import signal
from collections.abc import Callable
from pathlib import Path

import pexpect
import pytest

from .conftest import Account
from .relay_process import Relay

ARCHITECTURE = Path(__file__).parents[2] / "ARCHITECTURE.md"

# Python runs this file of a folder in PYTHONPATH when it starts: from SIGUSR1 on, the process
# writes down which modules of Roomkey the calls lead through.
RECORDER = """
import os, re, signal, sys, threading

way = open(os.path.join(os.environ["TRAVEL_FOLDER"], str(os.getpid())), "w", buffering=1)
module = re.compile(r"roomkey/(\\w+/\\w+|\\w+/\\w+/\\w+)\\.py$")
armed, last, known = False, "", {}

def note(frame, event, argument):
    global last
    if not armed or event != "call":
        return
    path = frame.f_code.co_filename
    if path not in known:
        found = module.search(path)
        known[path] = found and found[1]
    if known[path] and known[path] != last:
        last = known[path]
        way.write(last + "\\n")

def arm(*_):
    global armed
    armed = True
    way.write("armed\\n")

signal.signal(signal.SIGUSR1, arm)
threading.setprofile(note)
sys.setprofile(note)
"""


def drawn() -> list[list[str]]:
    """Read the three stretches of the diagram: the sender's, the relay's, the receiver's."""
    text = ARCHITECTURE.read_text("utf-8")
    diagram = text.split("## How a message travels\n```\n")[1].split("```")[0]
    return [
        re.findall(r"^  (\w+(?:/\w+)+)  ", stretch, re.MULTILINE)
        for stretch in re.split(r"^─+.*$", diagram, flags=re.MULTILINE)
    ]


def missing(stretch: list[str], way: list[str]) -> str | None:
    """Give the first module of a stretch that was not come to in its turn."""
    steps = iter(way)
    return next((module for module in stretch if module not in steps), None)


class Recorded:
    """A process whose way through the modules is recorded."""

    def __init__(self, folder: Path, pid: int) -> None:
        self._file, self._pid = folder / str(pid), pid

    def arm(self) -> None:
        os.kill(self._pid, signal.SIGUSR1)
        while "armed" not in self.way():
            os.sched_yield()

    def way(self) -> list[str]:
        return self._file.read_text().splitlines()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "recorder").mkdir()
    (tmp_path / "recorder" / "sitecustomize.py").write_text(RECORDER)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "recorder"))
    monkeypatch.setenv("TRAVEL_FOLDER", str(tmp_path))
    return tmp_path


def test_the_diagram_names_modules_that_exist() -> None:
    sender, relay, receiver = drawn()
    assert min(map(len, (sender, relay, receiver))) > 5
    for module in sender + relay + receiver:
        assert (ARCHITECTURE.parent / "src" / "roomkey" / f"{module}.py").is_file(), module


def test_a_message_takes_the_way_that_the_diagram_shows(
    folder: Path, relay: Relay, account: Callable[[str], Account]
) -> None:
    ada, grace = account("Ada"), account("Grace")
    code = ada.create()
    sending: pexpect.spawn[str] = ada.terminal("chat", code)
    sending.expect("Connected")
    receiving = grace.joining(code)
    sending.expect("Grace joined")
    recorded = [Recorded(folder, pid) for pid in (sending.pid, relay.pid, receiving.pid)]
    for one in recorded:
        one.arm()
    sending.sendline("A text on its way")
    receiving.expect("A text on its way")
    for one, stretch in zip(recorded, drawn(), strict=True):
        assert missing(stretch, one.way()) is None, one.way()
