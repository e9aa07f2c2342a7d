"""What happens in a room, for programs: one JSON object on one line of ASCII, whatever it says."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import roomkey
from roomkey.cli.output import UsageError
from roomkey.cli.records import Records
from roomkey.cli.rules import Rules
from roomkey.client import ConnectionState
from roomkey.errors import RoomClosed, TooLarge
from roomkey.keys.safety_code import SafetyCode

ALICE = roomkey.Member(0, "a1" * 16, "Alice", is_host=True)
SELF = roomkey.Member(1, "5e" * 16, "Me", is_self=True)
SAID = roomkey.MessageReceived(b"\x01" * 32, ALICE, "hello", 1_800_000_000_000, 14)
THUMB = roomkey.Reaction(b"\x02" * 32, "👍", SELF)
BY_ALICE = {"index": 0, "pseudonym": "a1" * 16, "name": "Alice", "is_self": False, "is_host": True}
BY_SELF = {"name": "Me", "pseudonym": "5e" * 16}
RULES = Rules("Tea", "strict", 3600, True, 2, {"a1" * 16: "Alice"})

Printed = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Printed:
    def read() -> list[dict[str, Any]]:
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return read


@pytest.mark.parametrize(
    ("event", "record"),
    [
        (
            roomkey.MessageDeleted(SAID),
            {"type": "message_deleted", "id": "01" * 32, "seq": 14},
        ),
        (
            roomkey.MessageExpired(SAID.id, 14),
            {"type": "message_expired", "id": "01" * 32, "seq": 14},
        ),
        (
            roomkey.ReactionAdded(SAID.id, THUMB),
            {"type": "reaction_added", "message_id": "01" * 32, "id": "02" * 32, "sign": "👍"}
            | BY_SELF,
        ),
        (
            roomkey.ReactionRemoved(SAID.id, THUMB),
            {"type": "reaction_removed", "message_id": "01" * 32, "id": "02" * 32, "sign": "👍"}
            | BY_SELF,
        ),
        (
            roomkey.MemberPresence(ALICE, "away"),
            {"type": "presence", "presence": "away"} | BY_ALICE,
        ),
        (roomkey.MemberTyping(ALICE, True), {"type": "typing", "is_typing": True} | BY_ALICE),
        (roomkey.MemberJoined(ALICE), {"type": "joined"} | BY_ALICE),
        (roomkey.MemberLeft(ALICE, True), {"type": "left", "was_removed": True} | BY_ALICE),
        (roomkey.RoomKeyChanged(1), {"type": "room_key_changed"}),
        (roomkey.SafetyCodeChanged(3), {"type": "safety_code_changed"}),
        (
            roomkey.RoomTrouble("room_closed", "It ended."),
            {"type": "trouble", "error": "room_closed", "sentence": "It ended."},
        ),
        (
            roomkey.ConnectionChanged(ConnectionState.OFFLINE, 2),
            {"type": "connection", "state": "offline", "waiting": 2},
        ),
        (
            roomkey.MessageUnreadable(5, 7, None, "bad_signature"),
            {"type": "unreadable", "time": 7, "error": "bad_signature"},
        ),
        (roomkey.MessagesMissing(5, 7, ALICE), {"type": "missing", "time": 7} | BY_ALICE),
        (roomkey.MessagesMissing(5, 7, None), {"type": "missing", "time": 7}),
    ],
    ids=lambda given: type(given).__name__ if not isinstance(given, dict) else "",
)
def test_an_event_is_one_record(
    printed: Printed, event: roomkey.Event, record: dict[str, Any]
) -> None:
    Records().event(event)
    assert printed() == [record]


def test_a_message_is_printed_with_all_that_became_of_it(printed: Printed) -> None:
    now = replace(SAID, in_reply_to=b"\x03" * 32, is_edited=True, expires_at=9, reactions=(THUMB,))
    records = Records()
    records.event(SAID)
    records.event(roomkey.MessageChanged(now))
    records.history([now])
    first, changed, earlier = printed()
    assert (first["type"], first["in_reply_to"], first["reactions"]) == ("message", None, [])
    assert changed == earlier | {"type": "message_changed"}
    assert changed["in_reply_to"] == "03" * 32
    assert changed["expires_at"] == 9
    assert changed["is_edited"]
    assert changed["reactions"] == [{"id": "02" * 32, "sign": "👍"} | BY_SELF]
    assert set(first) == set(changed)


def test_every_kind_of_event_has_its_record_but_what_is_printed_as_rules(printed: Printed) -> None:
    silent = {roomkey.RulesChanged}
    made = {
        roomkey.MessageReceived: SAID,
        roomkey.ConnectionChanged: roomkey.ConnectionChanged(ConnectionState.ONLINE, 0),
    }
    for kind in get_args(roomkey.Event):
        names = kind.__dataclass_fields__
        stand_in = {
            "message": SAID, "reaction": THUMB, "member": ALICE, "sender": None, "id": SAID.id,
            "message_id": SAID.id,
        }  # fmt: skip
        event = made.get(kind) or kind(**{name: stand_in.get(name, 0) for name in names})
        Records().event(event)
        assert len(printed()) == (kind not in silent), kind


def test_an_answer_to_a_command_is_one_record(printed: Printed) -> None:
    records = Records()
    records.show_with(print)
    records.waiting("hi")
    records.failed("hi", TooLarge())
    records.refused("close", RoomClosed())
    records.refused("close", UsageError("Only a host does that."))
    records.left("7GQ2M-0XK4T")
    records.closed("7GQ2M-0XK4T")
    records.members([ALICE, SELF], {ALICE.pseudonym: "here"})
    records.safety_code(SafetyCode(("12345",), ("apple",)))
    records.invitation("7GQ2M-0XK4T", "https://chat.example")
    records.room_key("six words")
    records.rules_changed(RULES, RULES)
    assert printed() == [
        {"type": "waiting", "text": "hi"},
        {"type": "failed", "text": "hi", "error": "too_large"},
        {
            "type": "refused",
            "command": "close",
            "error": "room_closed",
            "sentence": str(RoomClosed()),
        },
        {
            "type": "refused",
            "command": "close",
            "error": "usage",
            "sentence": "Only a host does that.",
        },
        {"type": "room_left", "code": "7GQ2M-0XK4T"},
        {"type": "room_closed", "code": "7GQ2M-0XK4T"},
        {"type": "member", "presence": "here"} | BY_ALICE,
        {"type": "member", "presence": "unknown", "index": 1, "is_self": True, "is_host": False}
        | BY_SELF,
        {"type": "safety_code", "digits": ["12345"], "words": ["apple"]},
        {"type": "invitation", "code": "7GQ2M-0XK4T", "relay": "https://chat.example"},
        {"type": "room_key", "room_key": "six words"},
        {
            "type": "rules",
            "title": "Tea",
            "history": "strict",
            "retention": 3600,
            "is_locked": True,
            "key_id": 2,
            "hosts": ["a1" * 16],
        },
    ]


def test_what_is_only_of_use_to_people_is_not_among_the_records(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Records().say("… waits")
    assert capsys.readouterr() == ("", "… waits\n")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.text(st.characters(exclude_categories=())))
def test_no_text_acts_on_a_terminal_or_breaks_the_line(
    capsys: pytest.CaptureFixture[str], text: str
) -> None:
    Records().event(replace(SAID, text=text, sender=replace(ALICE, name=text)))
    out = capsys.readouterr().out
    assert out.endswith("\n")
    assert out.count("\n") == 1
    assert out.isascii()
    assert out[:-1].isprintable()
    assert json.loads(out)["text"] == text
