"""Who asks for a room that is not there walks the same way as who has the wrong key."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from tests.unit.relay.rooms_alone import creation

import roomkey
from roomkey.crypto.randomness import system_random
from roomkey.crypto.signature import ED25519
from roomkey.errors import WrongRoomKey
from roomkey.relay.app import create_app
from roomkey.relay.config import RelayConfig
from roomkey.relay.fields import Fields
from roomkey.relay.session import Session
from roomkey.wire.transcripts import admission_transcript, resume_transcript

SOURCES = str(Path(roomkey.__file__).parent)


@pytest.fixture
def handlers(tmp_path: Path) -> Iterator[Any]:
    app = create_app(RelayConfig(tmp_path / "data"))
    yield app.extensions["relay"].sockets.handlers
    app.extensions["relay"].close()


def make_room(handlers: Any) -> str:
    session = Session("host", "address")
    drawn = handlers["room.reserve"](session, Fields({}))
    handlers["room.create"](session, creation(drawn, drawn["code"]))
    return str(drawn["code"])


def steps_of(handlers: Any, event: str, code: str) -> list[str]:
    """Try to come in with a key of one's own; give each of our functions entered and left."""
    session, (secret, leaf) = Session("guest", "address"), ED25519.generate(system_random)
    drawn = handlers["room.open"](session, Fields({"code": code}))
    make = admission_transcript if event == "room.admit" else resume_transcript
    signature = ED25519.sign(secret, make(drawn["room"], drawn["nonce"], leaf))
    fields = Fields({"room": drawn["room"], "leaf": leaf, "signature": signature})
    steps: list[str] = []

    def note(frame: FrameType, what: str, _value: Any) -> None:
        if what in ("call", "return") and frame.f_code.co_filename.startswith(SOURCES):
            steps.append(f"{what} {frame.f_code.co_qualname}")

    sys.setprofile(note)
    try:
        with pytest.raises(WrongRoomKey):
            handlers[event](session, fields)
    finally:
        sys.setprofile(None)
    return steps


@pytest.mark.parametrize("event", ["room.admit", "room.resume"])
def test_an_unknown_room_and_a_wrong_key_take_the_same_steps(handlers: Any, event: str) -> None:
    code = make_room(handlers)
    wrong_key = steps_of(handlers, event, code)
    unknown_room = steps_of(handlers, event, "00000-00000")
    assert any(step.endswith("verify") for step in wrong_key)
    assert any(step.startswith("call RoomStore.") or "MemberStore" in step for step in wrong_key)
    assert unknown_room == wrong_key
