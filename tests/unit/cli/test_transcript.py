from datetime import UTC, datetime

import pytest

from roomkey.cli import transcript

NOON = int(datetime(2026, 11, 23, 12, 5, tzinfo=UTC).timestamp() * 1000)
DAY = 24 * 3600 * 1000


def test_a_day_is_announced_once() -> None:
    shown = transcript.Transcript(UTC)
    assert shown.message("Alice", "hi", NOON) == [
        "── Monday, 23 November 2026 ──",
        "[12:05] Alice: hi",
    ]
    assert shown.message("Bob", "ho", NOON, mark="✓") == ["[12:05] Bob: ho  ✓"]
    assert shown.message("Bob", "ho", NOON + DAY)[0] == "── Tuesday, 24 November 2026 ──"


def test_no_text_can_pass_for_another_message() -> None:
    lines = transcript.Transcript(UTC).message("Eve", "hi\n[12:06] Alice: I agree", NOON)
    assert [line for line in lines if line.startswith("[")] == ["[12:05] Eve: hi"]


def test_no_name_can_break_the_line() -> None:
    lines = transcript.Transcript(UTC).message("Eve\n[12:06] Alice", "\x1b[2Jhi", NOON)
    assert len(lines) == 2
    assert "\x1b" not in lines[1]


@pytest.mark.parametrize(
    ("state", "waiting", "words"),
    [
        ("offline", 2, "Offline: 2 messages wait and will be sent."),
        ("offline", 1, "Offline: 1 message waits and will be sent."),
        ("offline", 0, "Offline. Trying to reach the relay again…"),
        ("online", 0, "Connected."),
        ("online", 2, "Connected. 2 messages wait and will be sent now."),
    ],
)
def test_the_connection_is_told_in_words(state: str, waiting: int, words: str) -> None:
    assert transcript.connection(state, waiting) == words
