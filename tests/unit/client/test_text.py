"""Hostile text never reaches a person's terminal or page."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from roomkey.client.text import MAX_NAME_CHARACTERS, NAMELESS, clean_name, clean_text


def test_escapes_go_whole() -> None:
    assert clean_text("a\x1b[31mred\x1b[0m b\x9b2Jc") == "ared bc"
    assert clean_text("x\x1b]0;title\x07y\x1b]8;;http://e\x1b\\z") == "xyz"
    assert clean_text("bell\x07 back\x08 del\x7f") == "bell back del"


def test_a_sequence_does_not_reach_over_the_start_of_another() -> None:
    assert clean_text("\x9da\x9db\x07c") == "ac"
    assert clean_text("\x1b]a\x1b]b\x07c") == "]ac"
    # as many beginnings as fit into a message; looking for the end of each took minutes
    assert clean_text("\x9d" * 32_000) == ""


def test_bidi_overrides_go_and_joiners_stay() -> None:
    assert clean_text("\u202egpj.exe\u2066\u2069\u200f") == "gpj.exe"
    assert clean_text("\U0001f468\u200d\U0001f469") == "\U0001f468\u200d\U0001f469"


def test_lines_stay_in_text_and_not_in_names() -> None:
    assert clean_text("one\r\ntwo\rthree\tfour") == "one\ntwo\nthree\tfour"
    assert clean_name(" Ann\nBob\t ") == "Ann Bob"
    assert clean_name("\x00\u202e") == clean_name("\u200d \u200c") == NAMELESS
    assert clean_name("0 \x1b\r0") == "0 0"


@given(st.text())
def test_nothing_harmful_is_left(text: str) -> None:
    for sign in clean_text(text):
        assert sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs", "Co", "Zl", "Zp")
    name = clean_name(text)
    assert "\n" not in name
    assert 1 <= len(name) <= MAX_NAME_CHARACTERS
    assert clean_name(name) == name
