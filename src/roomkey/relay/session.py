"""Who is connected: what each connection has proved, and which connections each room has."""

from dataclasses import dataclass, field

from roomkey.errors import ConnectionFull, NotAdmitted

MAX_ADMISSIONS = 16
MAX_ROOMS = 64


@dataclass(eq=False, slots=True)
class Session:
    """One connection: `sid` is the transport's name for it; `address` is never logged or stored."""

    sid: str
    address: str
    nonce: bytes | None = field(default=None, repr=False)
    nonce_room: bytes | None = None
    evaluated: bytes | None = None
    admitted: dict[bytes, bytes] = field(default_factory=dict)
    member: dict[bytes, bytes] = field(default_factory=dict)
    left: dict[bytes, bytes] = field(default_factory=dict)

    def take_nonce(self, room: bytes) -> bytes:
        """Use up the nonce; raises NotAdmitted if none was drawn for this room."""
        nonce, self.nonce = self.nonce, None
        if nonce is None or self.nonce_room != room:
            raise NotAdmitted("no nonce")
        return nonce

    def admit(self, room: bytes, leaf: bytes) -> None:
        """Note that this connection may join a room as `leaf`."""
        if len(self.admitted) >= MAX_ADMISSIONS:
            del self.admitted[next(iter(self.admitted))]
        self.admitted[room] = leaf

    def require_space(self, room: bytes) -> None:
        """Raise ConnectionFull if this connection can be in no further room."""
        if room not in self.member and len(self.member) >= MAX_ROOMS:
            raise ConnectionFull

    def leaf_in(self, room: bytes) -> bytes:
        """Give the leaf this connection is a member as; raises NotAdmitted if it is none."""
        leaf = self.member.get(room)
        if leaf is None:
            raise NotAdmitted
        return leaf


class Presence:
    """The connections of each room, so that neither a push nor a disconnect looks at the others."""

    def __init__(self) -> None:
        self._rooms: dict[bytes, dict[str, Session]] = {}

    def enter(self, session: Session, room: bytes, leaf: bytes) -> None:
        """Note that a connection speaks for member `leaf`."""
        session.admitted.pop(room, None)
        session.left.pop(room, None)
        session.member[room] = leaf
        self._rooms.setdefault(room, {})[session.sid] = session

    def drop_member(self, room: bytes, leaf: bytes) -> None:
        """Note that a leaf is a member no more."""
        for session in self.connections(room):
            if session.member.get(room) == leaf:
                self._drop(session, room)
                if len(session.left) >= MAX_ROOMS:
                    del session.left[next(iter(session.left))]
                session.left[room] = leaf

    def forget(self, session: Session) -> None:
        """Note that a connection has ended."""
        for room in list(session.member):
            self._drop(session, room)

    def connections(self, room: bytes) -> list[Session]:
        """Give the connections of a room's members."""
        return list(self._rooms.get(room, {}).values())

    def rooms(self) -> list[bytes]:
        """Give the rooms that have connections."""
        return list(self._rooms)

    def _drop(self, session: Session, room: bytes) -> None:
        session.member.pop(room, None)
        connections = self._rooms.get(room, {})
        connections.pop(session.sid, None)
        if not connections:
            self._rooms.pop(room, None)
