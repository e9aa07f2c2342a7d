"""Coming back while others write: nothing falls between the head that is told and the pushes."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.unit.relay.rooms_alone import RoomsAlone

from roomkey.crypto.randomness import system_random
from roomkey.crypto.signature import ED25519
from roomkey.errors import WrongRoomKey
from roomkey.relay.fields import Fields
from roomkey.relay.session import Session
from roomkey.relay.store import Room, Store, Transaction
from roomkey.wire.transcripts import resume_transcript

CODE = "0000000000"
SECRET, LEAF = ED25519.generate(system_random)


class BusyStore(Store):
    """A database in which something happens each time that somebody has read."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.after_each_read: Callable[[], None] = lambda: None

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        with super().read() as stored:
            yield stored
        self.after_each_read()


class Scene(RoomsAlone):
    """One room with one member, who comes back."""

    store: BusyStore

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, BusyStore)
        self.room = self.seed.room_id(CODE)
        self.made = Room(
            room=self.room, request=bytes(16), creator=LEAF, created=0, touched=0, admission=LEAF,
            key_id=0, epoch=0, head=0, floor=1, suite=1, retention=3600, max_members=9,
            closed=False,
        )  # fmt: skip
        self.journal.write(lambda stored: stored.rooms.add(self.made, b"group info"))
        self.journal.write(lambda stored: stored.members.add(self.room, LEAF))

    def resume(self, session: Session) -> dict[str, Any]:
        drawn = self.rooms.open(session, Fields({"code": CODE}))
        signature = ED25519.sign(SECRET, resume_transcript(self.room, drawn["nonce"], LEAF))
        fields = {"room": self.room, "leaf": LEAF, "signature": signature}
        return self.rooms.resume(session, Fields(fields))


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with closing(Scene(tmp_path)) as made:
        yield made


def test_what_is_appended_while_a_member_comes_back_is_told_or_pushed(scene: Scene) -> None:
    session = Session("sid", "address")
    head, pushed = 0, set[int]()

    def append() -> None:
        nonlocal head
        head += 1
        scene.journal.write(lambda stored: stored.rooms.advance([replace(scene.made, head=head)]))
        if session in scene.presence.connections(scene.room):
            pushed.add(head)

    scene.store.after_each_read = append
    told = scene.resume(session)["head"]
    assert set(range(1, head + 1)) <= pushed | set(range(1, told + 1))


def test_who_is_removed_while_coming_back_is_not_in_the_room(scene: Scene) -> None:
    session = Session("sid", "address")

    def remove() -> None:
        scene.journal.write(lambda stored: stored.members.remove(scene.room, [LEAF]))

    scene.store.after_each_read = remove
    with pytest.raises(WrongRoomKey):
        scene.resume(session)
    assert scene.presence.connections(scene.room) == []
