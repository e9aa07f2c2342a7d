"""A page that is written to see whether the database can be written to."""

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from .schema import probes

_PAGE_BYTES = 4096
_LAST = select(func.max(probes.c.probe))
_ADD = insert(probes).inline()
_REMOVE_BEFORE = delete(probes).where(probes.c.probe < bindparam("before"))


class ProbeStore:
    """The probes of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._execute = connection.execute

    def write(self) -> None:
        """Write a new page, then drop the one before: a full disk has no place for both."""
        last = self._execute(_LAST).scalar_one() or 0
        self._execute(_ADD, {"probe": last + 1, "page": bytes(_PAGE_BYTES)})
        self._execute(_REMOVE_BEFORE, {"before": last + 1})
