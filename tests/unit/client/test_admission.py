"""What the relay answers is of the form that it says, or is refused."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from roomkey.client.admission import chain_in, field, resume
from roomkey.client.room_state import new_identity
from roomkey.errors import RelayFault, RelayInconsistent
from roomkey.wire.limits import MAX_KEY_ID, MAX_SEQ, MAX_TIME


@pytest.mark.parametrize(
    ("name", "most"), [("time", MAX_TIME), ("key_id", MAX_KEY_ID), ("seq", MAX_SEQ)]
)
def test_a_number_is_within_its_bounds(name: str, most: int) -> None:
    for value in (0, most):
        assert field({name: value}, name, int) == value
    for value in (-1, most + 1):
        with pytest.raises(RelayFault, match="impossible"):
            field({name: value}, name, int)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({}, int),
        (None, int),
        ([], int),
        ({"x": None}, int),
        ({"x": True}, int),
        ({"x": 1.0}, int),
        ({"x": "1"}, int),
        ({"x": 1}, bool),
        ({"x": "a"}, bytes),
        ({"x": b"a"}, str),
        ({"x": ()}, list),
    ],
)
def test_a_field_that_is_missing_or_of_another_type_is_a_fault(answer: Any, kind: type) -> None:
    with pytest.raises(RelayFault, match="without x"):
        field(answer, "x", kind)


@pytest.mark.parametrize(
    "chain", [[None], [{}], [{"key_id": 0}], [{"key_id": "0", "chain": b""}], {"key_id": 0}]
)
def test_a_chain_of_room_keys_that_is_none_is_a_fault(chain: Any) -> None:
    assert chain_in({"chain": [{"key_id": 0, "chain": b"link"}]}) == {0: b"link"}
    with pytest.raises(RelayFault):
        chain_in({"chain": chain})


def test_nothing_is_signed_for_another_room_than_the_one_that_is_resumed() -> None:
    asked: list[str] = []

    class Elsewhere:
        async def request(self, event: str, _fields: Mapping[str, Any]) -> dict[str, Any]:
            asked.append(event)
            return {"room": b"o" * 16, "nonce": bytes(32)}

    with pytest.raises(RelayInconsistent, match="another room"):
        asyncio.run(resume(Elsewhere(), "0123456789", bytes(16), new_identity()))  # type: ignore[arg-type]
    assert asked == ["room.open"]
