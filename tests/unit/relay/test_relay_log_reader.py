"""What members read of a log: whole in parts that fit in an answer, and nobody else anything."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.unit.relay.rooms_alone import RoomsAlone

from roomkey.errors import NotAdmitted
from roomkey.relay.fields import Fields
from roomkey.relay.limits import Limits
from roomkey.relay.log_reader import LogReader
from roomkey.relay.session import Session
from roomkey.relay.store import Envelope, Room
from roomkey.wire.limits import MAX_COMMIT_BYTES, MAX_MESSAGE_BYTES, MAX_SYNC_BYTES

ROOM, LEAF = bytes(16), bytes(32)
LARGE = MAX_COMMIT_BYTES


class Scene(RoomsAlone):
    """A room with a long log, and a connection of its member."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.reader = LogReader(self.store, Limits({}))
        self.session = Session("sid", "address")
        self.session.member[ROOM] = LEAF

    def fill(self, sizes: list[int], copy: bytes) -> None:
        made = Room(
            room=ROOM, request=bytes(16), creator=LEAF, created=0, touched=0, admission=LEAF,
            key_id=0, epoch=0, head=len(sizes), floor=1, suite=1, retention=3600, max_members=9,
            closed=False,
        )  # fmt: skip
        log = [
            (ROOM, Envelope(seq, 0, "message", 0, LEAF, seq.to_bytes(16), bytes(size)), copy)
            for seq, size in enumerate(sizes, 1)
        ]
        self.journal.write(lambda stored: stored.rooms.add(made, b"group info"))
        self.journal.write(lambda stored: stored.members.add(ROOM, LEAF))
        self.journal.write(lambda stored: stored.envelopes.add(log))

    def sync(self, after: int) -> dict[str, Any]:
        return self.reader.sync(self.session, Fields({"room": ROOM, "after": after, "limit": 100}))

    def history(self, before: int) -> dict[str, Any]:
        fields = {"room": ROOM, "before": before, "limit": 100}
        return self.reader.history(self.session, Fields(fields))


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with closing(Scene(tmp_path)) as made:
        yield made


def test_a_log_is_read_whole_in_answers_that_each_fit(scene: Scene) -> None:
    scene.fill([LARGE, LARGE, 1, LARGE, LARGE, 2], b"copy")
    read: list[int] = []
    answers = 0
    more = True
    while more:
        answer = scene.sync(read[-1] if read else 0)
        assert sum(len(envelope["body"]) for envelope in answer["envelopes"]) <= MAX_SYNC_BYTES
        read += [envelope["seq"] for envelope in answer["envelopes"]]
        more, answers = answer["more"], answers + 1
    assert read == [1, 2, 3, 4, 5, 6]
    assert answers == 3


def test_archive_copies_are_read_whole_in_answers_that_each_fit(scene: Scene) -> None:
    scene.fill([1] * 40, bytes(MAX_MESSAGE_BYTES))
    read: list[int] = []
    more = True
    while more:
        answer = scene.history(read[-1] if read else 41)
        assert sum(len(copy["archive"]) for copy in answer["archives"]) <= MAX_SYNC_BYTES
        read += [copy["seq"] for copy in answer["archives"]]
        more = answer["more"]
    assert read == list(range(40, 0, -1))


def test_who_was_removed_where_this_connection_has_not_heard_of_it_reads_nothing(
    scene: Scene,
) -> None:
    scene.fill([1, 2], b"copy")
    assert len(scene.sync(0)["envelopes"]) == len(scene.history(3)["archives"]) == 2
    scene.journal.write(lambda stored: stored.members.remove(ROOM, [LEAF]))
    with pytest.raises(NotAdmitted):
        scene.sync(0)
    with pytest.raises(NotAdmitted):
        scene.history(3)
