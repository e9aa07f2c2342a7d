"""What goes wrong in a run: on the lines, with processes, disks and clocks."""

import asyncio
import signal

from .person import Person
from .plan import KINDS, Step
from .proxy import NETWORK, Fault
from .scene import Scene

KILLS = ("kill relay", "kill client", "stop relay")
WORLD = ("fill relay", "fill client", "jump relay", "jump client", "away", "reload")


class Mishaps:
    """Has things go wrong as a plan says."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    def begin(self, step: Step) -> None:
        """Let something go wrong, now or at the frame that it waits for."""
        person, more = self._scene.people[step.who], step.more
        if step.what in NETWORK:
            at = more.get("at", "frame")
            fault = Fault(step.what, more["direction"], more["frame"], more["seconds"], at)
            person.link.arm(fault)
        elif step.what in KILLS:
            self._kill(step, person)
        elif step.what.startswith("fill"):
            self._fill(step, person)
        elif step.what.startswith("jump"):
            self._scene.count(step.what)
            thing = self._scene.relay if step.what == "jump relay" else person
            thing.clock.set(more["seconds"])
        elif step.what == "reload":
            self._reload(person)
        else:
            self._scene.count("away")
            self._scene.keep(_away(person, more["for"]))

    def _kill(self, step: Step, person: Person) -> None:
        scene, more = self._scene, step.more

        async def act() -> None:
            if step.what == "kill client":
                ending = person.kill_and_restart(more["back"], scene.keep)
            else:
                how = signal.SIGKILL if step.what == "kill relay" else signal.SIGTERM
                ending = scene.relay.restart_after(how, more["back"], scene.keep)
            # this line goes down with it, and must not take the rest along
            await asyncio.wait((scene.keep(ending),))

        fault = Fault(step.what, more["direction"], more["frame"], 0.0, more["at"], act)
        fault.is_before = more["before"]
        person.link.arm(fault)

    def _reload(self, person: Person) -> None:
        if person.code is not None:
            self._scene.count("reload")
            code, person.code = person.code, None
            self._scene.keep(person.start(code))

    def _fill(self, step: Step, person: Person) -> None:
        thing = self._scene.relay if step.what == "fill relay" else person
        is_node = thing is person and KINDS[person.number] == "web"
        if not thing.disk.fill(None if is_node else thing.process):
            self._scene.count(f"not {step.what}")
            return
        self._scene.count(step.what)

        async def empty() -> None:
            await asyncio.sleep(step.more["for"])
            thing.disk.empty()

        self._scene.keep(empty())


async def _away(person: Person, seconds: float) -> None:
    person.link.is_away = True
    person.link.cut()
    await asyncio.sleep(seconds)
    person.link.is_away = False
