import pytest
from hypothesis import given
from hypothesis import strategies as st

from roomkey.cli import duration


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (90, "90 seconds"),
        (60, "1 minute"),
        (5400, "90 minutes"),
        (86400, "1 day"),
        (36 * 3600, "36 hours"),
        (14 * 86400, "14 days"),
    ],
)
def test_a_time_is_said_in_its_largest_whole_unit(count: int, words: str) -> None:
    assert duration.words(count) == words


@pytest.mark.parametrize(
    ("text", "unit", "count"), [("5", "m", 300), ("5s", "m", 5), ("2", "d", 172800)]
)
def test_a_bare_number_counts_in_the_unit_that_is_usual(text: str, unit: str, count: int) -> None:
    assert duration.seconds(text, unit=unit) == count


@given(st.text())
def test_no_text_is_read_as_a_time_by_mistake(text: str) -> None:
    count = duration.seconds(text, unit="d")
    assert count is None or text.strip()[0] in "0123456789"
