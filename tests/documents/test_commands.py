"""Every command and every program that the documents show is run, as it stands there."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.e2e.relay_process import PATIENCE, Relay

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "models/README.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
ROOM_KEY = "sequester ergonomic buffoon subarctic pebbly grove"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE_IN_DOCUMENTS = "7GQ2M-0XK4T"
_KEYS_IN_DOCUMENTS = ("six words from whoever invited you",)
# what a document may use that is no part of Roomkey
_STAND_INS = {"pg_dump": "echo 'create table prices (item text, cents int);'"}


@dataclass(frozen=True)
class Shown:
    """A command or a program as a document shows it."""

    document: str
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.document}: {self.text.splitlines()[0][:60]}"


def shown(*languages: str) -> list[Shown]:
    found = []
    for document in DOCUMENTS:
        name = str(document.relative_to(ROOT))
        for language, block in _BLOCK.findall(document.read_text("utf-8")):
            if language not in languages:
                continue
            if language == "python":
                found.append(Shown(name, language, block))
                continue
            lines = [line.split("  #")[0].strip().removeprefix("$ ") for line in block.splitlines()]
            found += [Shown(name, language, line) for line in lines if line]
    return found


COMMANDS = shown("sh", "console")
MADE = [command for command in COMMANDS if command.text.startswith("make ")]
STARTED = [c for c in COMMANDS if re.match(r"(roomkey serve|python -m roomkey\.relay)\b", c.text)]
# `make test` runs the tests of the model, and `make model` more of it than there is time for here
ELSEWHERE = [command for command in COMMANDS if "models" in command.text]
RUN = [c for c in COMMANDS if c not in MADE and c not in STARTED and c not in ELSEWHERE]


@dataclass
class Room:
    """A room on a relay that runs, and the surroundings that a person has."""

    relay: Relay
    folder: Path
    code: str = ""

    def environment(self, name: str) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if "ROOMKEY" not in key}
        path = f"{self.folder / 'bin'}:{Path(sys.executable).parent}:{kept['PATH']}"
        return kept | {
            "PATH": path,
            "ROOMKEY_RELAY": self.relay.address,
            "ROOMKEY_STATE": str(self.folder / name),
            "ROOMKEY_KEY": ROOM_KEY,
            "ROOMKEY_NAME": "Ada",
            "XDG_DATA_HOME": str(self.folder / "share"),
        }

    def put_in(self, text: str) -> str:
        """Put this room, its key and its relay in the place of the documents' own."""
        for key in _KEYS_IN_DOCUMENTS:
            text = text.replace(key, ROOM_KEY)
        text = re.sub(r"\bCODE\b", self.code, text).replace(_CODE_IN_DOCUMENTS, self.code)
        text = text.replace("http://localhost:8000", self.relay.address)
        return text.replace(".venv/bin/", "")

    def run(self, command: str, name: str = "ada") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-o", "pipefail", "-c", self.put_in(command)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
            cwd=self.folder,
            env=self.environment(name),
        )


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    folder = tmp_path_factory.mktemp("commands")
    (folder / "bin").mkdir()
    for name, script in _STAND_INS.items():
        stand_in = folder / "bin" / name
        stand_in.write_text(f"#!/bin/sh\n{script}\n")
        stand_in.chmod(0o755)
    relay = Relay(folder)
    made = Room(relay, folder)
    created = made.run("roomkey create --name Ada --json")
    found = re.search(r'"code": "([^"]+)"', created.stdout)
    assert found, created.stderr
    made.code = found[1]
    yield made
    relay.stop()


def test_the_documents_show_commands_of_every_kind() -> None:
    assert MADE
    assert STARTED
    assert len(RUN) > 5
    assert shown("python")


@pytest.mark.parametrize("command", RUN, ids=str)
def test_a_command_ends_well(room: Room, command: Shown) -> None:
    name = "ada" if "send" in command.text else f"person-{COMMANDS.index(command)}"
    done = room.run(command.text, name)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", MADE, ids=str)
def test_a_target_of_make_exists(command: Shown) -> None:
    planned = subprocess.run(
        [*command.text.split(), "--dry-run"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert planned.returncode == 0, planned.stderr


@pytest.mark.parametrize("command", STARTED, ids=str)
def test_a_relay_starts_and_says_where_it_listens(
    command: Shown, room: Room, tmp_path: Path
) -> None:
    arguments = [*command.text.split(), "--port", "0"]
    if "--data" in arguments:
        arguments[arguments.index("--data") + 1] = str(tmp_path)
    program = shutil.which(arguments[0], path=str(Path(sys.executable).parent))
    assert program
    process = subprocess.Popen(
        [program, *arguments[1:]],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=room.environment("nobody"),
    )
    assert process.stdout
    assert "listening on http://" in process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0
    process.stdout.close()


@pytest.mark.parametrize("program", shown("python"), ids=str)
def test_a_program_runs_and_comes_into_a_room(program: Shown, room: Room) -> None:
    text = room.put_in(program.text)
    compile(text, program.document, "exec")
    if "asyncio.run" not in text:
        return
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", text],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=room.environment(f"bot-{program.document.replace('/', '-')}"),
    )
    assert process.stdout
    try:
        assert process.stdout.readline(), process.stderr and process.stderr.read()
    finally:
        process.kill()
        process.communicate(timeout=PATIENCE)
