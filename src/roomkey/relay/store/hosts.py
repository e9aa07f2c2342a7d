"""Which leaves are hosts of which room; a membership that ends and begins again changes nothing."""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, delete, insert, select

from .schema import hosts

_HERE = hosts.c.room == bindparam("of_room")
_HAS = select(hosts.c.leaf).where(_HERE, hosts.c.leaf == bindparam("of_leaf"))
_CLEAR = delete(hosts).where(_HERE)
_ADD = insert(hosts).inline()


class HostStore:
    """The hosts of one transaction's rooms."""

    def __init__(self, connection: Connection) -> None:
        self._execute = connection.execute

    def has(self, room: bytes, leaf: bytes) -> bool:
        """Say whether a leaf is a host."""
        return self._execute(_HAS, {"of_room": room, "of_leaf": leaf}).first() is not None

    def replace(self, room: bytes, leaves: Iterable[bytes]) -> None:
        """Make these leaves, and no others, the room's hosts."""
        self._execute(_CLEAR, {"of_room": room})
        named = [{"room": room, "leaf": leaf} for leaf in dict.fromkeys(leaves)]
        if named:
            self._execute(_ADD, named)
