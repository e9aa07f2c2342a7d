import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roomkey.cli import terminal_text

ANYTHING = st.text(st.characters(exclude_categories=()))
HOSTILE = "\x1b[2J\x9b31m\u202eevil\u2066\x07\x00\u2028\ud800\u200f\ufeff\x7f\r"


def is_inert(text: str) -> bool:
    return not any(
        unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")
        or (c not in terminal_text._KEPT_FORMAT and unicodedata.category(c) == "Cf")
        for c in text
    )


@given(ANYTHING)
def test_nothing_that_acts_on_a_terminal_passes(text: str) -> None:
    assert is_inert(terminal_text.one_line(text))
    assert is_inert(terminal_text.name(text))
    assert all(is_inert(line) for line in terminal_text.lines(text))


@given(ANYTHING)
def test_making_safe_twice_changes_nothing_more(text: str) -> None:
    once = terminal_text.one_line(text)
    assert terminal_text.one_line(once) == once


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert terminal_text.one_line(text) == text


def test_a_hostile_text_stays_visible() -> None:
    assert terminal_text.one_line(HOSTILE).startswith("␛[2J")
    assert "evil" in terminal_text.one_line(HOSTILE)


@pytest.mark.parametrize("empty", ["", "  ", "\n\t"])
def test_a_name_is_never_empty(empty: str) -> None:
    assert terminal_text.name(empty) == "(no name)"


@given(ANYTHING)
def test_a_name_is_short_and_on_one_line(text: str) -> None:
    assert 0 < len(terminal_text.name(text)) <= 40


def test_wide_and_combining_signs_count_as_the_terminal_does() -> None:
    assert terminal_text.width("a") == 1
    assert terminal_text.width("世界") == 4
    assert terminal_text.width("e\u0301") == 1
