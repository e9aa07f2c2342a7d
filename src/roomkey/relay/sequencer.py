"""Giving each accepted request the next place in its room's log, once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from roomkey.errors import NotAdmitted, RequestError, RoomClosed

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

    @property
    def identity(self) -> tuple[bytes, bytes, bytes]:
        """What the request is recognised by when it comes again."""
        return self.room, self.leaf, self.request

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


Check = Callable[[Room], None]
"""Raise unless a request is right for its room as it stands."""
Work = Callable[[Transaction, Room], None]
"""Check a request against its room and store what travels with its envelope, or raise."""
Place = tuple[int, int]
"""An envelope's seq and time."""
Outcome = tuple[Place, Envelope | None]
"""Where a request's envelope is, and the envelope itself if it was appended just now."""


class Sequencer:
    """Appends to rooms' logs, and pushes what it has appended once that is on disk."""

    def __init__(self, journal: Journal, push: Push, clock: Callable[[], int]) -> None:
        self._journal = journal
        self._push = push
        self._clock = clock

    def append(self, session: Session, draft: Draft, check: Check) -> Answer:
        """Append an envelope that changes nothing else; a request seen before gets its place.

        Raises RoomClosed, NotAdmitted for who is no member, and what `check` raises.
        """
        return self._tell(session, draft, self._journal.write_each(self._append, (draft, check)))

    def carry_out(
        self, session: Session, draft: Draft, work: Work, *, joining: bool = False
    ) -> Answer:
        """Carry out a request's work and append its envelope; a request seen before gets its place.

        Raises RoomClosed, NotAdmitted for who is no member and not joining, and what `work` raises.
        """

        def once(transaction: Transaction) -> Outcome:
            log = _Log(transaction, [draft])
            earlier = log.earlier(draft)
            if earlier is not None:
                return earlier, None
            found = log.room_of(draft, joining=joining)
            work(transaction, found)
            envelope = log.append(draft, self._clock())
            log.write()
            return (envelope.seq, envelope.time), envelope

        return self._tell(session, draft, self._journal.write(once))

    def _append(
        self, transaction: Transaction, asked: Sequence[tuple[Draft, Check]]
    ) -> list[Outcome | RequestError]:
        log = _Log(transaction, [draft for draft, _ in asked])
        outcomes: list[Outcome | RequestError] = []
        for draft, check in asked:
            try:
                outcomes.append(self._append_one(log, draft, check))
            except RequestError as refusal:
                outcomes.append(refusal)
        log.write()
        return outcomes

    def _append_one(self, log: "_Log", draft: Draft, check: Check) -> Outcome:
        earlier = log.earlier(draft)
        if earlier is not None:
            return earlier, None
        check(log.room_of(draft))
        envelope = log.append(draft, self._clock())
        return (envelope.seq, envelope.time), envelope

    def _tell(self, session: Session, draft: Draft, outcome: Outcome) -> Answer:
        (seq, time), envelope = outcome
        if envelope is not None:
            pushed = {"room": draft.room, **envelope.to_map()}
            self._push("room.envelope", draft.room, pushed, session.sid)
        return {"seq": seq, "time": time}


class _Log:
    """The logs of some requests' rooms: read at once, appended to in memory, written at once.

    What it has read holds for as long as nobody else writes in its transaction.
    """

    def __init__(self, transaction: Transaction, drafts: Sequence[Draft]) -> None:
        self._transaction = transaction
        # What is asked for twice is looked for once.
        self._places = transaction.envelopes.find_requests({draft.identity for draft in drafts})
        self._rooms = transaction.rooms.find_some({draft.room for draft in drafts})
        self._members = transaction.members.which({(draft.room, draft.leaf) for draft in drafts})
        self._added: list[tuple[bytes, Envelope, bytes | None]] = []

    def earlier(self, draft: Draft) -> Place | None:
        """Give the place that a request has got before, also here."""
        return self._places.get(draft.identity)

    def room_of(self, draft: Draft, *, joining: bool = False) -> Room:
        """Give a draft's room as it stands; raises NotAdmitted or RoomClosed."""
        found = self._rooms.get(draft.room)
        if found is None:
            raise NotAdmitted
        if found.closed:
            raise RoomClosed
        if not joining and (draft.room, draft.leaf) not in self._members:
            raise NotAdmitted
        return found

    def append(self, draft: Draft, now: int) -> Envelope:
        """Give a draft its place."""
        found = self._rooms[draft.room]
        envelope = draft.place(found, now)
        self._rooms[draft.room] = replace(found, head=envelope.seq, touched=envelope.time)
        self._places[draft.identity] = (envelope.seq, envelope.time)
        self._added.append((draft.room, envelope, draft.archive))
        return envelope

    def write(self) -> None:
        """Store what was appended."""
        self._transaction.envelopes.add(self._added)
        moved = dict.fromkeys(room for room, _, _ in self._added)
        self._transaction.rooms.advance(self._rooms[room] for room in moved)
