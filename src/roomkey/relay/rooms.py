"""Coming into a room: reserving a code, evaluating a room key, creating, admission, resuming."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from roomkey.crypto.signature import ED25519
from roomkey.crypto.suite import XWING_SUITE
from roomkey.errors import (
    CryptoError,
    MalformedRequest,
    NotAdmitted,
    RoomClosed,
    RoomLocked,
    TooManyRooms,
    WrongRoomKey,
)
from roomkey.wire import limits, room_code
from roomkey.wire.transcripts import admission_transcript, resume_transcript

from .config import RelayConfig
from .fields import Fields
from .first_letter import FirstLetter
from .journal import Journal
from .limits import Limits
from .seed import Seed
from .sequencer import Push
from .session import Presence, Session
from .signatures import require_signature
from .store import EpochSecret, Room, Store, Transaction

Answer = dict[str, Any]
MAX_RESERVED = 100_000
RESERVED_MILLISECONDS = 3_600_000
"""How long a code that was drawn makes a room."""


class Rooms:
    """The events by which a connection becomes part of a room (docs/protocol/delivery.md)."""

    def __init__(
        self,
        config: RelayConfig,
        store: Store,
        journal: Journal,
        seed: Seed,
        limits_: Limits,
        presence: Presence,
        clock: Callable[[], int],
        random: Callable[[int], bytes],
        push: Push,
    ) -> None:
        self._config = config
        self._store = store
        self._journal = journal
        self._seed = seed
        self._limits = limits_
        self._presence = presence
        self._clock = clock
        self._random = random
        self._push = push
        # Verified against where there is no room, so that its absence costs the same time.
        _, self._nobody = ED25519.generate(random)

    def reserve(self, session: Session, _fields: Fields) -> Answer:
        """Draw a code for a new room, with its id and a nonce."""
        self._limits.open(session)
        code, room = self._journal.write(self._draw)
        return {"code": code, "room": room, "nonce": self._give_nonce(session, room)}

    def _draw(self, transaction: Transaction) -> tuple[str, bytes]:
        # Only codes that were drawn make rooms, or creating would tell of others.
        while True:
            code = room_code.generate(self._random)
            room = self._seed.room_id(code)
            if transaction.rooms.find(room) is None and not transaction.reservations.has(room, 0):
                transaction.reservations.add(room, self._clock(), MAX_RESERVED)
                return code, room

    def open(self, session: Session, fields: Fields) -> Answer:
        """Give the id of any code, and a nonce; says nothing about whether the room exists."""
        self._limits.open(session)
        room = self._seed.room_id(fields.code())
        return {"room": room, "nonce": self._give_nonce(session, room)}

    def _give_nonce(self, session: Session, room: bytes) -> bytes:
        session.nonce, session.nonce_room = self._random(limits.NONCE_BYTES), room
        return session.nonce

    def evaluate(self, session: Session, fields: Fields) -> Answer:
        """Apply a room's OPRF key to a blinded room key."""
        room, blinded = fields.room(), fields.exact("blinded", limits.KEY_BYTES)
        self._limits.evaluate(session, room)
        try:
            return {"evaluated": self._seed.evaluate(room, blinded)}
        except CryptoError as error:
            raise MalformedRequest("blinded") from error

    def create(self, session: Session, fields: Fields) -> Answer:
        """Make a room whose first member is this connection."""
        group_info = fields.bounded("group_info", limits.MAX_GROUP_INFO_BYTES)
        room, leaf = self._seed.room_id(fields.code()), fields.leaf()
        letter = FirstLetter.of(fields, leaf)
        size = len(group_info) + (0 if letter is None else len(letter.welcome))
        self._limits.create(session, size)
        session.require_space(room)
        nonce = session.take_nonce(room)
        require_signature(leaf, resume_transcript(room, nonce, leaf), fields.signature())
        now = self._clock()
        made = _new_room(fields, room, leaf, now)
        sealed = fields.optional("history", limits.MAX_SEALED_HISTORY_BYTES)
        if letter is not None:
            made = letter.shape(made)

        def work(transaction: Transaction) -> int:
            existing = transaction.rooms.find(room)
            if existing is not None:
                if (existing.request, existing.creator) != (made.request, leaf):
                    raise NotAdmitted
                return existing.created
            if not transaction.reservations.has(room, now - RESERVED_MILLISECONDS):
                raise NotAdmitted
            if transaction.rooms.count() >= self._config.max_rooms:
                raise TooManyRooms
            transaction.reservations.remove(room)
            transaction.rooms.add(made, group_info)
            transaction.members.add(room, leaf)
            transaction.hosts.replace(room, [leaf])
            if letter is not None:
                letter.deliver(transaction, made)
            if sealed is not None:
                transaction.history.add_secret(room, EpochSecret(0, 0, 0, sealed))
            return now

        time = self._journal.write(work)
        self._presence.enter(session, room, leaf)
        if letter is not None and letter.identity is not None:
            self._push("inbox.item", letter.identity, {"room": room}, None)
        return {"seq": 0, "time": time}

    def admit(self, session: Session, fields: Fields) -> Answer:
        """Give what a joiner needs, if it knows the room key; WrongRoomKey otherwise."""
        room, leaf, signature = fields.room(), fields.leaf(), fields.signature()
        self._limits.admit(session, room)
        session.require_space(room)
        nonce = session.take_nonce(room)
        with self._store.read() as stored:
            admission = stored.rooms.admission_key(room, otherwise=self._nobody)
            require_signature(
                admission, admission_transcript(room, nonce, leaf), signature, WrongRoomKey
            )
            found = stored.rooms.find(room)
            if found is None:
                raise WrongRoomKey
            self._limits.admitted(session, room)
            if found.closed:
                raise RoomClosed
            if found.locked and not stored.members.has(room, leaf):
                raise RoomLocked
            session.admit(room, leaf)
            return {
                **_standing(found),
                "group_info": stored.rooms.group_info(room),
                "retention": found.retention,
                "suite": found.suite,
                "max_members": found.max_members,
                "chain": [asdict(link) for link in stored.history.links_above(room, 0)],
                "left": [asdict(departure) for departure in stored.departures.of(room)],
            }

    def resume(self, session: Session, fields: Fields) -> Answer:
        """Take a member's connection up again, by its leaf key; WrongRoomKey if it is none."""
        room, leaf = fields.room(), fields.leaf()
        self._limits.open(session)
        session.require_space(room)
        nonce = session.take_nonce(room)
        require_signature(
            leaf, resume_transcript(room, nonce, leaf), fields.signature(), WrongRoomKey
        )
        self._require_member(room, leaf)
        # Before the head is read: what is appended after that is pushed to this connection.
        self._presence.enter(session, room, leaf)
        try:
            found = self._require_member(room, leaf)
        except WrongRoomKey:
            self._presence.drop_member(room, leaf)
            raise
        return {**_standing(found), "time": self._clock()}

    def _require_member(self, room: bytes, leaf: bytes) -> Room:
        with self._store.read() as stored:
            # Before the room is looked up: who is no member anywhere learns nothing of rooms.
            if not stored.members.has(room, leaf):
                raise WrongRoomKey
            found = stored.rooms.find(room)
            if found is None:
                raise WrongRoomKey
            return found


def _new_room(fields: Fields, room: bytes, creator: bytes, now: int) -> Room:
    suite = fields.integer("suite", 1, 0xFFFF)
    ceiling = limits.MAX_MEMBERS_HYBRID if suite == XWING_SUITE else limits.MAX_MEMBERS_CLASSICAL
    return Room(
        room=room,
        request=fields.request(),
        creator=creator,
        created=now,
        touched=now,
        admission=fields.exact("admission", limits.KEY_BYTES),
        key_id=0,
        epoch=0,
        head=0,
        floor=1,
        suite=suite,
        retention=fields.integer(
            "retention", limits.MIN_RETENTION_SECONDS, limits.MAX_RETENTION_SECONDS
        ),
        max_members=fields.integer("max_members", 1, ceiling),
        closed=False,
    )


def _standing(found: Room) -> Answer:
    return {
        "head": found.head,
        "floor": found.floor,
        "epoch": found.epoch,
        "key_id": found.key_id,
        "closed": found.closed,
    }
