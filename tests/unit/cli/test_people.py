from dataclasses import dataclass

import pytest

from roomkey.cli import people
from roomkey.cli.output import UsageError


@dataclass(frozen=True)
class Somebody:
    name: str
    pseudonym: str
    is_self: bool = False
    is_host: bool = False


ALICE = Somebody("Alice", "a1" * 16, is_self=True, is_host=True)
BOB = Somebody("Bob", "b0b1" * 8)
OTHER_BOB = Somebody("bob", "b0b2" * 8)
CAROL = Somebody("Carol\x1b[2J", "ca" * 16)
EVERYBODY = [ALICE, BOB, OTHER_BOB, CAROL]


def test_those_of_one_name_are_told_apart() -> None:
    assert people.labels(EVERYBODY) == [
        "Alice (you, host)",
        "Bob @b0b1b0b1",
        "bob @b0b2b0b2",
        "Carol␛[2J",
    ]


def test_who_is_known_to_be_here_or_away_is_marked() -> None:
    presence = {BOB.pseudonym: "here", CAROL.pseudonym: "away", ALICE.pseudonym: "here"}
    assert people.labels([ALICE, BOB, CAROL], presence) == [
        "Alice (you, host)",
        "Bob (here)",
        "Carol␛[2J (away)",
    ]


def test_a_name_means_the_one_who_has_it() -> None:
    assert people.find([ALICE, BOB, CAROL], " BOB ") is BOB


@pytest.mark.parametrize(("sign", "meant"), [("@b0b1", BOB), ("@B0B2B0B2", OTHER_BOB)])
def test_a_pseudonym_means_one(sign: str, meant: Somebody) -> None:
    assert people.find(EVERYBODY, sign) is meant


def test_an_ambiguous_name_is_answered_with_the_pseudonyms() -> None:
    with pytest.raises(UsageError, match="@b0b1b0b1 or @b0b2b0b2"):
        people.find(EVERYBODY, "bob")


@pytest.mark.parametrize("nobody", ["Dave", "Alice", "Bo", "@b0b", "@a1a1", "@", "b0b1b0b1"])
def test_what_means_nobody_else_is_refused(nobody: str) -> None:
    with pytest.raises(UsageError, match="Nobody else"):
        people.find(EVERYBODY, nobody)


def test_a_name_that_looks_like_a_pseudonym_hides_nobody() -> None:
    impostor = Somebody("@b0b1b0b1", "ee" * 16)
    assert people.find([*EVERYBODY, impostor], "@b0b1b0b1") is BOB
