"""What happens in one run, drawn from its seed."""

import random
from dataclasses import dataclass, field
from typing import Any

from .proxy import NETWORK

BROWSER = "chromium"
KINDS = ("python", "python", "web", "web", BROWSER)
"""The clients of a stand, by place: Python's, the page's in Node, and the page in a browser."""

BROWSER_EVERY = 20
"""One plan of so many has the browser in it, which takes its time to start."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody does, or that goes wrong; `who` is a place among the clients."""

    what: str
    who: int = 0
    more: dict[str, Any] = field(default_factory=dict)
    pause: float = 0.0

    def __str__(self) -> str:
        more = " ".join(f"{name}={value}" for name, value in self.more.items())
        pause = f", then {self.pause:.3f} s" if self.pause else ""
        return f"{self.what} {KINDS[self.who]}{self.who} {more}".strip() + pause


@dataclass(frozen=True, slots=True)
class Plan:
    """Who is there, what room it is, and the steps; the first of `people` makes the room."""

    seed: int
    people: tuple[int, ...]
    size: str
    history: str
    steps: tuple[Step, ...]

    @property
    def has_browser(self) -> bool:
        """Whether somebody uses a browser."""
        return any(KINDS[who] == BROWSER for who in self.people)

    def __str__(self) -> str:
        people = ", ".join(f"{KINDS[who]}{who}" for who in self.people)
        head = f"seed {self.seed}: {people}; a {self.size} room of {self.history} history"
        return "\n".join((head, *(f"  {step}" for step in self.steps)))


_DEEDS = {
    "say": 36,
    "reply": 5,
    "edit": 4,
    "delete": 2,
    "react": 4,
    "join": 7,
    "rekey": 3,
    "remove": 3,
    "leave": 2,
    "title": 3,
    "wait": 3,
}
_FAULTS = {
    "network": 32,
    "kill relay": 6,
    "stop relay": 2,
    "kill client": 9,
    "fill relay": 3,
    "fill client": 3,
    "jump relay": 2,
    "jump client": 3,
    "away": 4,
}
_OF_KIND = {
    "lose push": {"direction": "down", "at": "push"},
    "lose answer": {"direction": "down", "at": "answer"},
    "duplicate request": {"direction": "up", "at": "request"},
}
"""What is aimed at frames of one kind; it comes more often than what is not."""
_PAUSES = (0.0, 0.0, 0.0, 0.01, 0.03, 0.08)
_JUMPS = (-2 * 86400, -3600, -90, 90, 3600, 2 * 86400)


def draw(seed: int) -> Plan:
    """Draw the plan of a seed, always the same."""
    chance = random.Random(seed)
    browser = KINDS.index(BROWSER)
    if seed % BROWSER_EVERY == 0:
        # Python's clients stretch room keys as the page does
        people = tuple(chance.sample((0, 1, browser), chance.choice((2, 3))))
        if browser not in people:
            people = (browser, people[0])
    else:
        people = tuple(chance.sample(range(browser), chance.choice((2, 3, 3, 3, 4))))
    size = chance.choice(("large", "large", "hybrid"))
    history = chance.choice(("shared", "shared", "shared", "strict"))
    steps: list[Step] = []
    if chance.random() < 0.3:
        steps.append(_fault(chance, people[:1]))
    steps.append(Step("create", people[0]))
    steps += [Step("join", who) for who in people[1:] if chance.random() < 0.7]
    if chance.random() < 0.7:
        steps.append(Step("wait"))
    for _ in range(chance.randint(10, 18)):
        if chance.random() < 0.5:
            steps.append(_fault(chance, people))
            # what is lost or comes late shows when more follows it at once
            fault = steps[-1]
            others = [who for who in people if who != fault.who]
            burst = chance.choice((0, 0, 3, 5))
            match fault.more.get("at", "frame"):
                case "push":
                    speakers = [chance.choice(others)] * 4
                case "answer" | "request":
                    speakers = [fault.who] * 2
                case _:
                    speakers = [chance.choice(others) for _ in range(burst)]
            steps += [Step("say", who) for who in speakers]
        for _ in range(chance.choice((1, 1, 2, 3))):
            steps.append(_deed(chance, people))
    if browser in people:
        steps = [_by_browser(step) for step in steps if step.what not in ("remove", "leave")]
        # each of the few such plans kills it at least once, while it sends
        more = {**_OF_KIND["duplicate request"], "frame": 1, "before": False, "back": 0.1}
        says = [Step("say", browser)] * 2
        steps += [Step("wait"), Step("kill client", browser, more), *says, Step("wait")]
    return Plan(seed, people, size, history, tuple(steps))


def losing_pushes(seed: int, listener: int) -> Plan:
    """Plan a run in which a listener misses pushes all the time, and nothing else goes wrong."""
    chance = random.Random(seed)
    speaker = chance.choice([who for who in range(KINDS.index(BROWSER)) if who != listener])
    # it is in before anything is said to it
    steps = [Step("create", speaker), Step("join", listener), *[Step("wait")] * 30]
    for _ in range(6):
        more = {**_OF_KIND["lose push"], "frame": 1, "seconds": 0.1}
        steps += [Step("lose push", listener, more), *[Step("say", speaker)] * 4, Step("wait")]
    return Plan(seed, (speaker, listener), "large", "shared", tuple(steps))


def _by_browser(step: Step) -> Step:
    # its disk and its clock are left alone
    is_of_world = step.what in ("fill client", "jump client") and KINDS[step.who] == BROWSER
    return Step("reload", step.who, {}, step.pause) if is_of_world else step


def _deed(chance: random.Random, people: tuple[int, ...]) -> Step:
    what = chance.choices(tuple(_DEEDS), tuple(_DEEDS.values()))[0]
    who = chance.choice(people)
    more: dict[str, Any] = {}
    if what in ("rekey", "remove", "title"):
        who = people[0]
    if what == "remove":
        more = {"whom": chance.choice(people[1:]), "rekey": chance.random() < 0.5}
    if what == "say" and chance.random() < 0.1:
        more = {"bytes": chance.choice((1_000, 20_000, 60_000))}
    if what in ("reply", "edit", "delete", "react"):
        more = {"back": chance.randint(1, 4)}
    return Step(what, who, more, chance.choice(_PAUSES))


def _fault(chance: random.Random, people: tuple[int, ...]) -> Step:
    what = chance.choices(tuple(_FAULTS), tuple(_FAULTS.values()))[0]
    who = chance.choice(people)
    at = {
        "direction": chance.choice(("up", "down")),
        "frame": chance.choice((1, 1, 1, 2, 3, 5)),
    }
    more: dict[str, Any] = {}
    if what == "network":
        what = chance.choice((*NETWORK, *_OF_KIND, *_OF_KIND))
        more = {**at, "seconds": round(chance.choice((0.02, 0.1, 0.4)), 3)}
        if what in _OF_KIND:
            more |= _OF_KIND[what] | {"frame": 1}
    elif what in ("kill relay", "kill client", "stop relay"):
        back = round(chance.choice((0.0, 0.02, 0.1, 0.3)), 2)
        more = {**at, "at": "frame", "before": chance.random() < 0.5, "back": back}
        if chance.random() < 0.4:
            # between what is appended and what is done with its answer
            more |= chance.choice((_OF_KIND["lose answer"], _OF_KIND["duplicate request"]))
            more["frame"] = 1
    elif what.startswith("jump"):
        more = {"seconds": chance.choice(_JUMPS)}
    elif what.startswith("fill") or what == "away":
        more = {"for": round(chance.uniform(0.02, 0.3), 2)}
    return Step(what, who, more, chance.choice(_PAUSES))
