"""The key packages that one leaves at the relay, so that others can write (directory.md)."""

import time
from collections.abc import Callable
from typing import Final

from roomkey.crypto.suite import cipher_suite
from roomkey.keys.key_ring import KeyRing
from roomkey.keys.root import RoomSecrets
from roomkey.mls import Credential, Environment, Extension, SigningIdentity, create_key_package
from roomkey.wire.limits import INBOX_SECONDS

from .admission import field
from .contact import CONTACT_EXTENSION, Contact
from .conversation_policy import ConversationPolicy, Peer
from .directory_store import DirectoryStore, OwnPackage
from .room_state import HYBRID_SUITE, new_identity
from .transport import Map, Transport

DAY: Final = 86400
ONE_TIME_SECONDS: Final = 30 * DAY
LAST_RESORT_SECONDS: Final = 60 * DAY
ROTATE_SECONDS: Final = 15 * DAY
FULL_STOCK: Final = 20
LOW_STOCK: Final = 10


class KeyStock:
    """Fills up the stock; private keys are stored before anybody is given a package.

    `introduce` says for a leaf key whose it is; `clock` counts seconds since 1970.
    """

    def __init__(
        self,
        store: DirectoryStore,
        introduce: Callable[[bytes], Contact],
        clock: Callable[[], int] = lambda: int(time.time()),
    ) -> None:
        self._store, self._introduce, self._clock = store, introduce, clock

    async def fill(self, transport: Transport, handle: str, standing: Map) -> None:
        """Publish what is missing; `standing` is the answer of `directory.claim`."""
        self._store.drop_packages_before(self._clock() - INBOX_SECONDS)
        stock = field(standing, "stock", int)
        if stock < LOW_STOCK:
            self._make(FULL_STOCK - stock, last_resort=False)
        newest = self._store.newest_last_resort()
        made = newest - LAST_RESORT_SECONDS
        if not field(standing, "last_resort", int) or self._clock() - made > ROTATE_SECONDS:
            self._make(1, last_resort=True)
        for last_resort in (False, True):
            waiting = self._store.unpublished(last_resort=last_resort)
            for expires in sorted({package.expires for package in waiting}):
                batch = [package for package in waiting if package.expires == expires]
                await self._publish(transport, handle, batch, expires, last_resort=last_resort)

    async def _publish(
        self,
        transport: Transport,
        handle: str,
        packages: list[OwnPackage],
        expires: int,
        *,
        last_resort: bool,
    ) -> None:
        if expires > self._clock():
            fields = {
                "handle": handle,
                "packages": [package.bundle.key_package.encode() for package in packages],
                "expires": expires,
                "last_resort": last_resort,
            }
            await transport.request("directory.publish", fields)
        with self._store.transaction():
            self._store.mark_published([package.reference for package in packages])

    def _make(self, count: int, *, last_resort: bool) -> None:
        count -= len(self._store.unpublished(last_resort=last_resort))
        seconds = LAST_RESORT_SECONDS if last_resort else ONE_TIME_SECONDS
        now = self._clock()
        with self._store.transaction():
            for _ in range(count):
                identity = new_identity(HYBRID_SUITE)
                bundle = create_key_package(
                    identity,
                    _environment(identity, now),
                    lifetime_seconds=seconds,
                    extensions=[self._contact(identity.public_key)],
                    last_resort=last_resort,
                )
                reference = bundle.key_package.reference(identity.suite)
                package = OwnPackage(
                    reference, bundle, identity.private_key, now + seconds, last_resort
                )
                self._store.add_package(package)

    def _contact(self, leaf_key: bytes) -> Extension:
        return Extension(CONTACT_EXTENSION, self._introduce(leaf_key).encode())


def identity_of(package: OwnPackage) -> SigningIdentity:
    """Give the identity that a package of one's own was made with."""
    suite = cipher_suite(HYBRID_SUITE)
    leaf = package.bundle.key_package.leaf_node
    credential = Credential.basic(leaf.credential.identity)
    return SigningIdentity(suite, package.signing, leaf.signature_key, credential)


def _environment(identity: SigningIdentity, now: int) -> Environment:
    # of the policy only what its leaves say of themselves is used here
    nobody = Peer("", b"", b"")
    ring = KeyRing(RoomSecrets(0, b"", b"", b"", b""))
    policy = ConversationPolicy(b"", ring, identity.public_key, "", nobody)
    return Environment(clock=lambda: now, policy=policy)
