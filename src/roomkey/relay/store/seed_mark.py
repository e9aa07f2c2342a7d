"""By what the seed is recognised that the database was made with."""

from sqlalchemy import Connection, insert, select

from .schema import seed_marks

_FIND = select(seed_marks.c.mark)
_ADD = insert(seed_marks).inline()


class SeedMarkStore:
    """The mark of one transaction's database."""

    def __init__(self, connection: Connection) -> None:
        self._execute = connection.execute

    def agrees(self, mark: bytes) -> bool:
        """Say whether a mark is that of this database, which takes the first it is given."""
        found: bytes | None = self._execute(_FIND).scalar_one_or_none()
        if found is None:
            self._execute(_ADD, {"mark": mark})
        return found in (None, mark)
