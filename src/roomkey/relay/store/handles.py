"""Handles, each bound to the identity key that claimed it first."""

from sqlalchemy import Connection, bindparam, func, insert, select

from .schema import handles

_FIND = select(handles.c.identity).where(handles.c.handle == bindparam("of_handle"))
_COUNT = select(func.count()).select_from(handles)
_ADD = insert(handles).inline()


class HandleStore:
    """The handles of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._execute = connection.execute

    def find(self, handle: str) -> bytes | None:
        """Give the identity key that a handle is bound to, if somebody has claimed it."""
        found: bytes | None = self._execute(_FIND, {"of_handle": handle}).scalar_one_or_none()
        return found

    def count(self) -> int:
        """Count the handles."""
        return int(self._execute(_COUNT).scalar_one())

    def add(self, handle: str, identity: bytes, now: int) -> None:
        """Bind a handle that is free."""
        self._execute(_ADD, {"handle": handle, "identity": identity, "created": now})
