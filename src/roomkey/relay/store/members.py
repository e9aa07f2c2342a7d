"""Which leaves are members of which room."""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, delete, func, insert, select, tuple_

from .schema import members

_HERE = members.c.room == bindparam("of_room")
_IS_LEAF = members.c.leaf == bindparam("of_leaf")
_HAS = select(members.c.leaf).where(_HERE, _IS_LEAF)
_WHICH = select(members.c.room, members.c.leaf).where(
    tuple_(members.c.room, members.c.leaf).in_(bindparam("of_pairs", expanding=True))
)
_COUNT = select(func.count()).select_from(members).where(_HERE)
_ADD = insert(members).inline()
_REMOVE = delete(members).where(_HERE, _IS_LEAF)


class MemberStore:
    """The members of one transaction's rooms."""

    def __init__(self, connection: Connection) -> None:
        self._execute = connection.execute

    def has(self, room: bytes, leaf: bytes) -> bool:
        """Say whether a leaf is a member."""
        return self._execute(_HAS, {"of_room": room, "of_leaf": leaf}).first() is not None

    def which(self, pairs: Iterable[tuple[bytes, bytes]]) -> set[tuple[bytes, bytes]]:
        """Give those pairs of a room and a leaf that are memberships."""
        rows = self._execute(_WHICH, {"of_pairs": list(pairs)})
        return {(row.room, row.leaf) for row in rows}

    def count(self, room: bytes) -> int:
        """Count a room's members."""
        return int(self._execute(_COUNT, {"of_room": room}).scalar_one())

    def add(self, room: bytes, leaf: bytes) -> None:
        """Make a leaf a member."""
        self._execute(_ADD, {"room": room, "leaf": leaf})

    def remove(self, room: bytes, leaves: Iterable[bytes]) -> None:
        """End the membership of some leaves; who is none stays none."""
        gone = [{"of_room": room, "of_leaf": leaf} for leaf in leaves]
        if gone:
            self._execute(_REMOVE, gone)
