"""Two people of a directory: one who left key packages, and one who has written to them."""

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cbor2

from roomkey.client.contact import Contact
from roomkey.client.conversation import (
    Invitation,
    Received,
    peek,
    read_package,
    start_conversation,
    take_up,
)
from roomkey.client.conversation_policy import Peer
from roomkey.client.creating import CREATING
from roomkey.client.directory_store import DirectoryStore, OwnPackage
from roomkey.client.key_stock import KeyStock, identity_of
from roomkey.client.room_state import RoomState, new_identity
from roomkey.client.room_store import RoomStore
from roomkey.client.transport import ignore_loss, ignore_push
from roomkey.crypto.signature import ED25519
from roomkey.errors import RelayUnreachable
from roomkey.keys.key_ring import KeyRing
from roomkey.keys.root import derive_secrets
from roomkey.mls import KeyPackage, Welcome, decode_message
from roomkey.mls.codec import decode_all
from roomkey.wire.transcripts import certificate_transcript, contact_leaf_transcript

DAY = 86400
ROOM, CODE = b"r" * 16, "7GQ2M0XK4T"
RELAY_KEY, RELAY = ED25519.generate(os.urandom)


@dataclass
class Person:
    """Somebody with a handle."""

    handle: str
    key: bytes

    @classmethod
    def named(cls, handle: str) -> "Person":
        return cls(handle, ED25519.generate(os.urandom)[0])

    @property
    def identity(self) -> bytes:
        return ED25519.public_key(self.key)

    def introduce(self, leaf_key: bytes) -> Contact:
        certificate = ED25519.sign(RELAY_KEY, certificate_transcript(self.handle, self.identity))
        signature = ED25519.sign(self.key, contact_leaf_transcript(self.handle, leaf_key))
        return Contact(self.handle, self.identity, certificate, signature)


class PublishingRelay:
    """Takes what is published; goes away after `answers` times."""

    def __init__(self, answers: int = 99) -> None:
        self.published: list[dict[str, Any]] = []
        self.answers = answers
        self.on_push: Callable[[str, dict[str, Any]], None] = ignore_push
        self.on_lost: Callable[[], None] = ignore_loss

    async def connect(self) -> None:
        """There is nothing to connect."""

    async def close(self) -> None:
        """There is nothing to close."""

    async def request(self, event: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        assert event == "directory.publish"
        if len(self.published) >= self.answers:
            raise RelayUnreachable
        self.published.append(dict(fields))
        return {"stock": 0}

    def packages(self, *, last_resort: bool) -> list[bytes]:
        return [
            package
            for fields in self.published
            if fields["last_resort"] is last_resort
            for package in fields["packages"]
        ]


class Stocked:
    """Bob, and the packages that he left."""

    def __init__(self, folder: Path) -> None:
        self.store = DirectoryStore(folder / "bob.directory", bytes(32))
        self.now = 1_700_000_000
        self.stock = KeyStock(self.store, BOB.introduce, lambda: self.now)

    def fill(self, relay: PublishingRelay, stock: int = 0, last_resort: int = 0) -> None:
        standing = {"stock": stock, "last_resort": last_resort}
        asyncio.run(self.stock.fill(relay, "bob", standing))

    def own(self, encoded: bytes) -> OwnPackage:
        package = decode_all(KeyPackage.decode, encoded)
        found = self.store.find_package(package.reference(new_identity().suite))
        assert found is not None
        return found


ALICE, BOB, EVE = Person.named("alice"), Person.named("bob"), Person.named("eve")


class Scene:
    """Alice, who has written to Bob, some days after he left his packages."""

    def __init__(
        self, folder: Path, stocked: Stocked, writer: Person = ALICE, days: int = 0
    ) -> None:
        self._folder, self._stocked = folder, stocked
        relay = PublishingRelay()
        stocked.fill(relay)
        stocked.now += days * DAY
        encoded = relay.packages(last_resort=False)[0]
        package, contact = read_package(encoded, "bob", RELAY)
        self.own = stocked.own(encoded)
        self.root = os.urandom(32)
        peer = Peer("bob", contact.identity, package.leaf_node.signature_key)
        self.alice = self.state("alice", new_identity(), self.root, peer)
        invitation = Invitation(package, peer, writer.handle, writer.introduce)
        start_conversation(self.alice, invitation, self.root)
        self.fields = cbor2.loads(self.alice.store.require(CREATING))

    def state(self, name: str, identity: Any, root: bytes, peer: Peer) -> RoomState:
        store = RoomStore(self._folder / f"{name}.room", bytes(32), create=True)
        ring = KeyRing(derive_secrets(root))
        made = RoomState(
            store, relay="", code=CODE, room_id=ROOM, name=name, identity=identity, ring=ring,
            peer=peer,
        )  # fmt: skip
        made.environment.clock = lambda: self._stocked.now
        return made

    def peek(self, room: bytes = ROOM) -> tuple[Received, Welcome]:
        welcome = decode_message(self.fields["to"]["welcome"])
        assert isinstance(welcome, Welcome)
        return peek(welcome, room, self.own.bundle, identity_of(self.own), RELAY), welcome

    def take_up(self) -> RoomState:
        received, welcome = self.peek()
        bob = self.state("bob", identity_of(self.own), received.root, received.peer)
        take_up(bob, received, welcome, self.own.bundle)
        return bob
