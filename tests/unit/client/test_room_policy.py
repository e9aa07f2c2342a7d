"""A room's rules go forward only, by a host's hand, and have one form."""

import os
from dataclasses import replace
from typing import Any

import pytest

from roomkey.client.room_policy import RoomPolicy
from roomkey.crypto.signature import ED25519
from roomkey.errors import DecodeError, PolicyViolation
from roomkey.wire.limits import MAX_HOSTS

ROOM = bytes(16)
HOST, HOST_KEY = ED25519.generate(os.urandom)
OTHER, OTHER_KEY = ED25519.generate(os.urandom)
BEFORE = RoomPolicy(5, "shared", 3600, 50, False, (HOST_KEY,), 3, b"a" * 32, b"title").sign(
    HOST, ROOM
)


def following(**changed: Any) -> RoomPolicy:
    """The rules that a host signs after those before."""
    return replace(BEFORE, **{"revision": 6, **changed}).sign(HOST, ROOM)


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"revision": 9},
        {"locked": True, "retention": 7200, "hosts": (HOST_KEY, OTHER_KEY)},
        {"hosts": (OTHER_KEY,)},
        {"key_id": 4, "admission": b"b" * 32},
        {"key_id": 7, "admission": b"b" * 32},
    ],
)
def test_what_a_host_changes_is_taken(changed: dict[str, Any]) -> None:
    following(**changed).verify(ROOM, BEFORE)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"revision": 5}, "older"),
        ({"revision": 4}, "older"),
        ({"history": "strict"}, "what stays for good"),
        ({"max_members": 51}, "what stays for good"),
        ({"key_id": 2, "admission": b"b" * 32}, "another room key"),
        ({"key_id": 2}, "another room key"),
        ({"key_id": 4}, "another room key"),
        ({"admission": b"b" * 32}, "another room key"),
    ],
)
def test_not_even_a_host_leads_back_or_changes_what_stays(
    changed: dict[str, Any], why: str
) -> None:
    with pytest.raises(PolicyViolation, match=why):
        following(**changed).verify(ROOM, BEFORE)


@pytest.mark.parametrize(
    "changed", [{"revision": 7}, {"revision": 7, "key_id": 5, "admission": b"b" * 32}]
)
def test_in_one_commit_the_rules_take_one_step(changed: dict[str, Any]) -> None:
    following().verify_next(ROOM, BEFORE)
    following(key_id=4, admission=b"b" * 32).verify_next(ROOM, BEFORE)
    with pytest.raises(PolicyViolation, match="skip a step"):
        following(**changed).verify_next(ROOM, BEFORE)
    with pytest.raises(PolicyViolation, match="skip a step"):
        following(key_id=5, admission=b"b" * 32).verify_next(ROOM, BEFORE)


def test_nobody_who_was_no_host_before_makes_rules() -> None:
    own = replace(following(), hosts=(HOST_KEY, OTHER_KEY)).sign(OTHER, ROOM)
    with pytest.raises(PolicyViolation, match="not made by a host"):
        own.verify(ROOM, BEFORE)
    with pytest.raises(PolicyViolation, match="not signed by a host"):
        replace(own, signer=HOST_KEY).verify(ROOM, BEFORE)
    # of a room that is not known yet, the rules name its hosts themselves
    own.verify(ROOM)
    with pytest.raises(PolicyViolation, match="not signed by a host"):
        own.verify(b"o" * 16)


@pytest.mark.parametrize(
    "wrong",
    [
        {"hosts": ()},
        {"hosts": (HOST_KEY, HOST_KEY)},
        {"hosts": (HOST_KEY, OTHER_KEY[:31])},
        {"hosts": tuple(number.to_bytes(32, "big") for number in range(MAX_HOSTS + 1))},
        {"admission": bytes(31)},
        {"admission": bytes(33)},
        {"locked": 2},
    ],
    ids=lambda wrong: "-".join(wrong),
)
def test_rules_of_another_form_are_none(wrong: dict[str, Any]) -> None:
    encoded = BEFORE.encode()
    assert RoomPolicy.decode(encoded) == BEFORE
    most = tuple(number.to_bytes(32, "big") for number in range(MAX_HOSTS))
    assert RoomPolicy.decode(replace(BEFORE, hosts=most).encode()).hosts == most
    with pytest.raises(DecodeError):
        RoomPolicy.decode(replace(BEFORE, **wrong).encode())
    for at, value in ((0, 2), (5, 2)):
        # another version, and a history of another kind
        with pytest.raises(DecodeError):
            RoomPolicy.decode(encoded[:at] + bytes([value]) + encoded[at + 1 :])
    with pytest.raises(DecodeError):
        RoomPolicy.decode(encoded + b"\x00")
