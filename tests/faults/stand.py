"""Where runs happen: a relay, people, and lines between them on which anything may go wrong."""

import asyncio
import contextlib
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from .chromium import Chromium
from .deeds import Deeds
from .healing import PATIENCE, Healing
from .judging import judge
from .mishaps import KILLS, WORLD, Mishaps
from .person import Person
from .plan import BROWSER, KINDS, Plan
from .processes import Died, NodeStarter, Nursery, PersonProcess, Switchboard, launch
from .proxy import NETWORK, Link
from .relay import FaultyRelay
from .scene import Report, Scene
from .world import Clock, Disk


class Stand:
    """One relay and those who may come; carries out one plan after another."""

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
        self._starters: dict[str, Nursery | NodeStarter] = {"python": pythons, "web": nodes}
        self._relay = FaultyRelay(
            relays,
            Disk(folder / "relay"),
            Clock(folder / "relay.clock", self._happened),
            folder / "relay.log",
        )
        self._people: list[Person] = []
        self._number = 0
        self._where = ""

    async def open(self) -> None:
        """Start the relay and the lines."""
        await self._switchboard.open()
        await self._relay.start()
        for number in range(len(KINDS)):
            link = Link(self._relay.port, self._happened)
            await link.open()
            clock = Clock(self._folder / f"{number}.clock", self._happened)
            disk = Disk(self._folder / str(number))
            launch_it = partial(self._launch, number, clock)
            self._people.append(Person(number, launch_it, link, disk, clock))

    async def _launch(
        self, number: int, clock: Clock, folder: Path, heard: Callable[[dict[str, Any]], None]
    ) -> PersonProcess | Chromium:
        log = self._folder / f"{number}.log"
        starter = self._starters.get(KINDS[number])
        if starter is None:
            return await Chromium.launch(folder, log, heard)
        return await launch(starter, self._switchboard, clock.environment, log, heard)

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
        scene = Scene(plan, self._people, self._relay, self._counts)
        self._number += 1
        run = f"{plan.seed}-{self._number}"
        began = time.monotonic()
        try:
            async with asyncio.timeout(2 * PATIENCE):
                await self._carry_out(scene, run)
        except TimeoutError:
            scene.report.violations.append(f"hung: {self._where}")
        except Exception as error:
            scene.report.violations.append(f"the harness stumbled: {error!r}")
        finally:
            await self._tidy(scene, run)
        scene.report.seconds = time.monotonic() - began
        return scene.report

    async def _carry_out(self, scene: Scene, run: str) -> None:
        self._where = "at the beginning"
        await self._relay.start()
        is_stretched = scene.plan.has_browser
        beginning = (p.begin(run, is_stretched=is_stretched) for p in scene.people.values())
        await asyncio.gather(*beginning)
        deeds, mishaps = Deeds(scene), Mishaps(scene)
        for step in scene.plan.steps:
            self._where = f"at {step}"
            if step.what in (*NETWORK, *KILLS, *WORLD):
                mishaps.begin(step)
            else:
                await deeds.do(step)
            await asyncio.sleep(step.pause)
        healing = Healing(scene, deeds)
        self._where = "healing"
        await healing.heal()
        self._where = "converging"
        await healing.converge()
        self._where = "checking"
        await judge(scene)

    async def _tidy(self, scene: Scene, run: str) -> None:
        await scene.end()
        self._relay.clock.set(0)
        for person in scene.people.values():
            person.link.heal()
            person.clock.set(0)
            with contextlib.suppress(Died, TimeoutError):
                async with asyncio.timeout(20):
                    await person.ask("stop")
            if KINDS[person.number] == BROWSER:
                # it holds its folder as long as it runs
                await person.kill()
            shutil.rmtree(person.disk.folder / run, ignore_errors=True)

    def _happened(self, what: str) -> None:
        self._counts[what] += 1
