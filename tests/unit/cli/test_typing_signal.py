import asyncio

import pytest

from roomkey.cli import typing_signal
from roomkey.cli.typing_signal import TypingSignal


class Listening:
    """Notes what a room is told."""

    def __init__(self) -> None:
        self.told: list[bool] = []

    async def signal_typing(self, is_typing: bool) -> None:
        self.told.append(is_typing)


def tell(*lines: str) -> list[bool]:
    async def edit() -> list[bool]:
        room = Listening()
        signal = TypingSignal(room)
        for line in lines:
            signal.edited(line)
            await asyncio.sleep(0)
        await signal.stop()
        return room.told

    return asyncio.run(edit())


def test_writing_is_told_when_it_begins_and_when_the_line_is_empty_again() -> None:
    assert tell("h", "he", "hel", "", "") == [True, False]


@pytest.mark.parametrize("line", ["/", "/remove Bob", " ", ""])
def test_commands_and_nothing_are_told_to_nobody(line: str) -> None:
    assert tell(line) == []


def test_a_slash_that_is_meant_as_one_is_writing() -> None:
    assert tell("//shrug") == [True]


def test_who_stops_in_the_middle_of_a_line_writes_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typing_signal, "_IDLE_SECONDS", 0.0)

    async def pause() -> list[bool]:
        room = Listening()
        signal = TypingSignal(room)
        signal.edited("half a li")
        while room.told != [True, False]:
            await asyncio.sleep(0)
        await signal.stop()
        return room.told

    assert asyncio.run(pause()) == [True, False]
