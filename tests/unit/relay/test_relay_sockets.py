"""The relay's events: who may connect, what each request is answered with, and who is pushed to."""

from typing import Any

import pytest
from flask import Flask
from socketio.exceptions import ConnectionRefusedError as Refused

from roomkey.errors import NotAdmitted
from roomkey.relay.fields import Fields
from roomkey.relay.handshake import ADDRESS_KEY
from roomkey.relay.limits import Limits
from roomkey.relay.packets import MALFORMED
from roomkey.relay.session import Presence, Session
from roomkey.relay.sockets import Sockets
from roomkey.relay.websocket import ENVIRON_KEY
from roomkey.wire.limits import PROTOCOL_VERSION

ROOM, LEAF = b"r" * 16, b"l" * 32
ADDRESS = "192.0.2.1"
SAID = {"v": PROTOCOL_VERSION}


class Line:
    """A WebSocket, as far as it can be cut off."""

    is_open = True

    def abort(self) -> None:
        self.is_open = False


class Scene:
    """A relay's sockets, and connections that say what the test has them say."""

    def __init__(self, **rates: str) -> None:
        self.presence = Presence()
        self.sockets = Sockets(Flask("test"), 1_000_000, Limits(rates), self.presence)
        self.server: Any = self.sockets._server
        self.sent: list[str] = []
        self.server._send_eio_packet = lambda engine_id, _packet: self.sent.append(engine_id)
        self.lines: dict[str, Line] = {}

    def connect(self, name: str, auth: object = SAID, address: str = ADDRESS) -> str:
        sid: str = self.server.manager.connect(name, "/")
        self.lines[sid] = Line()
        environ = {ADDRESS_KEY: address, ENVIRON_KEY: self.lines[sid]}
        self._handler("connect")(sid, environ, auth)
        return sid

    def disconnect(self, sid: str) -> None:
        self._handler("disconnect")(sid, "transport close")

    def ask(self, sid: str, event: str, **fields: object) -> dict[str, Any]:
        answer: dict[str, Any] = self._handler("*")(event, sid, fields)
        return answer

    def session(self, sid: str) -> Session:
        return self.sockets._sessions[sid]

    def _handler(self, event: str) -> Any:
        return self.server.handlers["/"][event]


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.mark.parametrize(
    "auth",
    [
        None,
        [],
        "1",
        {},
        {"v": None},
        {"v": PROTOCOL_VERSION + 1},
        {"v": str(PROTOCOL_VERSION)},
        {"v": float(PROTOCOL_VERSION)},
        {"v": True},
    ],
)
def test_who_does_not_speak_this_version_is_not_connected(scene: Scene, auth: object) -> None:
    with pytest.raises(Refused, match="unsupported_version"):
        scene.connect("a", auth)
    assert scene.sockets.connections == 0


def test_connecting_is_counted_with_what_an_address_asks() -> None:
    scene = Scene(event_address="2/day")
    scene.connect("a")
    scene.connect("b")
    with pytest.raises(Refused, match="rate_limited"):
        scene.connect("c")
    assert scene.sockets.connections == 2


def test_a_request_is_answered_with_what_its_handler_gives(scene: Scene) -> None:
    scene.sockets.handlers["test"] = lambda session, fields: {
        "address": session.address,
        "room": fields.room(),
    }
    sid = scene.connect("a")
    assert scene.ask(sid, "test", room=ROOM) == {"ok": True, "address": ADDRESS, "room": ROOM}


@pytest.mark.parametrize(
    ("event", "code"), [("test.unknown", "unknown_event"), (MALFORMED, "malformed_request")]
)
def test_what_is_no_request_gets_a_code_and_the_connection_lives_on(
    scene: Scene, event: str, code: str
) -> None:
    sid = scene.connect("a")
    assert scene.ask(sid, event) == {"ok": False, "code": code}
    assert scene.lines[sid].is_open


def test_a_refusal_is_its_code_and_what_belongs_to_it(scene: Scene) -> None:
    def refuse(_session: Session, _fields: Fields) -> dict[str, Any]:
        raise NotAdmitted(answer={"head": 7})

    scene.sockets.handlers["test"] = refuse
    assert scene.ask(scene.connect("a"), "test") == {"ok": False, "code": "not_admitted", "head": 7}


def test_a_fault_is_noted_by_its_kind_and_answered_without_its_text(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_session: Session, _fields: Fields) -> dict[str, Any]:
        raise KeyError("a text that may name a room")

    scene.sockets.handlers["test"] = fail
    sid = scene.connect("a")
    assert scene.ask(sid, "test") == {"ok": False, "code": "relay_fault"}
    assert scene.lines[sid].is_open
    said = capsys.readouterr()
    assert "KeyError" in said.out + said.err
    assert "a text" not in said.out + said.err


def test_a_flood_is_cut_off_and_who_comes_from_elsewhere_is_answered() -> None:
    scene = Scene(event_address="4/day")
    scene.sockets.handlers["test"] = lambda _session, _fields: {}
    flooding, other = scene.connect("a"), scene.connect("b", address="192.0.2.2")
    answers = [scene.ask(flooding, "test") for _ in range(4)]
    assert answers == [{"ok": True}] * 3 + [{"ok": False, "code": "rate_limited"}]
    assert not scene.lines[flooding].is_open
    assert scene.ask(other, "test") == {"ok": True}
    assert scene.lines[other].is_open


def test_a_connection_that_has_ended_is_answered_nothing(scene: Scene) -> None:
    scene.sockets.handlers["test"] = lambda _session, _fields: {}
    sid = scene.connect("a")
    scene.disconnect(sid)
    assert scene.ask(sid, "test") == {"ok": False, "code": "malformed_request"}
    # it may be told twice that a connection has ended
    scene.disconnect(sid)
    assert scene.sockets.connections == 0


def test_who_goes_away_while_coming_into_a_room_is_in_none(scene: Scene) -> None:
    def enter(session: Session, _fields: Fields) -> dict[str, Any]:
        scene.disconnect(session.sid)
        scene.presence.enter(session, ROOM, LEAF)
        return {}

    scene.sockets.handlers["test"] = enter
    scene.ask(scene.connect("a"), "test")
    assert scene.presence.rooms() == []


def test_a_push_goes_to_everybody_in_the_room_but_who_asked_for_it(scene: Scene) -> None:
    sids = [scene.connect(name) for name in "abcd"]
    for sid in sids[:3]:
        scene.presence.enter(scene.session(sid), ROOM, LEAF)
    scene.sockets.push("room.signal", ROOM, {"room": ROOM}, sids[0])
    assert scene.sent == ["b", "c"]
    scene.sockets.push("room.signal", ROOM, {"room": ROOM}, None)
    assert scene.sent == ["b", "c", "a", "b", "c"]
    for sid in sids[1:]:
        scene.disconnect(sid)
    scene.sockets.push("room.signal", ROOM, {"room": ROOM}, sids[0])
    assert len(scene.sent) == 5


def test_a_push_passes_by_who_is_going_away(scene: Scene) -> None:
    staying, going = scene.connect("a"), scene.connect("b")
    for sid in (staying, going):
        scene.presence.enter(scene.session(sid), ROOM, LEAF)
    going_session = scene.session(going)
    scene.disconnect(going)
    # what it asked for last was answered after it had gone
    scene.presence.enter(going_session, ROOM, LEAF)
    scene.sockets.push("room.signal", ROOM, {"room": ROOM}, None)
    assert scene.sent == ["a"]
