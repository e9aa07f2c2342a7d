from hypothesis import given
from hypothesis import strategies as st

from roomkey.cli.parts import MOST_BYTES, split


@given(st.text(), st.integers(4, 40))
def test_the_parts_fit_and_are_the_text(text: str, most: int) -> None:
    parts = split(text, most)
    assert "".join(parts) == text
    assert all(0 < len(part.encode()) <= most for part in parts)


def test_the_cut_is_at_a_line_end() -> None:
    assert split("aaaa\nbbbb\ncc\n", 10) == ["aaaa\nbbbb\n", "cc\n"]


def test_a_short_text_is_one_part() -> None:
    assert split("x" * MOST_BYTES) == ["x" * MOST_BYTES]
