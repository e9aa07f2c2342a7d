"""Codes that are drawn make rooms for an hour, once, whatever becomes of the relay."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from roomkey.crypto.randomness import system_random
from roomkey.crypto.signature import ED25519
from roomkey.errors import NotAdmitted
from roomkey.relay import rooms
from roomkey.relay.config import RelayConfig
from roomkey.relay.fields import Fields
from roomkey.relay.journal import Journal
from roomkey.relay.limits import Limits
from roomkey.relay.retention import Retention
from roomkey.relay.seed import Seed
from roomkey.relay.session import Directory, Session
from roomkey.relay.store import Store
from roomkey.wire.transcripts import resume_transcript

HOUR = 3_600_000


class Scene:
    """A relay's rooms, with a clock that stands still until it is set."""

    def __init__(self, folder: Path) -> None:
        self.now = 0
        self.store = Store(f"sqlite:///{folder / 'relay.sqlite3'}")
        self.journal = Journal(self.store)
        self.rooms = rooms.Rooms(
            RelayConfig(folder), self.store, self.journal, Seed(bytes(32)), Limits({}),
            Directory(), lambda: self.now, system_random, lambda *_: None,
        )  # fmt: skip

    def reserve(self) -> dict[str, Any]:
        return self.rooms.reserve(Session("sid", "address"), Fields({}))

    def create(self, code: str) -> dict[str, Any]:
        session, (secret, leaf) = Session("other", "address"), ED25519.generate(system_random)
        drawn = self.rooms.open(session, Fields({"code": code}))
        signed = resume_transcript(drawn["room"], drawn["nonce"], leaf)
        fields = {
            "request": system_random(16),
            "code": code,
            "admission": leaf,
            "leaf": leaf,
            "signature": ED25519.sign(secret, signed),
            "group_info": b"group info",
            "suite": 1,
            "retention": 3600,
            "max_members": 9,
        }
        return self.rooms.create(session, Fields(fields))


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path)
    yield made
    made.journal.close()
    made.store.close()


def test_a_code_makes_one_room_on_whichever_connection(scene: Scene) -> None:
    code = scene.reserve()["code"]
    assert scene.create(code)["seq"] == 0
    with pytest.raises(NotAdmitted):
        scene.create(code)


def test_a_code_drawn_more_than_an_hour_ago_makes_no_room(scene: Scene) -> None:
    early, late = scene.reserve(), scene.reserve()
    scene.now = HOUR
    assert scene.create(early["code"])["seq"] == 0
    scene.now = HOUR + 1
    with pytest.raises(NotAdmitted):
        scene.create(late["code"])
    Retention(scene.journal, lambda: scene.now).sweep()
    assert not scene.journal.write(lambda stored: stored.reservations.has(late["room"], 0))


def test_beyond_so_many_codes_the_oldest_is_forgotten(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "MAX_RESERVED", 2)
    codes = []
    for scene.now in range(3):
        codes.append(scene.reserve()["code"])
    with pytest.raises(NotAdmitted):
        scene.create(codes[0])
    assert [scene.create(code)["seq"] for code in codes[1:]] == [0, 0]
