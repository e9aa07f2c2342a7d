"""Giving each accepted request the next place in its room's log, once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from roomkey.errors import NotAdmitted, RoomClosed

from .journal import Journal
from .session import Session
from .store import Envelope, Room, Transaction
from .store.records import Kind

Answer = dict[str, Any]
Push = Callable[[str, bytes, Answer, str | None], None]
"""Send an event about a room to everybody connected to it, but for one connection."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An envelope to be, and its archive copy, before it has a place and a time."""

    kind: Kind
    room: bytes
    leaf: bytes
    request: bytes
    body: bytes
    archive: bytes | None = None
    welcome: bytes | None = None
    history: bytes | None = None
    root: bytes | None = None

    def place(self, found: Room, now: int) -> Envelope:
        """Give the draft the room's next place; a room's time never runs backwards."""
        return Envelope(
            seq=found.head + 1,
            time=max(now, found.touched),
            kind=self.kind,
            epoch=found.epoch,
            leaf=self.leaf,
            request=self.request,
            body=self.body,
            welcome=self.welcome,
            history=self.history,
            root=self.root,
        )


Work = Callable[[Transaction, Room], None]
"""Check a request against its room and store what travels with its envelope, or raise."""


class Sequencer:
    """Appends to rooms' logs, and pushes what it has appended once that is on disk."""

    def __init__(self, journal: Journal, push: Push, clock: Callable[[], int]) -> None:
        self._journal = journal
        self._push = push
        self._clock = clock

    def append(
        self,
        session: Session,
        draft: Draft,
        work: Work,
        *,
        joining: bool = False,
    ) -> Answer:
        """Carry out a request's work and append its envelope; a request seen before gets its place.

        Raises RoomClosed, NotAdmitted for who is no member and not joining, and what `work` raises.
        """

        def once(transaction: Transaction) -> tuple[tuple[int, int], Envelope | None]:
            earlier = transaction.envelopes.find_request(draft.room, draft.leaf, draft.request)
            if earlier is not None:
                return earlier, None
            found = transaction.rooms.find(draft.room)
            if found is None:
                raise NotAdmitted
            if found.closed:
                raise RoomClosed
            if not joining and not transaction.members.has(draft.room, draft.leaf):
                raise NotAdmitted
            work(transaction, found)
            envelope = draft.place(found, self._clock())
            transaction.rooms.advance(draft.room, envelope.seq, envelope.time)
            transaction.envelopes.add(draft.room, envelope, draft.archive)
            return (envelope.seq, envelope.time), envelope

        (seq, time), envelope = self._journal.write(once)
        if envelope is not None:
            pushed = {"room": draft.room, **envelope.to_map()}
            self._push("room.envelope", draft.room, pushed, session.sid)
        return {"seq": seq, "time": time}
