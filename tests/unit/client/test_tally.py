"""A message that the relay leaves out is missed, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roomkey.client.tally import MAX_SENT, Tally, decode_sent, encode_sent
from roomkey.errors import DecodeError

ANN, BOB = b"a" * 32, b"b" * 32


@given(st.integers(0, MAX_SENT))
def test_a_count_comes_back_as_it_was(sent: int) -> None:
    assert decode_sent(encode_sent(sent)) == sent


def test_a_count_that_is_full_stays_so() -> None:
    assert encode_sent(MAX_SENT + 1) == encode_sent(MAX_SENT) == b"\xff" * 4


@given(st.binary().filter(lambda data: len(data) != 4))
def test_what_is_no_count_is_malformed(data: bytes) -> None:
    with pytest.raises(DecodeError):
        decode_sent(data)


@given(st.integers(0, 100), st.sets(st.integers(1, 20), min_size=1))
def test_a_message_is_missed_when_the_next_one_of_its_sender_comes(
    first: int, shown: set[int]
) -> None:
    tally = Tally()
    assert not tally.take(ANN, first)
    places = sorted(shown)
    missed = [place for place in places if tally.take(ANN, first + place)]
    before = [0, *places]
    assert missed == [
        place for place, last in zip(places, before, strict=False) if place > last + 1
    ]


@given(st.lists(st.integers(0, 20), min_size=1))
def test_a_sender_whose_count_falls_back_is_never_accused_of_less(sent: list[int]) -> None:
    tally = Tally({ANN: 30})
    assert not any(tally.take(ANN, one) for one in sent)


def test_of_a_newcomer_the_first_message_is_missed_too() -> None:
    tally = Tally().follow([ANN], [ANN, BOB])
    assert not tally.take(ANN, 7)
    assert tally.take(BOB, 1)


def test_counts_go_on_in_the_next_epoch_but_for_those_who_left() -> None:
    tally = Tally({ANN: 2, BOB: 3}).follow([ANN, BOB], [ANN])
    assert tally.counts == {ANN: 2}
    assert tally.take(ANN, 3)


def test_senders_are_counted_apart() -> None:
    tally = Tally({ANN: 0, BOB: 0})
    assert [tally.take(leaf, sent) for leaf, sent in ((ANN, 0), (BOB, 0), (ANN, 1), (BOB, 1))] == [
        False
    ] * 4
