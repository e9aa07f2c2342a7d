"""How a run ends: nothing is wrong any more, and everybody comes to have everything."""

import asyncio
import time
from typing import Any

from . import oracle
from .deeds import Deeds
from .person import Person
from .scene import Scene

PATIENCE = 90
"""Seconds after which a run has not converged; nothing is expected to take nearly as long."""


class Healing:
    """Mends what is broken, has all who want to be in the room in it, and waits for them."""

    def __init__(self, scene: Scene, deeds: Deeds) -> None:
        self._scene, self._deeds = scene, deeds
        self._has_ended: set[int] = set()

    async def heal(self) -> None:
        """Let everything work from now on."""
        scene = self._scene
        for person in scene.people.values():
            person.link.heal()
            person.disk.empty()
        scene.relay.disk.empty()
        await scene.settle(2)
        await scene.relay.start()
        for person in scene.people.values():
            await person.start(scene.code)

    async def converge(self) -> None:
        """Wait until everybody has everything, or find that this does not come."""
        deadline = time.monotonic() + PATIENCE
        while True:
            problem = await self._step_closer()
            if problem is None:
                return
            if time.monotonic() > deadline:
                self._scene.report.violations.append(f"did not converge: {problem}")
                return
            await asyncio.sleep(0.03)

    async def _step_closer(self) -> str | None:
        scene = self._scene
        await self._bring_in()
        looks = await looks_of(scene)
        had_ended = set(self._has_ended)
        for who, look in looks.items():
            await self._go_on(who, look)
        room = room_of(scene, looks)
        if room is None:
            return None if is_over(scene) else f"there is no room: {looks}"
        members = {who: look for who, look in looks.items() if look["state"] != "removed"}
        unsettled = {w: look for w, look in members.items() if not oracle.is_settled(room, look)}
        outside = [who for who, person in scene.people.items() if _wants_in(person)]
        if unsettled or outside or not set(members) <= had_ended:
            return f"head {room.head}, epoch {room.epoch}; unsettled {unsettled}; out {outside}"
        if scene.tasks:
            return f"not answered: {[task.get_name() for task in scene.tasks]}"
        after = room_of(scene, await looks_of(scene))
        return None if after == room else "the room goes on"

    async def _go_on(self, who: int, look: dict[str, Any]) -> None:
        person = self._scene.people[who]
        if look["needs_room_key"]:
            for key in reversed(self._scene.keys):
                answer = await person.ask("do", what="give_room_key", room_key=key)
                if "error" not in answer:
                    break
        elif look["state"] == "online" and who not in self._has_ended:
            self._has_ended.add(who)
            label = f"{self._scene.plan.seed}.{who}.end"
            await person.say(label, "say", "say", text=label)

    async def _bring_in(self) -> None:
        scene = self._scene
        first = scene.people[scene.plan.people[0]]
        if scene.code is None:
            await first.start()
            scene.code = first.code
            if scene.code is None and not first.is_coming_in:
                await self._deeds.create(first)
            return
        for person in scene.people.values():
            # what the page shows is held against what somebody else has
            person.notes.wants_in |= scene.plan.has_browser
            if person.process is None:
                await person.start(scene.code)
            for key in reversed(scene.keys):
                if _wants_in(person):
                    await self._deeds.join(person, key)


async def looks_of(scene: Scene) -> dict[int, dict[str, Any]]:
    """Ask all who are in the room how it looks to them."""
    looks = {}
    for who, person in scene.people.items():
        if person.code is not None:
            look = await person.ask("look")
            if "state" in look:
                looks[who] = look
    return looks


def room_of(scene: Scene, looks: dict[int, dict[str, Any]]) -> oracle.RelayRoom | None:
    """Read the room as it lies on the relay; None while nobody knows of one."""
    if scene.code is None or not looks:
        return None
    return oracle.read_room(scene.relay.database, scene.relay.room_id(scene.code))


def is_over(scene: Scene) -> bool:
    """Whether everybody has left."""
    people = scene.people.values()
    is_anybody_in = any(one.code is not None or one.notes.wants_in for one in people)
    return scene.code is not None and not is_anybody_in and not scene.tasks


def _wants_in(person: Person) -> bool:
    return person.notes.wants_in and person.code is None
