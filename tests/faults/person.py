"""One person of a run: its process, its line, its disk, and what it was told is stored."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .chromium import Chromium
from .processes import Died, PersonProcess, within
from .proxy import Link
from .world import Clock, Disk

Map = dict[str, Any]
Launch = Callable[[Path, Callable[[Map], None]], Awaitable[PersonProcess | Chromium]]
"""Starts a client in a folder, and has somebody hear what it tells."""
START_SECONDS = 120


@dataclass(slots=True)
class Said:
    """Something a person said: whether its client took it, and where the relay put it."""

    label: str
    kind: str
    leaf: str | None = None
    id: str | None = None
    seq: int | None = None
    is_refused: bool = False


@dataclass(slots=True)
class Notes:
    """What happened to a person in one run."""

    said: dict[str, Said] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)
    wants_in: bool = False
    may_be_removed: bool = False
    may_have_left: bool = False


class Person:
    """A place of the stand with a client of one kind."""

    def __init__(
        self,
        number: int,
        launch: Launch,
        link: Link,
        disk: Disk,
        clock: Clock,
    ) -> None:
        self.number, self.link, self.disk, self.clock = number, link, disk, clock
        self._launch = launch
        self._process: PersonProcess | Chromium | None = None
        self._turn = asyncio.Lock()
        self._run, self._options = "", {"is_stretched": False}
        self.notes = Notes()
        self.code: str | None = None
        self.is_coming_in = False

    @property
    def process(self) -> int | None:
        """The id of its process, while there is one."""
        alive = self._process is not None and self._process.is_alive
        return self._process.process if self._process is not None and alive else None

    async def begin(self, run: str, *, is_stretched: bool) -> None:
        """Start with an empty folder; `is_stretched` if room keys are stretched as they should."""
        self._run, self._options = run, {"is_stretched": is_stretched}
        self.notes, self.code, self.is_coming_in = Notes(), None, False
        await self.start()

    async def start(self, code: str | None = None) -> None:
        """Have a process, and in it what the folder holds of the room."""
        async with self._turn:
            folder = self.disk.folder / self._run
            if self.process is None:
                self._process = await within(START_SECONDS, self._launch(folder, self._heard))
            elif self.code is not None or self.is_coming_in:
                return
            url = f"http://127.0.0.1:{self.link.port}"
            wanted = {"url": url, "folder": str(folder), **self._options}
            with contextlib.suppress(Died):
                opened = await self.ask("start", **wanted, **({"code": code} if code else {}))
                # a full disk, or a room that is just being left or joined, is told as what it is;
                # opening it is tried again, and who stays outside is found in the end
                if opened.get("error", "state_full") not in ("state_full", "state_locked"):
                    problem = f"its room could not be opened again: {opened['error']}"
                    self.notes.crashes.append(problem)
                self.code = opened.get("code")

    async def ask(self, do: str, **fields: Any) -> Map:
        """Have the client do something; raises Died."""
        if self._process is None:
            raise Died
        answer = await self._process.ask(do, **fields)
        if "crash" in answer:
            self.notes.crashes.append(answer["crash"])
        return answer

    async def kill(self) -> None:
        """End its process as a power cut would."""
        self.code = None
        if self._process is not None:
            await self._process.kill()

    async def kill_and_restart(self, seconds: float, keep: Callable[..., object]) -> None:
        """End it at once, and have it started again after some time."""

        async def again() -> None:
            await asyncio.sleep(seconds)
            await self.start(code)

        code = self.code
        await self.kill()
        keep(again())

    async def say(self, label: str, kind: str, do: str, **fields: Any) -> None:
        """Say something, or change what was said."""
        said = self.notes.said[label] = Said(label, kind)
        answer = await self.ask(do, label=label, **fields)
        if "id" in answer:
            said.id, said.leaf = answer["id"], answer["leaf"]
        elif "unknown" not in answer:
            said.is_refused = True

    def _heard(self, event: Map) -> None:
        notes = self.notes
        match event["event"]:
            case "stored":
                said = notes.said.get(event["label"])
                if said is not None:
                    said.seq, said.leaf = event["seq"], event["leaf"]
            case "refused":
                said = notes.said.get(event["label"])
                if said is not None and event["code"] in ("too_large", "room_closed"):
                    said.is_refused = True
            case "trouble":
                notes.troubles.append(event["code"])
            case "unreadable":
                notes.unreadable.append(f"{event['seq']}: {event['reason']}")
            case "crash":
                notes.crashes.append(event["text"])
