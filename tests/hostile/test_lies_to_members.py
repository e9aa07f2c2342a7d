"""What those in a room see when its relay lies to them; docs/threat-model.md has their words."""

from itertools import cycle
from typing import Any

import pytest
from forging import Forger
from lying_relay import ACK, EVENT, Door, Fields, pack
from playwright.sync_api import expect
from scenes import Room
from told import Told

HOUR_MS = 3_600_000
NO_PACKETS = {
    "nothing": b"",
    "no MessagePack": b"\xc1" * 100,
    "half a packet": b"\x84\xa4type\x02",
    "deep as no packet is": b"\x91" * 100_000 + b"\xc0",
    "a list of four milliards": b"\xdd\xff\xff\xff\xff",
    "larger than any frame": bytes(13 * 1024 * 1024),
}
WRONG = (None, True, -1, 2**64 - 1, 0.5, "", "x" * 1_000_000, b"", bytes(1_000_000), [], [{}], {})
"""What may stand in the place of any field."""


def is_message(envelope: Fields) -> bool:
    return bool(envelope["kind"] == "message")


def test_a_message_left_out(room: Room, told: Told) -> None:
    for door in room.lied_to:
        left_out: list[int] = []

        def leave_out(envelope: Fields, left_out: list[int] = left_out) -> Fields | None:
            if is_message(envelope) and not left_out:
                left_out.append(envelope["seq"])
            return None if envelope["seq"] in left_out else envelope

        door.envelopes(leave_out)
    room.ann.say("left out")
    room.ann.say("after it")
    room.is_shown(told.page, told.terminal)
    room.cleo.sees_no("left out", "after it")
    for door in room.lied_to:
        door.be_honest()
    room.bob.reads("Ann: left out", "Ann: after it")
    room.cleo.sees("left out", "after it")


def number_anew(door: Door) -> None:
    """Leave the next message out, and show what follows it at a place one lower, in all answers."""
    left_out: list[int] = []

    def is_later(place: int) -> bool:
        return bool(left_out) and place >= left_out[0]

    def show(envelope: Fields) -> Fields | None:
        if is_message(envelope) and not left_out:
            left_out.append(envelope["seq"])
        if envelope["seq"] in left_out:
            return None
        return {**envelope, "seq": envelope["seq"] - is_later(envelope["seq"])}

    door.envelopes(show)
    shown = door.answered

    def answered(event: str, asked: Fields, answer: Fields) -> Fields:
        answer = shown(event, asked, answer)
        places = {name: answer[name] for name in ("seq", "head") if name in answer}
        return {**answer, **{name: place - is_later(place) for name, place in places.items()}}

    def asked(event: str, fields: Fields) -> Fields:
        if event != "room.sync":
            return fields
        return {**fields, "after": fields["after"] + is_later(fields["after"])}

    door.answered, door.asked = answered, asked


def test_a_message_left_out_and_the_rest_numbered_anew(room: Room, told: Told) -> None:
    for door in room.lied_to:
        number_anew(door)
    room.ann.say("left out for good")
    room.bob.says("Bob goes on")
    room.cleo.sees("Bob goes on")
    # until Ann says the next, there is nothing to be seen of it
    assert room.ann.safety_digits() == room.bob.safety_digits() == room.cleo.safety_digits()
    expect(room.cleo.page.get_by_text("are missing here")).to_have_count(0)
    room.ann.say("what came next")
    room.bob.reads(*told.terminal, "Ann: what came next")
    for text in told.page:
        room.cleo.reads(text)
    room.cleo.sees("what came next")
    room.cleo.sees_no("left out for good")


def test_messages_held_back(room: Room, told: Told) -> None:
    for door in room.lied_to:
        door.pushed = lambda _event, _fields: []
    room.ann.say("held back")
    room.ann.say("held back too")
    assert room.ann.safety_digits() == room.bob.safety_digits() == room.cleo.safety_digits()
    room.cleo.sees_no("held back", "held back too")
    for door in room.lied_to:
        door.be_honest()
        door.cut()
    room.bob.reads("Ann: held back", "Ann: held back too")
    room.cleo.sees("held back", "held back too")
    assert room.cleo.texts()[-2:] == ["held back", "held back too"]


def test_messages_in_another_order(room: Room, told: Told) -> None:
    for door in room.lied_to:
        door.pushed = lambda _event, _fields: []
    room.ann.say("the earlier one")
    room.ann.say("the later one")

    def turn_around(event: str, _: Fields, answer: Fields) -> Fields:
        if event == "room.sync" and len(answer["envelopes"]) >= 2:
            *_rest, one, other = answer["envelopes"]
            one["body"], other["body"] = other["body"], one["body"]
        return answer

    for door in room.lied_to:
        door.be_honest()
        door.answered = turn_around
        door.cut()
    room.bob.reads("Ann: the later one")
    room.is_shown(told.page, told.terminal)
    room.cleo.sees("the later one")
    room.cleo.sees_no("the earlier one")


def test_a_message_shown_twice(room: Room, told: Told) -> None:
    room.ann.say("said once")
    again = room.anns_door.last("room.send")["message"]
    for door in room.lied_to:
        door.envelopes(lambda envelope: {**envelope, "body": again})
    room.ann.say("covered by the other")
    room.is_shown(told.page, told.terminal)
    room.cleo.sees("said once")


def test_a_message_under_another_name(room: Room, told: Told) -> None:
    bobs, cleos = room.leaf_of(room.bobs_door), room.leaf_of(room.cleos_door)
    for door, leaf in ((room.bobs_door, cleos), (room.cleos_door, bobs)):
        door.envelopes(lambda envelope, leaf=leaf: {**envelope, "leaf": leaf})  # type: ignore[misc]
    room.ann.say("said by Ann")
    room.is_shown(told.page, told.terminal)
    room.cleo.sees_no("said by Ann")


def test_a_message_of_another_room(room: Room, told: Told) -> None:
    # what the relay has of another room is, to who is not in it, as good as any bytes of that form
    other = room.anns_door.last("room.send")["message"]
    group_id = room.anns_door.last("room.send")["room"]
    elsewhere = other.replace(group_id, bytes(len(group_id)))
    assert elsewhere != other
    for door in room.lied_to:
        door.envelopes(lambda envelope: {**envelope, "body": elsewhere})
    room.ann.say("covered by another room's")
    room.is_shown(told.page, told.terminal)


def test_a_wrong_time(room: Room, told: Told) -> None:
    for door in room.lied_to:
        door.envelopes(lambda envelope: {**envelope, "time": envelope["time"] - HOUR_MS})
    room.ann.say("said just now")
    room.bob.reads("Ann: said just now", *told.terminal)
    for text in told.page:
        expect(room.cleo.message("said just now")).to_contain_text(text)


def test_a_ghost_who_comes_in(room: Room, told: Told) -> None:
    room.ann.set_title("A title")
    room.cleo.reads("A title")
    ghost = Forger(room.anns_door.last("room.commit")["group_info"])
    for door in room.lied_to:

        def let_in(envelope: Fields) -> Fields:
            if envelope["kind"] != "commit":
                return envelope
            return {**envelope, "body": ghost.join(), "leaf": ghost.identity.public_key}

        door.envelopes(let_in)
    room.ann.set_title("Another title")
    room.is_shown(told.page, told.terminal)
    room.cleo.has_people("Ann", "Bob", "Cleo")


def test_a_change_held_back(room: Room, told: Told) -> None:
    before = room.ann.safety_digits()
    end = room.anns_door.last("room.envelope")["seq"]

    def hold_back(event: str, _: Fields, answer: Fields) -> Fields:
        if event == "room.sync":
            kept = [envelope for envelope in answer["envelopes"] if envelope["seq"] <= end]
            return {**answer, "envelopes": kept, "head": end}
        return {**answer, "head": end} if event == "room.resume" else answer

    for door in room.lied_to:
        door.pushed = lambda _event, _fields: []
        door.answered = hold_back
    room.ann.set_title("Not for all")
    assert room.ann.safety_digits() != before
    assert room.bob.safety_digits() == room.cleo.safety_digits() == before
    room.bob.says("into the past by Bob")
    room.cleo.say("into the past by Cleo")
    room.is_shown(told.page, told.terminal)
    room.make_peace()
    room.ann.sees("into the past by Bob", "into the past by Cleo")
    assert room.ann.safety_digits() == room.bob.safety_digits() == room.cleo.safety_digits()


def test_a_change_left_out(room: Room, told: Told) -> None:
    for door in room.lied_to:
        left_out: list[int] = []

        def leave_out(envelope: Fields, left_out: list[int] = left_out) -> Fields:
            if envelope["kind"] == "commit" and not left_out:
                left_out.append(envelope["seq"])
            if envelope["seq"] not in left_out:
                return envelope
            return {**envelope, "kind": "leave", "leaf": bytes(32), "body": bytes(64)}

        door.envelopes(leave_out)
    room.ann.set_title("Left out")
    room.ann.say("after the change")
    room.bob.reads(*told.terminal, "Ann: after the change")
    for text in told.page:
        room.cleo.reads(text)
    room.cleo.sees("after the change")
    room.cleo.reads("Left out")


def test_a_false_word_that_somebody_left(room: Room, told: Told) -> None:
    leaf = room.leaf_of(room.cleos_door)
    for door in room.lied_to:
        door.envelopes(
            lambda envelope: {**envelope, "kind": "leave", "leaf": leaf, "body": bytes(64)}
        )
    room.ann.say("covered by the claim")
    room.bob.reads(*told.terminal)
    room.cleos_door.be_honest()
    room.cleo.has_people("Ann", "Bob", "Cleo")


def test_a_false_word_that_the_room_is_closed(room: Room, told: Told) -> None:
    host = room.anns_door.last("room.create")["leaf"]
    for door in room.lied_to:
        door.envelopes(
            lambda envelope: {**envelope, "kind": "close", "leaf": host, "body": bytes(64)}
        )
    room.ann.say("covered by the closing")
    room.is_shown(told.page, told.terminal)
    # nor by an answer
    for door in room.lied_to:
        door.answered = lambda _event, _asked, _answer: {"ok": False, "code": "room_closed"}
        door.cut()
    room.bob.reads("closed by the relay's word alone")


def test_a_log_that_was_shortened(room: Room, told: Told) -> None:
    def shorten(event: str, _: Fields, answer: Fields) -> Fields:
        return {**answer, "head": 1} if event == "room.resume" else answer

    for door in room.lied_to:
        door.answered = shorten
        door.cut()
    room.is_shown(told.page, told.terminal)


def test_an_older_state_of_the_group(room: Room, told: Told) -> None:
    past = room.bobs_door.last("=room.admit")

    def go_back(event: str, _: Fields, answer: Fields) -> Fields:
        if event != "room.admit":
            return answer
        return {**answer, "epoch": past["epoch"], "group_info": past["group_info"]}

    for door in room.lied_to:
        door.answered = go_back
    room.come_back_refused()
    room.is_shown(told.page, told.terminal)


def test_another_room_for_who_comes_back(room: Room, told: Told) -> None:
    def swap(event: str, _: Fields, answer: Fields) -> Fields:
        return {**answer, "room": bytes(16)} if event == "room.open" else answer

    for door in room.lied_to:
        door.answered = swap
        door.cut()
    room.is_shown(told.page, told.terminal)


@pytest.mark.parametrize("frame", NO_PACKETS.values(), ids=NO_PACKETS)
def test_a_frame_that_is_no_packet(
    room: Room, frame: bytes, request: pytest.FixtureRequest
) -> None:
    text = f"after {request.node.callspec.id}"
    for door in room.lied_to:
        door.throw(frame)
    room.ann.say(text)
    room.bob.reads(f"Ann: {text}")
    room.cleo.sees(text)


def test_answers_and_pushes_of_another_form(room: Room, told: Told) -> None:
    for door in room.lied_to:
        last = door.last("room.envelope")
        for name in last:
            for value in WRONG:
                door.push({**last, "seq": last["seq"] + 1, name: value})
        for wrong in WRONG:
            door.throw(pack({"type": EVENT, "data": ["room.envelope", wrong], "nsp": "/"}))
            door.throw(pack({"type": ACK, "data": [wrong], "id": 1, "nsp": "/"}))
    room.ann.say("after wrong pushes")
    room.make_peace()
    room.cleo.sees("after wrong pushes")
    for event in ("room.open", "room.resume", "room.sync"):
        for door in room.lied_to:
            values = cycle(WRONG)

            def garble(
                asked: str, _: Fields, answer: Fields, event: str = event, values: Any = values
            ) -> Any:
                if asked != event:
                    return answer
                return {name: name == "ok" or next(values) for name in answer}

            door.pushed = lambda _event, _fields: []
            door.answered = garble
        # there is something to ask for
        room.ann.say(f"held back by {event}")
        for door in room.lied_to:
            door.cut()
        room.is_shown(told.page, told.terminal)
        for door in room.lied_to:
            door.be_honest()
        room.bob.reads(f"Ann: held back by {event}")
        room.cleo.sees(f"held back by {event}")
        room.make_peace()
