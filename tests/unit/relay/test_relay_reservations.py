"""Codes that are drawn make rooms for an hour, once, whatever becomes of the relay."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.unit.relay.rooms_alone import RoomsAlone, creation

from roomkey.errors import NotAdmitted, TooManyRooms
from roomkey.relay import rooms
from roomkey.relay.fields import Fields
from roomkey.relay.retention import Retention
from roomkey.relay.session import Session

HOUR = 3_600_000


class Scene(RoomsAlone):
    """Codes that are drawn, and rooms that are made of them, each on a connection of its own."""

    def reserve(self) -> dict[str, Any]:
        return self.rooms.reserve(Session("sid", "address"), Fields({}))

    def create(self, code: str) -> dict[str, Any]:
        session = Session("other", "address")
        opened = self.rooms.open(session, Fields({"code": code}))
        return self.rooms.create(session, creation(opened, code))


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with closing(Scene(tmp_path)) as made:
        yield made


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


def test_a_relay_that_is_full_makes_no_room_and_the_code_stays_good(scene: Scene) -> None:
    scene.rooms._config = replace(scene.rooms._config, max_rooms=1)
    first, second = scene.reserve(), scene.reserve()
    scene.create(first["code"])
    with pytest.raises(TooManyRooms):
        scene.create(second["code"])
    scene.rooms._config = replace(scene.rooms._config, max_rooms=2)
    assert scene.create(second["code"])["seq"] == 0
