"""Sealed history: the secrets of epochs, and the links from each room key to the one before."""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, delete, exists, insert, select

from .records import ChainLink, EpochSecret
from .schema import chains, envelopes, epochs

_ADD_SECRET = insert(epochs).inline()
_SECRETS = select(epochs.c.epoch, epochs.c.key_id, epochs.c.seq, epochs.c.sealed).where(
    epochs.c.room == bindparam("of_room"),
    epochs.c.epoch.in_(bindparam("of_epochs", expanding=True)),
)
_ADD_LINK = insert(chains).inline()
_LINKS_ABOVE = (
    select(chains.c.key_id, chains.c.chain)
    .where(chains.c.room == bindparam("of_room"), chains.c.key_id > bindparam("above"))
    .order_by(chains.c.key_id.desc())
)
_OPENS_A_COPY = exists().where(
    envelopes.c.room == epochs.c.room,
    envelopes.c.epoch == epochs.c.epoch,
    envelopes.c.archive.is_not(None),
)
_DELETE_SECRETS = delete(epochs).where(
    epochs.c.room == bindparam("of_room"), epochs.c.epoch < bindparam("current"), ~_OPENS_A_COPY
)
_DELETE_ALL = tuple(
    delete(table).where(table.c.room == bindparam("of_room")) for table in (epochs, chains)
)


class HistoryStore:
    """The sealed history of one transaction's rooms."""

    def __init__(self, connection: Connection) -> None:
        self._execute = connection.execute

    def add_secret(self, room: bytes, secret: EpochSecret) -> None:
        """Keep the sealed secret of an epoch."""
        row = {"epoch": secret.epoch, "key_id": secret.key_id, "seq": secret.seq}
        self._execute(_ADD_SECRET, {"room": room, "sealed": secret.sealed, **row})

    def secrets(self, room: bytes, epochs_: Iterable[int]) -> list[EpochSecret]:
        """Give the sealed secrets of some epochs."""
        rows = self._execute(_SECRETS, {"of_room": room, "of_epochs": list(epochs_)})
        return [EpochSecret(*row) for row in rows]

    def add_link(self, room: bytes, link: ChainLink) -> None:
        """Keep what leads from a new room key to the one before it."""
        self._execute(_ADD_LINK, {"room": room, "key_id": link.key_id, "chain": link.chain})

    def links_above(self, room: bytes, key_id: int) -> list[ChainLink]:
        """Give the links that lead down to a room key, newest first."""
        rows = self._execute(_LINKS_ABOVE, {"of_room": room, "above": key_id})
        return [ChainLink(*row) for row in rows]

    def delete_unneeded(self, room: bytes, current: int) -> None:
        """Delete secrets of past epochs that open no archive copy; names still need the links."""
        self._execute(_DELETE_SECRETS, {"of_room": room, "current": current})

    def delete_all(self, room: bytes) -> None:
        """Delete a room's secrets and links."""
        for statement in _DELETE_ALL:
            self._execute(statement, {"of_room": room})
