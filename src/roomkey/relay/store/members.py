"""Which leaves are members of which room, and which of them are its hosts."""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from .schema import members

_HERE = members.c.room == bindparam("of_room")
_IS_LEAF = members.c.leaf == bindparam("of_leaf")
_HAS = select(members.c.leaf).where(_HERE, _IS_LEAF)
_COUNT = select(func.count()).select_from(members).where(_HERE)
_IS_HOST = select(members.c.leaf).where(_HERE, _IS_LEAF, members.c.host)
_UNSET_HOSTS = update(members).where(_HERE).values(host=False)
_SET_HOST = update(members).where(_HERE, _IS_LEAF).values(host=True)
_ADD = insert(members).inline()
_REMOVE = delete(members).where(_HERE, _IS_LEAF)


class MemberStore:
    """The members of one transaction's rooms."""

    def __init__(self, connection: Connection) -> None:
        self._execute = connection.execute

    def has(self, room: bytes, leaf: bytes) -> bool:
        """Say whether a leaf is a member."""
        return self._execute(_HAS, {"of_room": room, "of_leaf": leaf}).first() is not None

    def count(self, room: bytes) -> int:
        """Count a room's members."""
        return int(self._execute(_COUNT, {"of_room": room}).scalar_one())

    def is_host(self, room: bytes, leaf: bytes) -> bool:
        """Say whether a leaf is a host."""
        return self._execute(_IS_HOST, {"of_room": room, "of_leaf": leaf}).first() is not None

    def set_hosts(self, room: bytes, leaves: Iterable[bytes]) -> None:
        """Make these members, and no others, the room's hosts."""
        self._execute(_UNSET_HOSTS, {"of_room": room})
        for leaf in leaves:
            self._execute(_SET_HOST, {"of_room": room, "of_leaf": leaf})

    def add(self, room: bytes, leaf: bytes, *, host: bool = False) -> None:
        """Make a leaf a member."""
        self._execute(_ADD, {"room": room, "leaf": leaf, "host": host})

    def remove(self, room: bytes, leaves: Iterable[bytes]) -> None:
        """End the membership of some leaves; who is none stays none."""
        gone = [{"of_room": room, "of_leaf": leaf} for leaf in leaves]
        if gone:
            self._execute(_REMOVE, gone)
