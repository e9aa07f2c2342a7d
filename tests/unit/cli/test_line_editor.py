import pytest
from hypothesis import given
from hypothesis import strategies as st

from roomkey.cli import terminal_text
from roomkey.cli.line_editor import EndOfInput, LineEditor


def typed(*keys: str) -> LineEditor:
    editor = LineEditor()
    for key in keys:
        editor.feed(key)
    return editor


def test_enter_gives_the_line_and_clears_it() -> None:
    editor = LineEditor()
    assert editor.feed("hello\rwor") == ["hello"]
    assert editor.text == "wor"


@pytest.mark.parametrize(
    ("keys", "text", "cursor"),
    [
        ("abc\x7f", "ab", 2),
        ("abc\x1b[D\x7f", "ac", 1),
        ("abc\x01x", "xabc", 1),
        ("abc\x01\x05d", "abcd", 4),
        ("abc\x1b[H\x1b[3~", "bc", 0),
        ("one two\x17", "one ", 4),
        ("one two\x15", "", 0),
        ("one\x1b[D\x1b[D\x0b", "o", 1),
        ("\x7f\x1b[D\x1b[C", "", 0),
        ("a\x1b[1;5Cb", "ab", 2),
        ("a\x1bxb", "ab", 2),
        ("äö\x1b[D\x7fü", "üö", 1),
    ],
)
def test_editing_keys(keys: str, text: str, cursor: int) -> None:
    editor = typed(keys)
    assert (editor.text, editor.cursor) == (text, cursor)


def test_a_sequence_may_arrive_in_pieces() -> None:
    assert typed("ab", "\x1b", "[", "D", "x").text == "axb"


def test_a_pasted_block_is_one_message() -> None:
    editor = LineEditor()
    assert editor.feed("\x1b[200~one\rtwo\x1b[201~") == []
    assert editor.feed("\r") == ["one\ntwo"]


def test_control_d_ends_only_an_empty_line() -> None:
    editor = typed("a\x01\x04")
    assert editor.text == ""
    with pytest.raises(EndOfInput):
        editor.feed("\x04")


def test_the_arrows_bring_back_what_was_entered() -> None:
    editor = typed("one\rtwo\r\x1b[A\x1b[A")
    assert editor.text == "one"
    editor.feed("\x1b[B")
    assert editor.text == "two"
    editor.feed("\x1b[B")
    assert editor.text == ""


@given(st.text(st.characters(exclude_characters="\x04", exclude_categories=["Cs"])))
def test_what_is_shown_fits_and_is_inert(keys: str) -> None:
    editor = typed(keys)
    assert 0 <= editor.cursor <= len(editor.text)
    shown, behind = editor.shown(20)
    assert terminal_text.width(shown) <= 20
    assert 0 <= behind <= 20
    assert "\x1b" not in shown
    assert "\n" not in shown
