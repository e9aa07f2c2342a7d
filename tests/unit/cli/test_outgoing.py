"""What a chat sends is followed: what waits or fails is told, and the end waits for the rest."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest

import roomkey
from roomkey.cli import outgoing, parts
from roomkey.cli.outgoing import Outgoing
from roomkey.cli.presenter import Presenter
from roomkey.errors import RoomClosed, RoomkeyError, TooLarge

SELF = roomkey.Member(1, "5e" * 16, "Me", is_self=True)
OTHER = roomkey.Member(2, "07" * 16, "Bob")
OWN = roomkey.MessageReceived(b"\x01" * 32, SELF, "one", 0, 1, is_own=True)


class Sent:
    """A message that is stored when the test says so."""

    def __init__(self, number: int) -> None:
        self.id = bytes([number]) * 32
        self.outcome: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def stored(self) -> None:
        await asyncio.shield(self.outcome)


class Told:
    """A room that takes messages, and a presenter that notes what it is told."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.said: list[tuple[str, bytes | None, int | None]] = []
        self.waited: list[str] = []
        self.refused: list[tuple[str, str]] = []
        self.refusal: RoomkeyError | None = None

    async def send(
        self, text: str, *, in_reply_to: bytes | None, expires_after: int | None
    ) -> Sent:
        if self.refusal is not None:
            raise self.refusal
        self.said.append((text, in_reply_to, expires_after))
        self.sent.append(Sent(len(self.sent) + 1))
        return self.sent[-1]

    def waiting(self, text: str) -> None:
        self.waited.append(text)

    def failed(self, text: str, error: RoomkeyError) -> None:
        self.refused.append((text, error.code))


def talk(scene: Callable[[Outgoing, Told], Any]) -> Told:
    async def play() -> Told:
        told = Told()
        made = Outgoing(cast(roomkey.Room, told), cast(Presenter, told))
        await scene(made, told)
        await made.stop()
        return told

    return asyncio.run(play())


async def until(is_so: Callable[[], bool]) -> None:
    while not is_so():
        await asyncio.sleep(0)


def test_a_long_text_goes_in_parts_and_the_first_answers() -> None:
    async def scene(out: Outgoing, _told: Told) -> None:
        out.expires_after = 60
        await out.say("a" * parts.MOST_BYTES + "b", in_reply_to=b"answered")

    said = talk(scene).said
    assert [(text[0], answered, after) for text, answered, after in said] == [
        ("a", b"answered", 60),
        ("b", None, 60),
    ]


def test_what_the_room_refuses_is_told_at_once_and_the_next_part_is_tried() -> None:
    async def scene(out: Outgoing, told: Told) -> None:
        told.refusal = TooLarge()
        await out.say("a" * parts.MOST_BYTES + "b")

    told = talk(scene)
    refused = [(text[0], code) for text, code in told.refused]
    assert refused == [("a", "too_large"), ("b", "too_large")]
    assert told.said == []


def test_what_is_not_stored_soon_waits_and_what_never_is_has_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outgoing, "_PATIENCE_SECONDS", 0)

    async def scene(out: Outgoing, told: Told) -> None:
        await out.say("one")
        await until(lambda: told.waited == ["one"])
        told.sent[0].outcome.set_exception(RoomClosed())
        await until(lambda: bool(told.refused))

    assert talk(scene).refused == [("one", "room_closed")]


def test_what_is_stored_at_once_is_not_spoken_of() -> None:
    async def scene(out: Outgoing, told: Told) -> None:
        await out.say("one")
        told.sent[0].outcome.set_result(None)
        out.take(OWN)
        await out.finish()

    told = talk(scene)
    assert (told.waited, told.refused) == ([], [])


@pytest.mark.parametrize(
    "event",
    [
        OWN,
        roomkey.MessageChanged(OWN),
        roomkey.MessageDeleted(OWN),
        roomkey.ReactionAdded(b"about", roomkey.Reaction(OWN.id, "👍", SELF)),
        roomkey.ReactionRemoved(b"about", roomkey.Reaction(OWN.id, "👍", SELF)),
    ],
    ids=lambda event: type(event).__name__,
)
def test_the_end_waits_until_what_was_said_has_come_back(event: roomkey.Event) -> None:
    async def scene(out: Outgoing, told: Told) -> None:
        await out.say("one")
        told.sent[0].outcome.set_result(None)
        finishing = asyncio.create_task(out.finish())
        for other in _of_others():
            out.take(other)
        for _ in range(9):
            await asyncio.sleep(0)
        assert not finishing.done()
        out.take(event)
        await finishing

    talk(scene)


def test_the_end_waits_until_everything_is_stored() -> None:
    async def scene(out: Outgoing, told: Told) -> None:
        await out.say("one")
        out.take(OWN)
        finishing = asyncio.create_task(out.finish())
        for _ in range(9):
            await asyncio.sleep(0)
        assert not finishing.done()
        told.sent[0].outcome.set_result(None)
        await finishing

    talk(scene)


def _of_others() -> list[roomkey.Event]:
    """What is no echo of what this member has sent."""
    theirs = replace(OWN, sender=OTHER, is_own=False)
    return [
        theirs,
        roomkey.MessageChanged(theirs),
        roomkey.MessageDeleted(theirs),
        roomkey.ReactionAdded(b"about", roomkey.Reaction(OWN.id, "👍", OTHER)),
        roomkey.MemberJoined(OTHER),
    ]


def test_the_end_does_not_wait_for_ever_for_an_echo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "_LAST_WORDS_SECONDS", 0)

    async def scene(out: Outgoing, told: Told) -> None:
        await out.say("one")
        told.sent[0].outcome.set_result(None)
        await out.finish()

    assert len(talk(scene).sent) == 1


def test_who_stops_follows_nothing_any_more() -> None:
    async def scene(out: Outgoing, told: Told) -> None:
        await out.say("one")
        await asyncio.sleep(0)
        await out.stop()
        assert out._tasks == set()
        told.sent[0].outcome.set_exception(RoomClosed())
        await asyncio.sleep(0)
        # nobody asks for it any more
        told.sent[0].outcome.exception()

    assert talk(scene).refused == []
