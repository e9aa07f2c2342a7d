"""What must hold after a run, whatever went wrong in it."""

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from roomkey.mls.framing import SenderType
from roomkey.mls.message import decode_message
from roomkey.mls.public_message import PublicMessage

from .person import Notes, Said
from .plan import Plan

Map = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """An envelope as it lies in the relay's database."""

    seq: int
    time: int
    kind: str
    epoch: int
    leaf: str
    request: str


@dataclass(frozen=True, slots=True)
class RelayRoom:
    """A room as it lies in the relay's database."""

    id: str
    head: int
    epoch: int
    key_id: int
    rows: tuple[Row, ...]


def read_room(database: Path, room: str) -> RelayRoom | None:
    """Read a room from the relay's database; None if it is not there."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30) as connection:
        name = (bytes.fromhex(room),)
        found = "SELECT head, epoch, key_id FROM rooms WHERE room = ?"
        facts = connection.execute(found, name).fetchone()
        listed = "SELECT seq, time, kind, epoch, leaf, request FROM envelopes WHERE room = ?"
        rows = connection.execute(f"{listed} ORDER BY seq", name).fetchall()
    connection.close()
    if facts is None:
        return None
    made = (Row(*row[:4], row[4].hex(), row[5].hex()) for row in rows)
    return RelayRoom(room, *facts, tuple(made))


def read_entrances(database: Path, room: str) -> dict[str, int]:
    """Read where each leaf last came in from outside; who made the room is not among them."""
    listed = "SELECT seq, leaf, body FROM envelopes WHERE room = ? AND kind = 'commit' ORDER BY seq"
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30) as connection:
        rows = connection.execute(listed, (bytes.fromhex(room),)).fetchall()
    connection.close()
    return {leaf.hex(): seq for seq, leaf, body in rows if _is_from_outside(body)}


def _is_from_outside(commit: bytes) -> bool:
    message = decode_message(commit)
    if not isinstance(message, PublicMessage):
        return False
    return message.framed.sender.type == SenderType.NEW_MEMBER_COMMIT


def is_settled(room: RelayRoom, look: Map) -> bool:
    """Say whether a member has everything, and nothing is left for it to do."""
    return (
        look["state"] == "online"
        # how far the page has read shows in its timeline alone
        and look["cursor"] in (room.head, None)
        and look["epoch"] == room.epoch
        and not (look["waiting"] or look["has_pending"] or look["statements"])
    )


def broken_log(room: RelayRoom) -> Iterator[str]:
    """Say what is wrong with a log by itself."""
    if [row.seq for row in room.rows] != list(range(1, room.head + 1)):
        yield f"the sequence is not dense: {[row.seq for row in room.rows]} of {room.head}"
    commits = [row.epoch for row in room.rows if row.kind == "commit"]
    if commits != list(range(room.epoch)):
        yield f"not one commit per epoch: {commits} before epoch {room.epoch}"
    epoch = 0
    for row in room.rows:
        if row.epoch != epoch:
            yield f"{row.kind} {row.seq} is of epoch {row.epoch} at a place of epoch {epoch}"
        epoch += row.kind == "commit"
    if sorted(row.time for row in room.rows) != [row.time for row in room.rows]:
        yield "the log's time runs backwards"
    requests = Counter((row.leaf, row.request) for row in room.rows)
    yield from (f"a request is there {n} times" for n in requests.values() if n > 1)


def broken_promises(
    room: RelayRoom, people: Mapping[int, Notes], leaves: set[str]
) -> Iterator[str]:
    """Say what was acknowledged and is lost or there twice; `leaves` were members throughout."""
    places = {row.seq: row for row in room.rows}
    said = [one for notes in people.values() for one in notes.said.values()]
    for one in said:
        row = None if one.seq is None else places.get(one.seq)
        if one.seq is not None and (row is None or (row.kind, row.leaf) != ("message", one.leaf)):
            yield f"{one.label} was acknowledged at {one.seq} and is not there"
    stored = Counter(one.seq for one in said if one.seq is not None)
    yield from (f"{n} things were stored at {seq}" for seq, n in stored.items() if n > 1)
    found = Counter(row.leaf for row in room.rows if row.kind == "message")
    # a client that died with the answer may or may not have queued it
    unsure = Counter({True: 0})
    for notes in people.values():
        unknown = sum(one.leaf is None and not one.is_refused for one in notes.said.values())
        for leaf in {one.leaf for one in notes.said.values() if one.leaf}:
            unsure[leaf] = unknown
    for leaf in leaves:
        taken = sum(one.leaf == leaf and not one.is_refused for one in said)
        if not taken <= found[leaf] <= taken + unsure[leaf]:
            yield f"a client took {taken} (+ {unsure[leaf]}) to send, the log has {found[leaf]}"


def broken_agreement(room: RelayRoom, looks: Mapping[int, Map]) -> Iterator[str]:
    """Say in what the members of a room differ."""
    for what in ("epoch", "authenticator", "key_id", "members", "title"):
        seen = {who: look[what] for who, look in looks.items()}
        if len({str(value) for value in seen.values()}) > 1:
            yield f"members differ in {what}: {seen}"
    here = sorted(look["pseudonym"] for look in looks.values())
    for who, look in looks.items():
        if look["members"] != here:
            yield f"{who} sees {len(look['members'])} members, and {len(here)} clients are in"
    if looks and {look["key_id"] for look in looks.values()} != {room.key_id}:
        yield "members have another room key than the relay"


def broken_timelines(
    plan: Plan, people: Mapping[int, Notes], shown: Mapping[int, Sequence[Sequence[Any]]]
) -> Iterator[str]:
    """Say in what the timelines differ, and what is missing in them."""
    for who, timeline in shown.items():
        for name, what in (("id", 1), ("place", 0)):
            times = Counter(str(message[what]) for message in timeline)
            yield from (f"{who} shows one {name} {n} times" for n in times.values() if n > 1)
    first_by_seq: dict[int, tuple[int, Sequence[Any]]] = {}
    for who, timeline in shown.items():
        for message in timeline:
            before = first_by_seq.setdefault(message[0], (who, message))
            if before[1] != message:
                yield f"{before[0]} and {who} differ at {message[0]}: {before[1]} / {message}"
    if plan.history != "shared":
        return
    everything = {message[1] for timeline in shown.values() for message in timeline}
    for who, timeline in shown.items():
        missing = everything - {message[1] for message in timeline}
        if missing:
            yield f"{who} does not show {len(missing)} messages of {len(everything)}"
    for notes in people.values():
        for one in notes.said.values():
            if _must_be_shown(one) and one.id not in everything and shown:
                yield f"{one.label} was stored at {one.seq} and nobody shows it"


def broken_following(
    entrances: Mapping[str, int],
    kept: Mapping[str, Collection[int]],
    shown: Mapping[int, Sequence[Sequence[Any]]],
) -> Iterator[str]:
    """Say which members, by leaf, were in when something was said and have not taken it.

    `kept` is what they have without asking for it: what the relay has archived hides what was
    passed over.
    """
    said = {message[0] for timeline in shown.values() for message in timeline}
    for leaf, places in kept.items():
        passed = {seq for seq in said if seq > entrances.get(leaf, 0)} - set(places)
        if passed:
            yield f"a member passed over {len(passed)} messages: {sorted(passed)}"


def broken_page(timeline: Map) -> Iterator[str]:
    """Say in what the page itself differs from what its client gives it."""
    there: Counter[str] = Counter(timeline["on_page"])
    texts: Counter[str] = Counter(
        message[3].strip() for message in timeline["shown"] if not message[6]
    )
    yield from (f"the page shows {text} {n} times" for text, n in there.items() if n > texts[text])
    last = [message[3].strip() for message in timeline["shown"] if not message[6]][-1:]
    yield from (f"the page does not show {text}" for text in last if not there[text])


def _must_be_shown(one: Said) -> bool:
    return one.kind == "say" and one.seq is not None
