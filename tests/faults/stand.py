"""Where runs happen: a relay, people, and lines between them on which anything may go wrong."""

import asyncio
import contextlib
import shutil
import signal
import time
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import oracle
from .person import Person
from .plan import KINDS, Plan, Step
from .processes import Died, NodeStarter, Nursery, Switchboard
from .proxy import NETWORK, Fault, Link
from .relay import FaultyRelay
from .world import Clock, Disk

PATIENCE = 90
"""Seconds after which a run has not converged; nothing is expected to take nearly as long."""

ROOM_KEY = "orbit lantern mosaic velvet"
FATAL = ("state_corrupt", "policy_violation", "ghost_member")


@dataclass(slots=True)
class Report:
    """What a run showed."""

    seed: int
    violations: list[str] = field(default_factory=list)
    messages: int = 0
    epochs: int = 0
    members: int = 0
    seconds: float = 0.0


class Stand:
    """One relay and four people; carries out one plan after another."""

    def __init__(
        self,
        folder: Path,
        relays: Nursery,
        pythons: Nursery,
        nodes: NodeStarter,
        counts: Counter[str],
    ) -> None:
        self._folder, self._counts = folder, counts
        folder.mkdir(parents=True)
        self._switchboard = Switchboard(folder / "switchboard")
        self._starters = {"python": pythons, "web": nodes}
        self._relay = FaultyRelay(
            relays,
            Disk(folder / "relay"),
            Clock(folder / "relay.clock", self._happened),
            folder / "relay.log",
        )
        self._people: list[Person] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._keys: list[str] = []
        self._key = ROOM_KEY
        self._code: str | None = None
        self._plan: Plan
        self._report: Report
        self._number = 0
        self._where = ""

    async def open(self) -> None:
        """Start the relay and the lines."""
        await self._switchboard.open()
        await self._relay.start()
        for number, kind in enumerate(KINDS):
            link = Link(self._relay.port, self._happened)
            await link.open()
            clock = Clock(self._folder / f"{number}.clock", self._happened)
            disk = Disk(self._folder / str(number))
            starter, log = self._starters[kind], self._folder / f"{number}.log"
            person = Person(number, starter, self._switchboard, link, disk, clock, log)
            self._people.append(person)

    async def close(self) -> None:
        """End everything, and let go of the disks."""
        for person in self._people:
            await person.kill()
            await person.link.close()
            person.disk.close()
        await self._relay.end(signal.SIGKILL)
        self._relay.disk.close()
        self._switchboard.close()

    async def run(self, plan: Plan) -> Report:
        """Carry out a plan, let everything heal, and look what became of it."""
        self._plan, self._report = plan, Report(plan.seed)
        self._keys, self._key, self._code = [ROOM_KEY], ROOM_KEY, None
        self._number += 1
        run = f"{plan.seed}-{self._number}"
        began = time.monotonic()
        try:
            async with asyncio.timeout(2 * PATIENCE):
                await self._carry_out(run)
        except TimeoutError:
            self._report.violations.append(f"hung: {self._where}")
        except Exception as error:
            self._report.violations.append(f"the harness stumbled: {error!r}")
        finally:
            await self._tidy(run)
        self._report.seconds = time.monotonic() - began
        return self._report

    async def _carry_out(self, run: str) -> None:
        plan = self._plan
        self._where = "at the beginning"
        await self._relay.start()
        await asyncio.gather(*(self._people[who].begin(run) for who in plan.people))
        for step in plan.steps:
            self._where = f"at {step}"
            await self._do(step)
            await asyncio.sleep(step.pause)
        self._where = "healing"
        await self._heal()
        self._where = "converging"
        await self._converge()
        self._where = "checking"
        await self._check()

    async def _tidy(self, run: str) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._relay.clock.set(0)
        for who in self._plan.people:
            person = self._people[who]
            person.link.heal()
            person.clock.set(0)
            with contextlib.suppress(Died, TimeoutError):
                async with asyncio.timeout(20):
                    await person.ask("stop")
            shutil.rmtree(person.disk.folder / run, ignore_errors=True)

    def _happened(self, what: str) -> None:
        self._counts[what] += 1

    def _keep(self, work: Coroutine[Any, Any, None], name: str = "") -> asyncio.Task[None]:
        async def quietly() -> None:
            with contextlib.suppress(Died):
                await work

        task = asyncio.create_task(quietly(), name=name or work.__qualname__)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._report.violations.append(f"the harness stumbled: {error!r}")

    # what people do

    async def _do(self, step: Step) -> None:
        person, more = self._people[step.who], step.more
        if step.what in NETWORK:
            fault = Fault(step.what, more["direction"], more["frame"], more["seconds"])
            person.link.arm(fault)
        elif step.what in ("kill relay", "stop relay", "kill client"):
            self._arm(step, person)
        elif step.what.startswith("fill"):
            self._fill(step, person)
        elif step.what.startswith("jump"):
            self._happened(step.what)
            thing = self._relay if step.what == "jump relay" else person
            thing.clock.set(more["seconds"])
        elif step.what == "away":
            self._happened("away")
            self._keep(self._away(person, more["for"]))
        elif step.what == "create":
            self._keep(self._create(person))
            await self._settle(3)
        elif step.what == "join":
            if self._code is not None:
                self._keep(self._join(person))
        elif step.what == "wait":
            await self._settle(1)
        elif person.code is not None:
            self._deed(step, person)

    def _deed(self, step: Step, person: Person) -> None:
        label = f"{self._plan.seed}.{step.who}.{len(person.notes.said)}"
        match step.what:
            case "say":
                text = label + "x" * step.more.get("bytes", 0)
                self._keep(person.say(label, "say", "say", text=text))
            case "reply" | "edit" | "delete" | "react":
                self._keep(self._change(step, person, label))
            case "rekey":
                self._keep(self._rekey(person, []))
            case "remove":
                self._keep(self._remove(person, step))
            case "leave":
                self._keep(self._leave(person))
            case "title":
                self._keep(self._ask(person, "do", what="set_title", title=label))

    async def _settle(self, seconds: float) -> None:
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=seconds)

    async def _ask(self, person: Person, do: str, **fields: Any) -> None:
        await person.ask(do, **fields)

    async def _create(self, person: Person) -> None:
        person.notes.wants_in = person.is_coming_in = True
        options = {"size": self._plan.size, "history": self._plan.history}
        name = f"Person {person.number}"
        try:
            answer = await person.ask("create", room_key=ROOM_KEY, name=name, **options)
            if "code" in answer:
                self._code = person.code = answer["code"]
        finally:
            person.is_coming_in = False
        self._note_refusal("create", answer)

    async def _join(self, person: Person, key: str | None = None) -> None:
        if person.code is not None or person.is_coming_in:
            return
        person.notes.wants_in = person.is_coming_in = True
        fields = {"code": self._code, "room_key": key or self._key}
        try:
            answer = await person.ask("join", name=f"Person {person.number}", **fields)
            if "code" in answer:
                person.code = answer["code"]
        finally:
            person.is_coming_in = False
        self._note_refusal("join", answer)

    async def _change(self, step: Step, person: Person, label: str) -> None:
        people = [person] if step.what in ("edit", "delete") else self._here()
        said = [one for other in people for one in other.notes.said.values()]
        known = [one.id for one in said if one.kind == "say" and one.id is not None]
        if not known:
            return
        target = known[-min(step.more["back"], len(known))]
        if step.what == "reply":
            await person.say(label, "say", "say", text=label, in_reply_to=target)
            return
        more = {"edit": {"text": f"{label} edited"}, "delete": {}, "react": {"sign": "👍"}}
        fields = {"what": step.what, "message": target, **more[step.what]}
        await person.say(label, step.what, "change", **fields)

    async def _rekey(self, person: Person, removed: list[str]) -> None:
        key = f"{ROOM_KEY} {len(self._keys)}"
        self._keys.append(key)
        fields = {"what": "change_room_key", "new_key": key, "remove": removed}
        answer = await person.ask("do", **fields)
        if "error" not in answer:
            self._key = key
        self._note_refusal("rekey", answer)

    async def _remove(self, person: Person, step: Step) -> None:
        whom = self._people[step.more["whom"]]
        if whom.code is None:
            return
        look = await whom.ask("look")
        if "pseudonym" not in look:
            return
        whom.notes.may_be_removed = True
        if step.more["rekey"]:
            await self._rekey(person, [look["pseudonym"]])
            return
        answer = await person.ask("do", what="remove", member=look["pseudonym"])
        self._note_refusal("remove", answer)

    async def _leave(self, person: Person) -> None:
        person.notes.may_have_left = True
        answer = await person.ask("do", what="leave")
        if "error" not in answer:
            person.code, person.notes.wants_in = None, False
        self._note_refusal("leave", answer)

    def _note_refusal(self, what: str, answer: dict[str, Any]) -> None:
        self._counts[f"did {what}"] += "error" not in answer
        if "error" in answer:
            self._counts[f"told {answer['error']}"] += 1

    def _here(self) -> list[Person]:
        return [self._people[who] for who in self._plan.people]

    # what goes wrong

    def _arm(self, step: Step, person: Person) -> None:
        more = step.more

        async def act() -> None:
            if step.what == "kill client":
                ending = person.kill_and_restart(more["back"], self._keep)
            else:
                how = signal.SIGKILL if step.what == "kill relay" else signal.SIGTERM
                ending = self._relay.restart_after(how, more["back"], self._keep)
            # this line goes down with it, and must not take the rest along
            await asyncio.wait((self._keep(ending),))

        fault = Fault(step.what, more["direction"], more["frame"], 0.0, act, more["before"])
        person.link.arm(fault)

    def _fill(self, step: Step, person: Person) -> None:
        thing = self._relay if step.what == "fill relay" else person
        process = thing.process
        is_node = thing is person and KINDS[person.number] == "web"
        if not thing.disk.fill(None if is_node else process):
            self._counts[f"not {step.what}"] += 1
            return
        self._happened(step.what)

        async def empty() -> None:
            await asyncio.sleep(step.more["for"])
            thing.disk.empty()

        self._keep(empty())

    async def _away(self, person: Person, seconds: float) -> None:
        person.link.is_away = True
        person.link.cut()
        await asyncio.sleep(seconds)
        person.link.is_away = False

    # healing

    async def _heal(self) -> None:
        for person in self._here():
            person.link.heal()
            person.disk.empty()
        self._relay.disk.empty()
        await self._settle(2)
        await self._relay.start()
        for person in self._here():
            await person.start(self._code)

    async def _converge(self) -> None:
        deadline = time.monotonic() + PATIENCE
        has_ended: set[int] = set()
        while True:
            problem = await self._step_closer(has_ended)
            if problem is None:
                return
            if time.monotonic() > deadline:
                self._report.violations.append(f"did not converge: {problem}")
                return
            await asyncio.sleep(0.03)

    async def _step_closer(self, has_ended: set[int]) -> str | None:
        await self._bring_in()
        looks = await self._looks()
        had_ended = set(has_ended)
        for who, look in looks.items():
            person = self._people[who]
            if look["needs_room_key"]:
                for key in reversed(self._keys):
                    answer = await person.ask("do", what="give_room_key", room_key=key)
                    if "error" not in answer:
                        break
            elif look["state"] == "online" and who not in has_ended:
                has_ended.add(who)
                label = f"{self._plan.seed}.{who}.end"
                await person.say(label, "say", "say", text=label)
        room = self._room(looks)
        if room is None and self._is_over():
            return None
        if room is None:
            return f"there is no room: {looks}"
        members = {who: look for who, look in looks.items() if look["state"] != "removed"}
        unsettled = {w: look for w, look in members.items() if not oracle.is_settled(room, look)}
        outside = [w for w in self._plan.people if self._wants_in(self._people[w])]
        if unsettled or outside or not set(members) <= had_ended:
            return f"head {room.head}, epoch {room.epoch}; unsettled {unsettled}; out {outside}"
        if self._tasks:
            return f"not answered: {[task.get_name() for task in self._tasks]}"
        after = self._room(await self._looks())
        return None if after == room else "the room goes on"

    def _is_over(self) -> bool:
        """Whether everybody has left."""
        people = self._here()
        is_anybody_in = any(one.code is not None or one.notes.wants_in for one in people)
        return self._code is not None and not is_anybody_in and not self._tasks

    def _wants_in(self, person: Person) -> bool:
        return person.notes.wants_in and person.code is None

    async def _bring_in(self) -> None:
        first = self._people[self._plan.people[0]]
        if self._code is None:
            await first.start()
            self._code = first.code
            if self._code is None and not first.is_coming_in:
                await self._create(first)
            return
        for person in self._here():
            if person.process is None:
                await person.start(self._code)
            for key in reversed(self._keys):
                if self._wants_in(person):
                    await self._join(person, key)

    async def _looks(self) -> dict[int, dict[str, Any]]:
        looks = {}
        for person in self._here():
            if person.code is not None:
                look = await person.ask("look")
                if "state" in look:
                    looks[person.number] = look
        return looks

    def _room(self, looks: dict[int, dict[str, Any]]) -> oracle.RelayRoom | None:
        for look in looks.values():
            return oracle.read_room(self._relay.database, look["room"])
        return None

    # judging

    async def _check(self) -> None:
        report, looks = self._report, await self._looks()
        found = report.violations
        room = self._room(looks)
        people = {person.number: person.notes for person in self._here()}
        for who, notes in people.items():
            found += [f"{who} crashed: {text}" for text in notes.crashes]
            found += [f"{who} cannot read {text}" for text in notes.unreadable]
            found += [f"{who} was told {code}" for code in notes.troubles if code in FATAL]
            self._counts.update(f"told {code}" for code in notes.troubles)
        if room is None:
            found += [] if self._is_over() else ["there is no room"]
            return
        members = {who: look for who, look in looks.items() if look["state"] != "removed"}
        for who in looks.keys() - members.keys():
            if not (people[who].may_be_removed or people[who].may_have_left):
                found.append(f"{who} is out of the room, and nobody removed it")
        shown = {}
        for who in members:
            shown[who] = (await self._people[who].ask("timeline"))["shown"]
        stayed = {
            look["leaf"]
            for who, look in members.items()
            if not (people[who].may_be_removed or people[who].may_have_left)
        }
        found += oracle.broken_log(room)
        found += oracle.broken_promises(room, people, stayed)
        found += oracle.broken_agreement(room, members)
        found += oracle.broken_timelines(self._plan, people, shown)
        report.messages = sum(row.kind == "message" for row in room.rows)
        report.epochs, report.members = room.epoch, len(members)
