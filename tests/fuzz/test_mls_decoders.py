"""No bytes make a decoder of MLS do anything but read them or refuse them, in bounded memory."""

import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roomkey.errors import DecodeError, RoomkeyError
from roomkey.mls import Group

from .mls_decoders import examples

LONGEST = 4096

quick = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
names = pytest.mark.parametrize("name", list(examples()))


def _reads_or_refuses(name: str, data: bytes) -> bool:
    try:
        examples()[name][0](data)
    except RoomkeyError:
        return False
    return True


@names
def test_every_example_is_read(name: str) -> None:
    assert _reads_or_refuses(name, examples()[name][1])


@names
def test_anything_after_or_missing_at_the_end_is_refused(name: str) -> None:
    decode, data = examples()[name]
    for changed in (data + b"\0", data[:-1], b""):
        with pytest.raises(RoomkeyError):
            decode(changed)


@names
@quick
@given(data=st.binary(max_size=LONGEST))
def test_arbitrary_bytes_are_read_or_refused(name: str, data: bytes) -> None:
    _reads_or_refuses(name, data)


@names
@quick
@given(cut=st.data())
def test_a_changed_example_is_read_or_refused(name: str, cut: st.DataObject) -> None:
    data = bytearray(examples()[name][1])
    for _ in range(cut.draw(st.integers(1, 3))):
        start = cut.draw(st.integers(0, len(data)))
        end = cut.draw(st.integers(start, min(len(data), start + 4)))
        data[start:end] = cut.draw(st.binary(max_size=6))
    _reads_or_refuses(name, bytes(data))


@names
@pytest.mark.parametrize("header", [b"\x7f\xff", b"\xbf\xff\xff\xff"])
def test_a_length_beyond_the_data_is_refused_before_anything_is_allocated(
    name: str, header: bytes
) -> None:
    decode, data = examples()[name]
    tracemalloc.start()
    try:
        for position in range(0, min(len(data), 400), 3):
            try:
                decode(data[:position] + header + data[position + 1 :])
            except RoomkeyError:
                continue
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()


@quick
@given(cut=st.data())
def test_a_group_that_is_handed_changed_messages_refuses_them_and_stays_as_it_is(
    cut: st.DataObject,
) -> None:
    decode, stored = examples()["stored group"]
    group = decode(stored)
    assert isinstance(group, Group)
    before = group.encode()
    name = cut.draw(st.sampled_from(["public commit", "public proposal", "private message"]))
    data = bytearray(examples()[name][1])
    position = cut.draw(st.integers(0, len(data) - 1))
    data[position] ^= cut.draw(st.integers(1, 255))
    with pytest.raises(RoomkeyError):
        group.process(bytes(data))
    assert group.encode() == before


def test_a_length_header_that_is_not_the_shortest_is_refused() -> None:
    decode, data = examples()["private message body"]
    assert data[0] < 64
    with pytest.raises(DecodeError):
        decode(bytes([0x40, data[0]]) + data[1:])
