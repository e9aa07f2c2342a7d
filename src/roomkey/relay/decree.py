"""What only a room's hosts change with a commit: its key, its lock, its retention, its hosts."""

from dataclasses import replace

from roomkey.errors import MalformedRequest, NotAdmitted
from roomkey.wire import limits

from .fields import Fields
from .store import ChainLink, Room, Transaction


class Decree:
    """The fields of `room.commit` that are the hosts' alone (delivery.md); often there are none.

    Members judge each other by the room's rules. This is so that no member can shut the others out
    or have their messages deleted.
    """

    def __init__(self, fields: Fields) -> None:
        self._locked = fields.boolean_or_none("locked")
        self._retention: int | None = None
        self._hosts: list[bytes] | None = None
        self._admission: bytes | None = None
        self._link: ChainLink | None = None
        self.root: bytes | None = None
        if "retention" in fields:
            least, most = limits.MIN_RETENTION_SECONDS, limits.MAX_RETENTION_SECONDS
            self._retention = fields.integer("retention", least, most)
        if "hosts" in fields:
            self._hosts = fields.keys("hosts", limits.MAX_HOSTS)
        if "rekey" in fields:
            rekey = fields.inner("rekey")
            key_id = rekey.integer("key_id", 1, limits.MAX_KEY_ID)
            self._admission = rekey.exact("admission", limits.KEY_BYTES)
            self._link = ChainLink(key_id, rekey.bounded("chain", limits.MAX_CHAIN_BYTES))
            self.root = rekey.bounded("root", limits.MAX_SEALED_ROOT_BYTES)

    @property
    def _is_empty(self) -> bool:
        wishes = (self._locked, self._retention, self._hosts, self._link)
        return all(wish is None for wish in wishes)

    def carry_out(self, transaction: Transaction, room: Room, leaf: bytes) -> Room:
        """Give the room as `leaf` wants it; NotAdmitted unless that is a host."""
        if self._is_empty:
            return room
        if not transaction.hosts.has(room.room, leaf):
            raise NotAdmitted
        if self._hosts is not None:
            transaction.hosts.replace(room.room, self._hosts)
        if self._locked is not None:
            room = replace(room, locked=self._locked)
        if self._retention is not None:
            room = replace(room, retention=self._retention)
        if self._link is None or self._admission is None:
            return room
        if self._link.key_id != room.key_id + 1:
            raise MalformedRequest("key_id")
        transaction.history.add_link(room.room, self._link)
        return replace(room, key_id=self._link.key_id, admission=self._admission)
