"""What members of a room do: commit, send, catch up, read history, signal, leave, close."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, delete, func, insert, select, update

from roomkey.crypto.signature import ED25519
from roomkey.errors import (
    CryptoError,
    EpochConflict,
    MalformedRequest,
    NotAdmitted,
    RoomClosed,
    RoomFull,
    StaleEpoch,
)
from roomkey.wire import limits
from roomkey.wire.transcripts import close_transcript, leave_transcript

from .fields import Fields
from .journal import Journal
from .limits import Limits
from .session import Directory, Session
from .store.schema import chains, departures, envelopes, epochs, members, rooms

Answer = dict[str, Any]
MAX_KEY_ID = 2**31 - 1
Push = Callable[[str, bytes, Answer, str | None], None]
"""Send an event about a room to everybody connected to it, but for one connection."""

_ENVELOPE = (
    envelopes.c.seq,
    envelopes.c.time,
    envelopes.c.kind,
    envelopes.c.epoch,
    envelopes.c.leaf,
    envelopes.c.request,
    envelopes.c.body,
    envelopes.c.welcome,
    epochs.c.sealed.label("history"),
)
_BEGINS = (epochs.c.room == envelopes.c.room) & (epochs.c.seq == envelopes.c.seq)


class Delivery:
    """The events of members in a room (docs/protocol/delivery.md)."""

    def __init__(
        self,
        reader: Engine,
        journal: Journal,
        limits_: Limits,
        directory: Directory,
        push: Push,
        clock: Callable[[], int],
    ) -> None:
        self._reader = reader
        self._journal = journal
        self._limits = limits_
        self._directory = directory
        self._push = push
        self._clock = clock

    def commit(self, session: Session, fields: Fields) -> Answer:
        """Store a commit and all that travels with it, if it is the first for its epoch."""
        room, epoch = fields.room(), fields.epoch()
        self._limits.send(session, room)
        joined = fields.leaf_or_none("joined")
        if joined is None:
            leaf = session.leaf_in(room)
        elif joined in (session.admitted.get(room), session.member.get(room)):
            leaf = joined
        else:
            raise NotAdmitted
        body = fields.bounded("message", limits.MAX_COMMIT_BYTES)
        welcome = fields.optional("welcome", limits.MAX_WELCOME_BYTES)
        sealed = fields.optional("history", limits.MAX_SEALED_HISTORY_BYTES)
        removed = fields.keys("removed", limits.MAX_MEMBERS_CLASSICAL)
        changes: Answer = {
            "epoch": epoch + 1,
            "group_info": fields.bounded("group_info", limits.MAX_GROUP_INFO_BYTES),
        }
        chain: bytes | None = None
        if "rekey" in fields:
            rekey = fields.inner("rekey")
            changes["key_id"] = rekey.integer("key_id", 1, MAX_KEY_ID)
            changes["admission"] = rekey.exact("admission", limits.KEY_BYTES)
            chain = rekey.bounded("chain", limits.MAX_CHAIN_BYTES)

        def work(connection: Connection, found: RowMapping) -> Answer:
            if found["epoch"] != epoch:
                raise _conflict(connection, found, epoch)
            if "key_id" in changes and changes["key_id"] != found["key_id"] + 1:
                raise MalformedRequest("key_id")
            _leave(connection, room, removed)
            if joined is not None:
                _join(connection, found, joined)
            connection.execute(update(rooms).where(rooms.c.room == room).values(changes))
            if chain is not None:
                link = {"room": room, "key_id": changes["key_id"], "chain": chain}
                connection.execute(insert(chains).values(link))
            envelope = self._append(
                connection, found, "commit", leaf, fields, body, epoch, welcome=welcome
            )
            if sealed is not None:
                begun = {
                    "room": room,
                    "epoch": epoch + 1,
                    "key_id": changes.get("key_id", found["key_id"]),
                    "seq": envelope["seq"],
                    "sealed": sealed,
                }
                connection.execute(insert(epochs).values(begun))
            return {**envelope, "history": sealed}

        answer = self._carry_out(session, room, leaf, fields.request(), work, joined=joined)
        for gone in removed:
            self._directory.drop_member(room, gone)
        if joined is not None:
            self._directory.enter(session, room, joined)
        return answer

    def send(self, session: Session, fields: Fields) -> Answer:
        """Store a message of the room's current epoch; StaleEpoch if the group has moved on."""
        room, epoch = fields.room(), fields.epoch()
        self._limits.send(session, room)
        leaf = session.leaf_in(room)
        body = fields.bounded("message", limits.MAX_MESSAGE_BYTES)
        archive = fields.optional("archive", limits.MAX_ARCHIVE_BYTES)

        def work(connection: Connection, found: RowMapping) -> Answer:
            if found["epoch"] != epoch:
                raise StaleEpoch(answer={"epoch": found["epoch"]})
            return self._append(
                connection, found, "message", leaf, fields, body, epoch, archive=archive
            )

        return self._carry_out(session, room, leaf, fields.request(), work)

    def leave(self, session: Session, fields: Fields) -> Answer:
        """End a membership by its own signed statement, which lets others remove the leaf."""
        room = fields.room()
        # Who has left already may ask again, and is answered as the first time.
        leaf = session.left.get(room) or session.leaf_in(room)
        statement = fields.signature()
        _verify(leaf, leave_transcript(room, leaf), statement)

        def work(connection: Connection, found: RowMapping) -> Answer:
            _leave(connection, room, [leaf])
            values = {"room": room, "leaf": leaf, "signature": statement}
            connection.execute(insert(departures).values(values))
            return self._append(connection, found, "leave", leaf, fields, statement, found["epoch"])

        answer = self._carry_out(session, room, leaf, fields.request(), work)
        self._directory.drop_member(room, leaf)
        return answer

    def close(self, session: Session, fields: Fields) -> Answer:
        """Close a room for good, by whoever can sign with its admission key."""
        room, leaf = fields.room(), session.leaf_in(fields.room())
        statement = fields.signature()

        def work(connection: Connection, found: RowMapping) -> Answer:
            _verify(found["admission"], close_transcript(room), statement)
            envelope = self._append(
                connection, found, "close", leaf, fields, statement, found["epoch"]
            )
            connection.execute(update(rooms).where(rooms.c.room == room).values(closed=True))
            return envelope

        return self._carry_out(session, room, leaf, fields.request(), work)

    def sync(self, session: Session, fields: Fields) -> Answer:
        """Give the envelopes after a cursor, as many as fit in one answer."""
        room = fields.room()
        session.leaf_in(room)
        self._limits.read(session)
        after = fields.integer("after", 0, limits.MAX_SEQ)
        most = fields.integer("limit", 1, limits.MAX_SYNC_ENVELOPES)
        query = (
            select(*_ENVELOPE)
            .select_from(envelopes.outerjoin(epochs, _BEGINS))
            .where(envelopes.c.room == room, envelopes.c.seq > after)
            .order_by(envelopes.c.seq)
            .limit(most)
        )
        with self._reader.begin() as connection:
            found = _present(connection, room)
            given: list[Answer] = []
            size = 0
            for row in connection.execute(query).mappings():
                size += len(row["body"]) + len(row["welcome"] or b"")
                if given and size > limits.MAX_SYNC_BYTES:
                    break
                given.append(_without_nil({**row}))
        more = bool(given) and given[-1]["seq"] < found["head"]
        return {"envelopes": given, "head": found["head"], "floor": found["floor"], "more": more}

    def history(self, session: Session, fields: Fields) -> Answer:
        """Give archive copies before a place in the log, newest first, with what opens them."""
        room = fields.room()
        session.leaf_in(room)
        self._limits.read(session)
        before = fields.integer("before", 0, limits.MAX_SEQ)
        most = fields.integer("limit", 1, limits.MAX_SYNC_ENVELOPES)
        columns = ("seq", "time", "epoch", "leaf", "archive")
        query = (
            select(*(envelopes.c[name] for name in columns))
            .where(
                envelopes.c.room == room,
                envelopes.c.seq < before,
                envelopes.c.archive.is_not(None),
            )
            .order_by(envelopes.c.seq.desc())
            .limit(most)
        )
        with self._reader.begin() as connection:
            archives: list[Answer] = []
            size = 0
            for row in connection.execute(query).mappings():
                size += len(row["archive"])
                if archives and size > limits.MAX_SYNC_BYTES:
                    break
                archives.append(dict(row))
            needed = {archive["epoch"] for archive in archives}
            secrets = connection.execute(
                select(epochs.c.epoch, epochs.c.key_id, epochs.c.sealed).where(
                    epochs.c.room == room, epochs.c.epoch.in_(needed)
                )
            )
            begun = [dict(row) for row in secrets.mappings()]
            oldest = min((epoch["key_id"] for epoch in begun), default=MAX_KEY_ID)
            links = connection.execute(
                select(chains.c.key_id, chains.c.chain)
                .where(chains.c.room == room, chains.c.key_id > oldest)
                .order_by(chains.c.key_id.desc())
            )
            chain = [dict(row) for row in links.mappings()]
            older = (
                archives
                and connection.execute(
                    query.where(envelopes.c.seq < archives[-1]["seq"]).limit(1)
                ).first()
            )
        return {"archives": archives, "epochs": begun, "chain": chain, "more": bool(older)}

    def signal(self, session: Session, fields: Fields) -> Answer:
        """Pass a short encrypted note to the others who are connected; it is never stored."""
        room = fields.room()
        leaf = session.leaf_in(room)
        self._limits.signal(session)
        body = fields.bounded("body", limits.MAX_SIGNAL_BYTES)
        self._push("room.signal", room, {"room": room, "leaf": leaf, "body": body}, session.sid)
        return {}

    def _carry_out(
        self,
        session: Session,
        room: bytes,
        leaf: bytes,
        request: bytes,
        work: Callable[[Connection, RowMapping], Answer],
        joined: bytes | None = None,
    ) -> Answer:
        """Do a request's work once, and push its envelope when it is on disk."""

        def once(connection: Connection) -> tuple[Answer, bool]:
            earlier = (
                connection.execute(
                    select(envelopes.c.seq, envelopes.c.time).where(
                        envelopes.c.room == room,
                        envelopes.c.leaf == leaf,
                        envelopes.c.request == request,
                    )
                )
                .mappings()
                .first()
            )
            if earlier is not None:
                return dict(earlier), False
            found = _present(connection, room)
            if found["closed"]:
                raise RoomClosed
            if joined is None and not _is_member(connection, room, leaf):
                raise NotAdmitted
            return work(connection, found), True

        envelope, is_new = self._journal.write(once)
        if is_new:
            self._push("room.envelope", room, _without_nil({"room": room, **envelope}), session.sid)
        return {"seq": envelope["seq"], "time": envelope["time"]}

    def _append(
        self,
        connection: Connection,
        found: RowMapping,
        kind: str,
        leaf: bytes,
        fields: Fields,
        body: bytes,
        epoch: int,
        *,
        archive: bytes | None = None,
        welcome: bytes | None = None,
    ) -> Answer:
        room, seq = found["room"], found["head"] + 1
        # The clock of one room never runs backwards, whatever the machine's does.
        time = max(self._clock(), found["touched"])
        advance = update(rooms).where(rooms.c.room == room).values(head=seq, touched=time)
        connection.execute(advance)
        envelope = {
            "seq": seq,
            "time": time,
            "kind": kind,
            "epoch": epoch,
            "leaf": leaf,
            "request": fields.request(),
            "body": body,
            "welcome": welcome,
        }
        connection.execute(insert(envelopes).values(room=room, archive=archive, **envelope))
        return envelope


def _present(connection: Connection, room: bytes) -> RowMapping:
    found = connection.execute(select(rooms).where(rooms.c.room == room)).mappings().first()
    if found is None:
        raise NotAdmitted
    return found


def _is_member(connection: Connection, room: bytes, leaf: bytes) -> bool:
    belongs = members.c.room == room, members.c.leaf == leaf
    return connection.execute(select(members.c.leaf).where(*belongs)).first() is not None


def _join(connection: Connection, found: RowMapping, leaf: bytes) -> None:
    room = found["room"]
    if _is_member(connection, room, leaf):
        return
    count = connection.execute(
        select(func.count()).select_from(members).where(members.c.room == room)
    ).scalar_one()
    if count >= found["max_members"]:
        raise RoomFull
    connection.execute(insert(members).values(room=room, leaf=leaf))


def _leave(connection: Connection, room: bytes, gone: list[bytes]) -> None:
    for table in (members, departures):
        connection.execute(delete(table).where(table.c.room == room, table.c.leaf.in_(gone)))


def _verify(key: bytes, transcript: bytes, signature: bytes) -> None:
    try:
        ED25519.verify(key, transcript, signature)
    except CryptoError as error:
        raise MalformedRequest("signature") from error


def _conflict(connection: Connection, found: RowMapping, epoch: int) -> EpochConflict:
    query = (
        select(*_ENVELOPE)
        .select_from(envelopes.outerjoin(epochs, _BEGINS))
        .where(
            envelopes.c.room == found["room"],
            envelopes.c.kind == "commit",
            envelopes.c.epoch == epoch,
        )
    )
    winner = connection.execute(query).mappings().first()
    return EpochConflict(
        answer={"epoch": found["epoch"], "winner": _without_nil({**winner}) if winner else None}
    )


def _without_nil(fields: Mapping[str, Any]) -> Answer:
    return {name: value for name, value in fields.items() if value is not None}
