"""The public directory: handles, whose they are, and the key packages their owners leave."""

import hashlib
from collections.abc import Callable
from typing import Any, Final

from roomkey.errors import (
    DirectoryFull,
    HandleTaken,
    MalformedRequest,
    NotAdmitted,
    TooLarge,
    UnknownHandle,
)
from roomkey.wire import limits
from roomkey.wire.transcripts import claim_transcript

from .fields import Fields
from .journal import Journal
from .limits import Limits
from .seed import Seed
from .session import Presence, Session
from .signatures import require_signature
from .store import StockedPackage, Store, Transaction

Answer = dict[str, Any]
NO_ROOM: Final = b""
"""What a nonce for the directory is drawn for, in the place of a room."""


class Handles:
    """The events of the directory (docs/protocol/directory.md).

    A connection that has proved a handle is present under the handle's identity key, which is
    longer than any room id: what waits in its inbox is pushed there.
    """

    def __init__(
        self,
        store: Store,
        journal: Journal,
        seed: Seed,
        limits_: Limits,
        presence: Presence,
        clock: Callable[[], int],
        random: Callable[[int], bytes],
        max_handles: int,
    ) -> None:
        self._store = store
        self._journal = journal
        self._seed = seed
        self._limits = limits_
        self._presence = presence
        self._clock = clock
        self._random = random
        self._max_handles = max_handles

    def open(self, session: Session, _fields: Fields) -> Answer:
        """Give a nonce to claim a handle with, and the key that certificates verify with."""
        self._limits.open(session)
        session.nonce, session.nonce_room = self._random(limits.NONCE_BYTES), NO_ROOM
        return {"nonce": session.nonce, "directory": self._seed.directory}

    def claim(self, session: Session, fields: Fields) -> Answer:
        """Bind a handle that is free, or prove one's own; the connection is in the inbox then."""
        self._limits.open(session)
        handle, identity = fields.handle(), fields.exact("identity", limits.KEY_BYTES)
        signature = fields.signature()
        session.require_space(identity)
        signed = claim_transcript(session.take_nonce(NO_ROOM), handle, identity)
        require_signature(identity, signed, signature)
        with self._store.read() as stored:
            is_free = stored.handles.find(handle) is None
        if is_free:
            self._limits.claim(session)
        now = self._clock()

        def work(transaction: Transaction) -> Answer:
            found = transaction.handles.find(handle)
            if found is None:
                if transaction.handles.count() >= self._max_handles:
                    raise DirectoryFull
                transaction.handles.add(handle, identity, now)
            elif found != identity:
                raise HandleTaken
            return {
                "stock": transaction.key_packages.stock(handle, now),
                "last_resort": transaction.key_packages.last_resort_expires(handle, now) // 1000,
            }

        standing = self._journal.write(work)
        self._presence.enter(session, identity, identity)
        return {"certificate": self._seed.certify(handle, identity), **standing}

    def publish(self, session: Session, fields: Fields) -> Answer:
        """Take in key packages of the handle's owner."""
        handle = fields.handle()
        require_owner(self._store, session, handle)
        packages = fields.listed("packages", limits.MAX_STOCK, limits.MAX_KEY_PACKAGE_BYTES)
        self._limits.publish(session, handle, sum(map(len, packages)))
        now = self._clock()
        most = now // 1000 + limits.MAX_KEY_PACKAGE_SECONDS
        expires = fields.integer("expires", now // 1000 + 1, most) * 1000
        last_resort = fields.boolean("last_resort")
        if last_resort and len(packages) != 1:
            raise MalformedRequest("packages")
        stocked = [
            StockedPackage(hashlib.sha256(package).digest(), package, expires, last_resort)
            for package in packages
        ]

        def work(transaction: Transaction) -> int:
            transaction.key_packages.add(handle, stocked, now)
            stock = transaction.key_packages.stock(handle, now)
            if stock > limits.MAX_STOCK:
                raise TooLarge("packages")
            return stock

        return {"stock": self._journal.write(work)}

    def fetch(self, session: Session, fields: Fields) -> Answer:
        """Give a one-time package, or the one of last resort where there is none to spare."""
        handle, request = fields.handle(), fields.request()
        self._limits.fetch(session)
        now = self._clock()
        with self._store.read() as stored:
            given = stored.key_packages.given_to(handle, request)
            stock = stored.key_packages.stock(handle, now)
        if given is not None:
            return {"package": given, "is_last_resort": False}
        spared = stock > 0 and self._limits.spares_stock(handle)

        def work(transaction: Transaction) -> Answer:
            packages = transaction.key_packages
            # sent twice at once, it is answered twice alike
            package = packages.given_to(handle, request)
            if package is None and not spared:
                package = packages.give(handle, request, now)
            if package is not None:
                return {"package": package, "is_last_resort": False}
            last_resort = packages.last_resort(handle, now)
            if last_resort is None:
                raise UnknownHandle
            return {"package": last_resort, "is_last_resort": True}

        return self._journal.write(work)


def require_owner(store: Store, session: Session, handle: str) -> None:
    """Raise NotAdmitted unless this connection has proved the handle."""
    with store.read() as stored:
        identity = stored.handles.find(handle)
    if identity is None or session.member.get(identity) != identity:
        raise NotAdmitted
