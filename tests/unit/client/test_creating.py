"""A room is made once, or whoever wanted it is told that there is none."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fake_relay import ROOM, Device, FakeRelay

from roomkey.client.admission import Opened
from roomkey.client.connection import Backoff, ConnectionState
from roomkey.client.creating import (
    LARGE_SUITE,
    MAX_TRIES,
    NewRoom,
    is_being_made,
    make_until_answered,
    start_group,
)
from roomkey.client.events import RoomTrouble
from roomkey.client.line import Line
from roomkey.errors import (
    NotAdmitted,
    RateLimited,
    RelayFault,
    RelayUnreachable,
    RoomkeyError,
    TooManyConnections,
)

OPENED = Opened(ROOM, bytes(32))


class Counting(FakeRelay):
    """Counts the rooms that it is asked to make, and those that it makes."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = self.made = 0
        self.has_forgotten: Callable[[], bool] = lambda: False

    def answer(self, event: str, leaf: bytes, fields: Any) -> Any:
        if event == "room.create":
            self.asked += 1
            if self.has_forgotten():
                raise NotAdmitted
        return super().answer(event, leaf, fields)

    def _answer(self, event: str, leaf: bytes, fields: Any) -> Any:
        self.made += event == "room.create"
        return super()._answer(event, leaf, fields)


def begun(tmp_path: Path) -> tuple[Counting, Device]:
    """Ann, who has started a group for a room that the relay does not know of."""
    relay = Counting()
    ann = Device(relay, tmp_path / "a.room", "Ann")
    start_group(ann.state, NewRoom("shared", 3600, LARGE_SUITE, ""))
    return relay, ann


async def make(ann: Device) -> None:
    async with Line(ann.transport) as line:
        await make_until_answered(line, ann.state, OPENED, Backoff(0.001, 0.002))


def breaks(where: str, times: int) -> Callable[[str], str | None]:
    left = [where] * times
    return lambda event: left.pop() if event == "room.create" and left else None


@pytest.mark.parametrize("where", ["before", "after"])
@pytest.mark.parametrize("times", [0, 1, MAX_TRIES - 1])
def test_a_room_is_made_once_however_often_its_answer_is_lost(
    tmp_path: Path, where: str, times: int
) -> None:
    relay, ann = begun(tmp_path)
    relay.fault = breaks(where, times)
    asyncio.run(make(ann))
    assert relay.made == 1
    assert not is_being_made(ann.state)
    assert relay.members == {ann.state.leaf_key}
    # the connection that was left is closed, as all before it
    assert relay.connected == []
    ann.state.store.close()


def test_whoever_hears_no_answer_at_all_is_told_and_goes_on_with_the_same_room(
    tmp_path: Path,
) -> None:
    async def scene() -> None:
        relay, ann = begun(tmp_path)
        relay.fault = breaks("after", MAX_TRIES)
        with pytest.raises(RelayUnreachable):
            await make(ann)
        assert relay.asked == MAX_TRIES
        assert is_being_made(ann.state)
        ann.state.store.close()
        session = await ann.restart()
        await ann.send("first").stored()
        assert session.connection.state is ConnectionState.ONLINE
        assert relay.made == 1
        assert ann.texts == ["first"]
        await ann.stop()

    asyncio.run(asyncio.wait_for(scene(), 100))


@pytest.mark.parametrize("refusal", [RelayUnreachable, TooManyConnections, RateLimited])
def test_a_relay_that_takes_no_connection_while_the_room_is_made_is_tried_again(
    tmp_path: Path, refusal: type[RoomkeyError]
) -> None:
    async def scene() -> None:
        relay, ann = begun(tmp_path)
        relay.fault = breaks("before", 1)
        transports = 0

        def transport() -> Any:
            nonlocal transports
            transports += 1
            made = ann.transport()
            if transports == 2:

                async def refused() -> None:
                    raise refusal

                made.connect = refused  # type: ignore[method-assign]
            return made

        async with Line(transport) as line:
            await make_until_answered(line, ann.state, OPENED, Backoff(0.001, 0.002))
        assert (relay.made, transports) == (1, 3)
        ann.state.store.close()

    asyncio.run(scene())


def test_a_code_that_the_relay_has_forgotten_makes_no_room(tmp_path: Path) -> None:
    relay, ann = begun(tmp_path)
    relay.has_forgotten = lambda: True
    # at once it is the relay's refusal, and after a lost answer no room can have been made
    with pytest.raises(NotAdmitted):
        asyncio.run(make(ann))
    relay.has_forgotten, relay.fault = lambda: relay.asked > 1, breaks("before", 1)
    with pytest.raises(RelayFault, match="too long ago"):
        asyncio.run(make(ann))
    assert relay.made == 0
    ann.state.store.close()


def test_a_room_that_can_no_longer_be_made_is_over_and_keeps_no_key(tmp_path: Path) -> None:
    async def scene() -> None:
        relay, ann = begun(tmp_path)
        relay.has_forgotten = lambda: True
        session = ann.start()
        waits = session.outbox.add("to nobody")
        with pytest.raises(RelayFault):
            await waits.stored()
        assert session.connection.state is ConnectionState.REMOVED
        troubles = [event.code for event in ann.events if isinstance(event, RoomTrouble)]
        assert troubles == [RelayFault.code]
        assert ann.state.group is None
        assert ann.state.secrets.psk == b""
        await ann.stop()

    asyncio.run(asyncio.wait_for(scene(), 100))
