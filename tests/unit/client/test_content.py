"""The content codec: what is written is read, and nothing else is."""

import contextlib

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roomkey.client.content import (
    BUCKETS,
    CLOCK_EXTENSION,
    MAX_TEXT_BYTES,
    Content,
    ContentKind,
    Disposition,
    Expiration,
    compute_message_id,
    pad,
    padding_for,
    unpad,
)
from roomkey.errors import DecodeError, TooLarge

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
names = st.integers(-(2**31), 2**31) | st.text(
    st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40
)
values = st.integers(0, 2**53 - 1) | texts | st.binary(max_size=100)
ids = st.binary(min_size=32, max_size=32)


def shaped(**fields: st.SearchStrategy[object]) -> st.SearchStrategy[Content]:
    extensions = st.dictionaries(names, values, max_size=5).map(lambda d: tuple(d.items()))
    usual: dict[str, st.SearchStrategy[object]] = {
        "salt": st.binary(min_size=16, max_size=16),
        "language": st.text("abc-", max_size=35),
        "topic": st.binary(max_size=64),
        "extensions": extensions,
    }
    return st.builds(Content, **usual, **fields)


expirations = st.builds(Expiration, st.booleans(), st.integers(1, 2**32 - 1))
reaction = st.just(Disposition.REACTION)
kinds = {
    ContentKind.MESSAGE: shaped(
        text=texts, in_reply_to=st.none() | ids, expires=st.none() | expirations
    ),
    ContentKind.EDIT: shaped(text=texts, replaces=ids, in_reply_to=st.none() | ids),
    ContentKind.DELETION: shaped(text=st.none(), replaces=ids),
    ContentKind.REACTION: shaped(
        text=st.text("+🦔é", min_size=1, max_size=16), disposition=reaction, in_reply_to=ids
    ),
    ContentKind.RETRACTION: shaped(text=st.none(), disposition=reaction, replaces=ids),
}
contents = st.one_of(*kinds.values())


@given(contents)
def test_what_is_written_is_read(content: Content) -> None:
    again = Content.decode(content.encode())
    assert dict(again.extensions) == dict(content.extensions)
    assert again.encode() == content.encode()
    assert (again.text, again.replaces, again.expires) == (
        content.text,
        content.replaces,
        content.expires,
    )


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_malformed(data: bytes) -> None:
    try:
        content = Content.decode(data)
    except DecodeError:
        return
    assert content.encode() == data


@given(contents, st.data())
def test_a_changed_byte_gives_another_message_or_none(
    content: Content, data: st.DataObject
) -> None:
    encoded = bytearray(content.encode())
    place = data.draw(st.integers(0, len(encoded) - 1))
    encoded[place] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(DecodeError):
        assert Content.decode(bytes(encoded)).encode() == bytes(encoded)


cbor_values: st.SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.binary() | texts,
    lambda inner: (
        st.lists(inner, max_size=8)
        | st.dictionaries(st.integers() | texts | st.booleans(), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(st.lists(cbor_values, min_size=7, max_size=7) | cbor_values)
def test_any_cbor_is_read_as_what_it_says_or_is_malformed(value: object) -> None:
    data = cbor2.dumps(value)
    with contextlib.suppress(DecodeError):
        assert Content.decode(data).encode() == data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x9f\xff",
        b"\x9b" + b"\xff" * 8,
        b"\x81" * 3000,
        b"\xd8\x1c" * 50,
        b"\xd8\x25\x50" + bytes(16),
        b"\xc1\xfb\x7f\xf0" + bytes(6),
        bytes(BUCKETS[-1] + 1),
    ],
)
def test_hostile_bytes_are_malformed(data: bytes) -> None:
    with pytest.raises(DecodeError):
        Content.decode(data)


def test_a_known_message_has_known_bytes() -> None:
    content = Content(bytes(range(16)), "Hi", extensions=((CLOCK_EXTENSION, 1),))
    assert content.encode().hex() == (
        "8750000102030405060708090a0b0c0d0e0ff640f6f6a16d726f6f6d6b65792e636c6f636b01"
        "850160017819746578742f6d61726b646f776e3b76617269616e743d47464d424869"
    )
    message_id = compute_message_id(bytes(16), bytes([1]) * 16, content.encode())
    assert message_id[0] == 1
    assert len(message_id) == 32
    assert message_id != compute_message_id(bytes(16), bytes([2]) * 16, content.encode())


@pytest.mark.parametrize("kind", ContentKind)
@given(st.data())
def test_kinds_are_told_apart_by_their_shape(kind: ContentKind, data: st.DataObject) -> None:
    content = Content.decode(data.draw(kinds[kind]).encode())
    assert content.kind is kind
    changes_nothing = kind is ContentKind.MESSAGE
    assert (content.target is None) is changes_nothing


def test_long_text_is_refused() -> None:
    assert Content(bytes(16), "x" * MAX_TEXT_BYTES).encode()
    with pytest.raises(TooLarge):
        Content(bytes(16), "é" * MAX_TEXT_BYTES).encode()


@given(st.binary(max_size=1200))
def test_padding_comes_off_again(data: bytes) -> None:
    padded = pad(data)
    assert unpad(padded) == data
    assert len(padded) - 4 in BUCKETS
    with pytest.raises(DecodeError):
        unpad(padded + b"\x00")


@given(st.binary(max_size=600))
def test_any_padding_is_taken_off_or_malformed(data: bytes) -> None:
    with contextlib.suppress(DecodeError):
        assert pad(unpad(data)) == data


def test_padding_reaches_the_next_bucket() -> None:
    assert [padding_for(n) for n in (0, 256, 257, 65536)] == [256, 0, 767, 0]
    with pytest.raises(TooLarge):
        padding_for(65537)
