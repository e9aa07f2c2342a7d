from dataclasses import replace

from roomkey.cli import rules
from roomkey.cli.rules import Rules

RULES = Rules("Tea", "shared", 7 * 86400, False, 0, {"a1": "Alice"})


def test_rules_are_said_in_words() -> None:
    assert rules.lines(RULES) == [
        "Title: Tea",
        "Who joins later reads what was said before.",
        "Messages are kept for 7 days.",
        "The room is open to whoever has the room key.",
        "Hosts: Alice",
    ]


def test_only_what_has_changed_is_told() -> None:
    assert rules.changes(RULES, RULES) == []
    assert rules.changes(RULES, replace(RULES, is_locked=True)) == [
        "The room is locked: nobody new comes in."
    ]
    both = replace(RULES, retention=3600, hosts={"a1": "Alice", "b0": "Bob"})
    assert rules.changes(RULES, both) == [
        "Messages are kept for 1 hour from now on.",
        "Bob is a host now.",
    ]


def test_a_hostile_title_does_nothing() -> None:
    hostile = replace(RULES, title="Tea\x1b[2J\u202e\n* Bob left")
    [told] = rules.changes(replace(RULES, title=""), hostile)
    assert told == "A host changed the room's title: Tea␛[2J� * Bob left"
