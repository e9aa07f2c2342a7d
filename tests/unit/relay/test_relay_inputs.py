"""Whatever bytes come in, the relay reads them or refuses them with a code."""

import contextlib
from collections.abc import Callable
from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roomkey.errors import MalformedRequest, NotAdmitted, TooLarge
from roomkey.relay.decree import Decree
from roomkey.relay.fields import Fields
from roomkey.relay.packets import MALFORMED, CheckedPacket
from roomkey.relay.session import Presence, Session

VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(max_size=70),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
READERS = ("room", "request", "leaf", "signature", "epoch", "code")
NAMES = (*READERS, "list", "blob", "map")


@given(st.dictionaries(st.sampled_from(NAMES), VALUES) | VALUES)
def test_every_field_is_read_or_refused(request_: Any) -> None:
    readers = [lambda fields, name=name: getattr(fields, name)() for name in READERS]
    readers += [lambda f: f.keys("list", 2), lambda f: f.bounded("blob", 16)]
    readers += [lambda f: f.inner("map"), lambda f: f.optional("blob", 16)]
    for reader in readers:
        with contextlib.suppress(MalformedRequest, TooLarge):
            reader(Fields(request_))


OPTIONAL: list[Callable[[Fields], object]] = [
    lambda fields: fields.optional("field", 16),
    lambda fields: fields.boolean_or_none("field"),
    lambda fields: fields.leaf_or_none("field"),
    lambda fields: fields.keys("field", 2),
]


@pytest.mark.parametrize("read", OPTIONAL, ids=["bytes", "boolean", "leaf", "keys"])
def test_a_field_that_may_be_absent_is_left_out_and_never_nil(
    read: Callable[[Fields], object],
) -> None:
    assert not read(Fields({}))
    with pytest.raises(MalformedRequest):
        read(Fields({"field": None}))


@pytest.mark.parametrize("name", ["locked", "retention", "hosts", "rekey"])
def test_what_a_host_decides_is_left_out_and_never_nil(name: str) -> None:
    Decree(Fields({}))
    with pytest.raises(MalformedRequest):
        Decree(Fields({name: None}))


@given(st.binary(max_size=200))
def test_bytes_that_are_no_packet_are_answered_as_malformed(data: bytes) -> None:
    packet = CheckedPacket(encoded_packet=data)
    assert packet.packet_type in (0, 1, 2)


def test_an_empty_packet_is_answered_as_malformed() -> None:
    assert CheckedPacket(encoded_packet=b"").data == [MALFORMED, None]


@given(
    st.fixed_dictionaries(
        {}, optional={"type": VALUES, "nsp": VALUES | st.just("/"), "id": VALUES, "data": VALUES}
    )
)
def test_packets_of_any_shape_are_let_through_or_answered_as_malformed(shape: Any) -> None:
    try:
        encoded = msgpack.packb(shape)
    except OverflowError:
        return
    packet = CheckedPacket(encoded_packet=encoded)
    if packet.packet_type == 2:
        assert len(packet.data) == 2
        assert isinstance(packet.data[0], str)


@pytest.mark.parametrize("data", [None, {}, b"room.open", [], ["room.open", {}, {}], [7, {}]])
def test_an_event_that_is_no_name_with_one_request_is_answered_as_malformed(data: Any) -> None:
    encoded = msgpack.packb({"type": 2, "nsp": "/", "id": 3, "data": data})
    packet = CheckedPacket(encoded_packet=encoded)
    assert (packet.data, packet.id) == ([MALFORMED, None], 3)


def test_an_event_is_its_name_and_a_request_that_may_be_absent() -> None:
    for data, read in ((["room.open", {"a": 1}], ["room.open", {"a": 1}]), (["x"], ["x", None])):
        encoded = msgpack.packb({"type": 2, "nsp": "/", "id": 3, "data": data})
        assert CheckedPacket(encoded_packet=encoded).data == read


@pytest.mark.parametrize("kind", [0, 1])
def test_who_comes_and_goes_is_let_through_with_what_it_says(kind: int) -> None:
    encoded = msgpack.packb({"type": kind, "nsp": "/", "data": {"v": 1}})
    packet = CheckedPacket(encoded_packet=encoded)
    assert (packet.packet_type, packet.data) == (kind, {"v": 1})


@pytest.mark.parametrize("event", ["connect", "disconnect", "*", "connect_error", "x" * 41])
def test_events_of_the_library_cannot_be_sent(event: str) -> None:
    encoded = msgpack.packb({"type": 2, "nsp": "/", "id": 3, "data": [event, {}]})
    packet = CheckedPacket(encoded_packet=encoded)
    assert (packet.data[0], packet.id) == (MALFORMED, 3)


def test_deep_nesting_is_refused_without_a_crash() -> None:
    assert CheckedPacket(encoded_packet=b"\x91" * 1_000_000).data[0] == MALFORMED


def test_fields_above_their_limit_are_too_large() -> None:
    with pytest.raises(TooLarge):
        Fields({"blob": bytes(17)}).bounded("blob", 16)


def test_a_nonce_is_taken_once_and_only_for_its_room() -> None:
    session = Session("sid", "")
    session.nonce, session.nonce_room = b"n", b"room"
    assert session.take_nonce(b"room") == b"n"
    with pytest.raises(NotAdmitted):
        session.take_nonce(b"room")
    session.nonce = b"n"
    with pytest.raises(NotAdmitted):
        session.take_nonce(b"other")


def test_nobody_is_present_who_left_and_who_disconnected() -> None:
    presence, one, two = Presence(), Session("1", ""), Session("2", "")
    presence.enter(one, b"room", b"leaf 1")
    presence.enter(two, b"room", b"leaf 2")
    presence.drop_member(b"room", b"leaf 1")
    assert presence.connections(b"room") == [two]
    with pytest.raises(NotAdmitted):
        one.leaf_in(b"room")
    presence.forget(two)
    assert presence.connections(b"room") == []
