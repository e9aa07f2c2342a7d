"""What people do in a run."""

import asyncio
from typing import Any

from .person import Person
from .plan import Step
from .scene import ROOM_KEY, Scene


class Deeds:
    """Has people do what a plan says, each beside the others."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    async def do(self, step: Step) -> None:
        """Begin something; it is waited for only where others can do nothing before."""
        scene = self._scene
        if step.what == "wait":
            await scene.settle(1)
            return
        person = scene.people[step.who]
        if step.what == "create":
            scene.keep(self.create(person))
            # there is nothing to do before, and a browser or a busy machine takes its time
            await scene.settle(30)
        elif step.what == "join":
            if scene.code is not None:
                scene.keep(self.join(person))
        elif person.code is not None:
            self._in_room(step, person)

    def _in_room(self, step: Step, person: Person) -> None:
        scene = self._scene
        label = f"{scene.plan.seed}.{step.who}.{len(person.notes.said)}"
        match step.what:
            case "say":
                text = label + "x" * step.more.get("bytes", 0)
                scene.keep(person.say(label, "say", "say", text=text))
            case "reply" | "edit" | "delete" | "react":
                scene.keep(self._change(step, person, label))
            case "rekey":
                scene.keep(self._rekey(person, []))
            case "remove":
                scene.keep(self._remove(person, step))
            case "leave":
                scene.keep(self._leave(person))
            case "title":
                scene.keep(self._retitle(person, label))

    async def create(self, person: Person) -> None:
        """Make the room."""
        person.notes.wants_in = person.is_coming_in = True
        plan = self._scene.plan
        options = {"size": plan.size, "history": plan.history}
        name = f"Person {person.number}"
        try:
            answer = await person.ask("create", room_key=ROOM_KEY, name=name, **options)
            if "code" in answer:
                self._scene.code = person.code = answer["code"]
        finally:
            person.is_coming_in = False
        self._note("create", answer)

    async def join(self, person: Person, key: str | None = None) -> None:
        """Come into the room, unless one is in it."""
        if person.code is not None or person.is_coming_in:
            return
        person.notes.wants_in = person.is_coming_in = True
        fields = {"code": self._scene.code, "room_key": key or self._scene.key}
        try:
            answer = await person.ask("join", name=f"Person {person.number}", **fields)
            if "code" in answer:
                person.code = answer["code"]
        finally:
            person.is_coming_in = False
        self._note("join", answer)

    async def _change(self, step: Step, person: Person, label: str) -> None:
        own_only = step.what in ("edit", "delete")
        people = [person] if own_only else list(self._scene.people.values())
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
        scene = self._scene
        key = f"{ROOM_KEY} {len(scene.keys)}"
        scene.keys.append(key)
        fields = {"what": "change_room_key", "new_key": key, "remove": removed}
        answer = await person.ask("do", **fields)
        if "error" not in answer:
            scene.key = key
        self._note("rekey", answer)

    async def _remove(self, person: Person, step: Step) -> None:
        whom = self._scene.people[step.more["whom"]]
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
        self._note("remove", answer)

    async def _leave(self, person: Person) -> None:
        person.notes.may_have_left = True
        answer = await person.ask("do", what="leave")
        while answer.get("error") == "state_full":
            # the relay may know, while the room is here still: there is room again later
            await asyncio.sleep(0.05)
            answer = await person.ask("do", what="leave")
        if "error" not in answer:
            person.code, person.notes.wants_in = None, False
        self._note("leave", answer)

    async def _retitle(self, person: Person, title: str) -> None:
        await person.ask("do", what="set_title", title=title)

    def _note(self, what: str, answer: dict[str, Any]) -> None:
        self._scene.count(f"did {what}", "error" not in answer)
        if "error" in answer:
            self._scene.count(f"told {answer['error']}")
