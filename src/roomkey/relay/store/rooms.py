"""Rooms: their standing, their GroupInfo, and which of them are due for deletion."""

from collections.abc import Iterable
from dataclasses import asdict, fields

from sqlalchemy import (
    BigInteger,
    Connection,
    LargeBinary,
    bindparam,
    cast,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)

from .records import Room
from .schema import envelopes, group_infos, rooms

# Built once: building a statement costs more than carrying it out.
_HERE = rooms.c.room == bindparam("of_room")
_OLDEST = bindparam("now", type_=BigInteger) - cast(rooms.c.retention, BigInteger) * 1000
_FIND = select(*(rooms.c[field.name] for field in fields(Room))).where(_HERE)
_FIND_SOME = select(*(rooms.c[field.name] for field in fields(Room))).where(
    rooms.c.room.in_(bindparam("of_rooms", expanding=True))
)
_HEADS = select(rooms.c.room, rooms.c.head).where(
    rooms.c.room.in_(bindparam("of_rooms", expanding=True))
)
_ADMISSION = select(
    func.coalesce(
        select(rooms.c.admission).where(_HERE).scalar_subquery(),
        bindparam("otherwise", type_=LargeBinary),
    )
)
_GROUP_INFO_HERE = group_infos.c.room == bindparam("of_room")
_GROUP_INFO = select(group_infos.c.group_info).where(_GROUP_INFO_HERE)
_COUNT = select(func.count()).select_from(rooms)
_DUE = select(rooms.c.room).where(
    (rooms.c.touched < _OLDEST)
    | exists().where(envelopes.c.room == rooms.c.room, envelopes.c.time < _OLDEST)
)
_ADD = insert(rooms).inline()
_ADD_GROUP_INFO = insert(group_infos).inline()
_ADVANCE = (
    update(rooms).where(_HERE).values(head=bindparam("new_head"), touched=bindparam("new_touched"))
)
_BEGIN_EPOCH = (
    update(rooms)
    .where(_HERE)
    .values(
        epoch=bindparam("new_epoch"),
        key_id=bindparam("new_key_id"),
        admission=bindparam("new_admission"),
        locked=bindparam("new_locked"),
        retention=bindparam("new_retention"),
    )
)
_REPLACE_GROUP_INFO = (
    update(group_infos).where(_GROUP_INFO_HERE).values(group_info=bindparam("new_group_info"))
)
_RAISE_FLOOR = update(rooms).where(_HERE).values(floor=bindparam("new_floor"))
_CLOSE = update(rooms).where(_HERE).values(closed=True)
_DELETE_GROUP_INFO = delete(group_infos).where(_GROUP_INFO_HERE)
_DELETE = delete(rooms).where(_HERE)


class RoomStore:
    """The rooms of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._execute = connection.execute

    def find(self, room: bytes) -> Room | None:
        """Give a room's standing, if there is such a room."""
        row = self._execute(_FIND, {"of_room": room}).first()
        return None if row is None else Room(*row)

    def find_some(self, rooms_: Iterable[bytes]) -> dict[bytes, Room]:
        """Give the standing of each of some rooms that there are."""
        rows = self._execute(_FIND_SOME, {"of_rooms": list(rooms_)})
        return {row.room: Room(*row) for row in rows}

    def admission_key(self, room: bytes, otherwise: bytes) -> bytes:
        """Give a room's admission key, or another where there is no room, in the same time."""
        of = {"of_room": room, "otherwise": otherwise}
        key: bytes = self._execute(_ADMISSION, of).scalar_one()
        return key

    def group_info(self, room: bytes) -> bytes:
        """Give the GroupInfo of a room's current epoch."""
        found: bytes = self._execute(_GROUP_INFO, {"of_room": room}).scalar_one()
        return found

    def heads(self, rooms_: Iterable[bytes]) -> list[tuple[bytes, int]]:
        """Give the last place in the log of each of some rooms that there are."""
        rows = self._execute(_HEADS, {"of_rooms": list(rooms_)})
        return [(row.room, row.head) for row in rows]

    def count(self) -> int:
        """Count the rooms."""
        return int(self._execute(_COUNT).scalar_one())

    def add(self, room: Room, group_info: bytes) -> None:
        """Make a room."""
        self._execute(_ADD, asdict(room))
        self._execute(_ADD_GROUP_INFO, {"room": room.room, "group_info": group_info})

    def advance(self, moved: Iterable[Room]) -> None:
        """Move the heads of rooms to what was added last, at `touched`."""
        rows = [
            {"of_room": room.room, "new_head": room.head, "new_touched": room.touched}
            for room in moved
        ]
        if rows:
            self._execute(_ADVANCE, rows)

    def begin_epoch(self, room: Room, group_info: bytes) -> None:
        """Move a room to its next epoch, with what changes in it."""
        changed = ("epoch", "key_id", "admission", "locked", "retention")
        changes = {f"new_{name}": getattr(room, name) for name in changed}
        self._execute(_BEGIN_EPOCH, {"of_room": room.room, **changes})
        self._execute(_REPLACE_GROUP_INFO, {"of_room": room.room, "new_group_info": group_info})

    def raise_floor(self, room: bytes, floor: int) -> None:
        """Note the lowest place of a room's log that is still kept."""
        self._execute(_RAISE_FLOOR, {"of_room": room, "new_floor": floor})

    def close(self, room: bytes) -> None:
        """Close a room for good, and drop its GroupInfo."""
        self._execute(_CLOSE, {"of_room": room})
        self._execute(_DELETE_GROUP_INFO, {"of_room": room})

    def due(self, now: int) -> list[bytes]:
        """Give the rooms that hold something older than their retention."""
        return list(self._execute(_DUE, {"now": now}).scalars())

    def delete(self, room: bytes) -> None:
        """Delete a room with all that belongs to it."""
        self._execute(_DELETE, {"of_room": room})
