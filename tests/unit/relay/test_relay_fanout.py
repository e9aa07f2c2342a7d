"""What peers tell is a hint: what was missed is found in the database, and made good."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import gevent
import pytest

from roomkey.relay.fanout import PeerFanout
from roomkey.relay.journal import Journal
from roomkey.relay.peers import Peers
from roomkey.relay.session import Presence, Session
from roomkey.relay.store import Envelope, Room, Store, Transaction

ROOM, ANN, BOB = b"r" * 16, b"a" * 32, b"b" * 32


class SilentPeers:
    """Peers that tell nothing, and are told."""

    def __init__(self) -> None:
        self.told: list[tuple[Any, ...]] = []
        self.on_told: Callable[[list[Any]], None] = lambda _message: None
        self.on_listening: Callable[[], None] = lambda: None

    def tell(self, *message: Any) -> None:
        self.told.append(message)


class Scene:
    """A room with two members, both connected to one of several relays."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(f"sqlite:///{folder / 'relay.sqlite3'}")
        self.journal = Journal(self.store)
        self.presence, self.peers = Presence(), SilentPeers()
        self.pushed: list[tuple[str, int]] = []
        peers = cast(Peers, self.peers)
        self.fanout = PeerFanout(self.presence, self._push, peers, self.store)
        self.made = Room(
            room=ROOM, request=bytes(16), creator=ANN, created=0, touched=0, admission=ANN,
            key_id=0, epoch=0, head=0, floor=1, suite=1, retention=3600, max_members=9,
            closed=False,
        )  # fmt: skip
        self.journal.write(lambda stored: stored.rooms.add(self.made, b"group info"))
        for leaf in (ANN, BOB):
            self.journal.write(lambda stored, leaf=leaf: stored.members.add(ROOM, leaf))  # type: ignore[misc]
            self.presence.enter(Session(leaf.hex(), "address"), ROOM, leaf)
            self.fanout.entered(ROOM, 0)

    def _push(self, event: str, room: bytes, content: dict[str, Any], _but: str | None) -> None:
        assert room == ROOM
        self.pushed.append((event, content["seq"]))

    def append(self, seq: int) -> None:
        """Have a peer append to the room's log."""

        def work(stored: Transaction) -> None:
            envelope = Envelope(seq, 0, "message", 0, ANN, seq.to_bytes(16, "big"), b"")
            stored.rooms.advance([replace(self.made, head=seq)])
            stored.envelopes.add([(ROOM, envelope, None)])

        self.journal.write(work)

    def tell(self, *message: Any) -> None:
        """Have a peer tell of something."""
        self.peers.on_told(list(message))

    @property
    def connected(self) -> set[bytes]:
        return {session.member[ROOM] for session in self.presence.connections(ROOM)}


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path)
    yield made
    made.journal.close()
    made.store.close()


def envelope(seq: int) -> tuple[str, int]:
    return ("room.envelope", seq)


def test_what_nobody_told_of_is_shown_by_the_last_envelope_once(scene: Scene) -> None:
    for seq in (1, 2, 3):
        scene.append(seq)
    for _ in range(2):
        scene.fanout.check()
    assert scene.pushed == [envelope(3)]


def test_what_was_told_in_order_is_not_pushed_again(scene: Scene) -> None:
    for seq in (1, 2):
        scene.append(seq)
        scene.tell("room.envelope", ROOM, {"seq": seq})
    scene.fanout.check()
    assert scene.pushed == [envelope(1), envelope(2)]


def test_what_was_told_out_of_order_may_hide_a_gap_and_is_made_good(scene: Scene) -> None:
    for seq in (1, 2):
        scene.append(seq)
    scene.tell("room.envelope", ROOM, {"seq": 2})
    scene.fanout.check()
    assert scene.pushed == [envelope(2), envelope(2)]


def test_who_was_removed_at_a_peer_is_dropped_whether_or_not_that_was_told(scene: Scene) -> None:
    scene.tell("drop", ROOM, BOB)
    assert scene.connected == {ANN}
    scene.presence.enter(Session("again", "address"), ROOM, BOB)
    scene.append(1)
    scene.journal.write(lambda stored: stored.members.remove(ROOM, [BOB]))
    scene.fanout.check()
    assert scene.connected == {ANN}


def test_peers_are_told_of_what_happens_here(scene: Scene) -> None:
    scene.fanout.push("room.envelope", ROOM, {"seq": 1}, None)
    scene.fanout.drop_member(ROOM, BOB)
    assert scene.peers.told == [("room.envelope", ROOM, {"seq": 1}), ("drop", ROOM, BOB)]
    assert scene.connected == {ANN}


def test_a_room_that_nobody_is_in_any_more_is_forgotten(scene: Scene) -> None:
    for session in scene.presence.connections(ROOM):
        scene.presence.forget(session)
    scene.append(1)
    scene.fanout.check()
    assert scene.pushed == []
    assert scene.fanout._pushed == {}


def test_an_envelope_that_is_gone_already_is_not_pushed_and_not_looked_for_again(
    scene: Scene,
) -> None:
    scene.append(1)
    scene.journal.write(lambda stored: stored.envelopes.delete_through(ROOM, 1))
    for _ in range(2):
        scene.fanout.check()
    assert scene.pushed == []


def test_a_database_that_fails_is_asked_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scene.append(1)
    behind, failed = scene.fanout._behind, []

    def fail_once(rooms: list[bytes]) -> Any:
        if not failed:
            failed.append(rooms)
            raise OSError("a text that may name a room")
        return behind(rooms)

    monkeypatch.setattr(scene.fanout, "_behind", fail_once)
    checking = gevent.spawn(scene.fanout.check_forever)
    while not scene.pushed:
        scene.peers.on_listening()
        gevent.sleep(0.001)
    checking.kill()
    assert scene.pushed == [envelope(1)]
    assert failed
    said = capsys.readouterr()
    assert "OSError" in said.out + said.err
    assert "a text" not in said.out + said.err
