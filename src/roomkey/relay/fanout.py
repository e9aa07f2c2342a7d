"""Who is told of what happens in a room: the connections here, and those at this relay's peers."""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import gevent
from gevent.event import Event

from .logs import logger
from .sequencer import Push
from .session import Presence
from .store import Envelope, Store

if TYPE_CHECKING:
    from .peers import Peers

_CHECK_SECONDS: Final = 2.0
_ROOMS_AT_ONCE: Final = 500


class Fanout:
    """Pushes and removals, where this relay has no peers."""

    def __init__(self, presence: Presence, send: Push) -> None:
        self._presence = presence
        self._send = send

    def push(self, event: str, room: bytes, content: dict[str, Any], but: str | None) -> None:
        """Send an event to all connections of a room's members but one."""
        self._send(event, room, content, but)

    def drop_member(self, room: bytes, leaf: bytes) -> None:
        """Have a leaf's connections be in the room no more."""
        self._presence.drop_member(room, leaf)

    def entered(self, room: bytes, seq: int) -> None:
        """Note that a connection which has the log up to `seq` is in a room from now on."""


class PeerFanout(Fanout):
    """Pushes and removals that peers are told of, too.

    What a peer tells may be lost. So the heads of the rooms that have connections here are
    compared with what was pushed: of a room that is ahead its last envelope is pushed, and its
    members see that they miss something.
    """

    def __init__(self, presence: Presence, send: Push, peers: "Peers", store: Store) -> None:
        super().__init__(presence, send)
        self._peers = peers
        self._store = store
        # Of each room with connections here: up to where all was pushed to them.
        self._pushed: dict[bytes, int] = {}
        self._check_now: Any = Event()
        peers.on_told = self._told
        peers.on_listening = self._check_now.set

    def push(self, event: str, room: bytes, content: dict[str, Any], but: str | None) -> None:
        """Send an event to all connections of a room's members but one, wherever they are."""
        self._push_here(event, room, content, but)
        self._peers.tell(event, room, content)

    def drop_member(self, room: bytes, leaf: bytes) -> None:
        """Have a leaf's connections be in the room no more, wherever they are."""
        super().drop_member(room, leaf)
        self._peers.tell("drop", room, leaf)

    def entered(self, room: bytes, seq: int) -> None:
        """Note that a connection which has the log up to `seq` is in a room from now on."""
        self._pushed[room] = min(seq, self._pushed.get(room, seq))

    def check_forever(self) -> None:
        """Look for what was missed, again and again."""
        while True:
            self._check_now.wait(_CHECK_SECONDS)
            self._check_now.clear()
            try:
                self.check()
            except Exception as error:
                logger().error("check_failed", fault=type(error).__name__)

    def check(self) -> None:
        """Look once for what was missed in the rooms that have connections here."""
        rooms = iter(self._presence.rooms())
        kept: dict[bytes, int] = {}
        while some := list(islice(rooms, _ROOMS_AT_ONCE)):
            for room, head, last, gone in self._behind(some):
                for leaf in gone:
                    self._presence.drop_member(room, leaf)
                if last is not None:
                    self._send("room.envelope", room, {"room": room, **last.to_map()}, None)
                self._pushed[room] = max(head, self._pushed.get(room, 0))
            kept |= {room: self._pushed[room] for room in some if room in self._pushed}
            gevent.sleep(0)
        self._pushed = kept

    def _behind(
        self, rooms: list[bytes]
    ) -> Iterator[tuple[bytes, int, Envelope | None, list[bytes]]]:
        with self._store.read() as stored:
            for room, head in stored.rooms.heads(rooms):
                if self._pushed.get(room, -1) >= head:
                    continue
                last = next(stored.envelopes.after(room, head - 1, 1), None)
                leaves = {s.member[room] for s in self._presence.connections(room)}
                gone = [leaf for leaf in leaves if not stored.members.has(room, leaf)]
                yield room, head, last, gone

    def _told(self, message: list[Any]) -> None:
        event, room, content = message
        if event == "drop":
            self._presence.drop_member(room, content)
        else:
            self._push_here(event, room, content, None)

    def _push_here(self, event: str, room: bytes, content: dict[str, Any], but: str | None) -> None:
        self._send(event, room, content, but)
        if event == "room.envelope" and self._pushed.get(room) == content["seq"] - 1:
            self._pushed[room] = content["seq"]
