"""What is looked at after a run."""

import asyncio
from typing import Any

from roomkey.keys.safety_code import safety_code

from . import oracle
from .healing import is_over, looks_of, room_of
from .person import Notes
from .plan import BROWSER, KINDS
from .scene import Scene

Map = dict[str, Any]
READING_TRIES = 200

FATAL = ("state_corrupt", "policy_violation", "ghost_member")


async def judge(scene: Scene) -> None:
    """Look what became of everything that was said, and write down what is wrong."""
    found, looks = scene.report.violations, await looks_of(scene)
    room = room_of(scene, looks)
    people = {who: person.notes for who, person in scene.people.items()}
    for who, notes in people.items():
        found += [f"{who} crashed: {text}" for text in notes.crashes]
        found += [f"{who} cannot read {text}" for text in notes.unreadable]
        found += [f"{who} was told {code}" for code in notes.troubles if code in FATAL]
        for code in notes.troubles:
            scene.count(f"told {code}")
    if room is None:
        found += [] if is_over(scene) else ["there is no room"]
        return
    members = {who: look for who, look in looks.items() if look["state"] != "removed"}
    for who in looks.keys() - members.keys():
        if not (people[who].may_be_removed or people[who].may_have_left):
            found.append(f"{who} is out of the room, and nobody removed it")
    looks = with_names_of_others(looks, people)
    members = {who: looks[who] for who in members}
    timelines = {who: await scene.people[who].ask("timeline") for who in members}
    for who in members:
        if KINDS[who] == BROWSER:
            timelines[who] = await _when_read(scene, who, timelines)
            found += oracle.broken_page(timelines[who])
    shown = {who: timeline["shown"] for who, timeline in timelines.items()}
    kept = {looks[who]["leaf"]: timeline["kept"] for who, timeline in timelines.items()}
    stayed = {
        look["leaf"]
        for who, look in members.items()
        if not (people[who].may_be_removed or people[who].may_have_left)
    }
    found += oracle.broken_log(room)
    found += oracle.broken_promises(room, people, stayed)
    found += oracle.broken_agreement(room, members)
    found += oracle.broken_timelines(scene.plan, people, shown)
    entrances = oracle.read_entrances(scene.relay.database, room.id)
    found += oracle.broken_following(entrances, kept, shown)
    scene.report.messages = sum(row.kind == "message" for row in room.rows)
    scene.report.epochs, scene.report.members = room.epoch, len(members)


def with_names_of_others(looks: dict[int, Map], people: dict[int, Notes]) -> dict[int, Map]:
    """Name the page's member and its group as the other clients do, and not as pages do."""
    leaves: dict[str, str] = {}
    digits: dict[str, str] = {}
    for look in looks.values():
        leaves |= look.get("leaves", {})
        if look.get("leaves"):
            shown = str(safety_code(bytes.fromhex(look["authenticator"])))
            digits[shown] = look["authenticator"]
    for notes in people.values():
        for one in notes.said.values():
            one.leaf = leaves.get(one.leaf or "", one.leaf)
    named = {}
    for who, look in looks.items():
        seen = str(look["authenticator"])
        named[who] = look | {
            "leaf": leaves.get(look["leaf"], look["leaf"]),
            "authenticator": digits.get(seen, seen),
        }
    return named


async def _when_read(scene: Scene, who: int, others: dict[int, Map]) -> Map:
    """Give the page's timeline when it has what the others have, or never will."""
    wanted = {message[0]: message for other in others.values() for message in other["shown"]}
    for _ in range(READING_TRIES):
        timeline = await scene.people[who].ask("timeline")
        shown = {message[0]: message for message in timeline["shown"]}
        first = min(shown, default=0)
        if all(shown.get(seq) == message for seq, message in wanted.items() if seq >= first):
            break
        await asyncio.sleep(0.05)
    return timeline
