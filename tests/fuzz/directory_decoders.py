"""What a client takes from the directory, and from whoever writes to it there."""

import asyncio
import os
from collections.abc import Callable, Mapping
from typing import Any

import cbor2

from roomkey.client.client import Client
from roomkey.client.connection import Backoff
from roomkey.client.contact import Contact, parse_handle
from roomkey.client.conversation import Invitation, read_package, start_conversation
from roomkey.client.conversation_policy import Peer
from roomkey.client.creating import CREATING
from roomkey.client.directory import UNREADABLE, Directory
from roomkey.client.directory_store import DirectoryStore
from roomkey.client.key_stock import KeyStock
from roomkey.client.keystore import Keystore
from roomkey.client.room_state import RoomState, new_identity
from roomkey.client.room_store import RoomStore
from roomkey.client.transport import Map, SocketTransport, ignore_loss, ignore_push
from roomkey.crypto.signature import ED25519
from roomkey.errors import DecodeError
from roomkey.keys.key_ring import KeyRing
from roomkey.keys.root import derive_secrets
from roomkey.mls.codec import decode_all
from roomkey.wire.transcripts import certificate_transcript, contact_leaf_transcript

from .decoder import Decoder, Prepared, reading
from .room_world import ROOM_ID, folder

RELAY_KEY, RELAY = ED25519.generate(os.urandom)
IDENTITY_KEY, IDENTITY = ED25519.generate(os.urandom)


def _introduce(leaf_key: bytes) -> Contact:
    certificate = ED25519.sign(RELAY_KEY, certificate_transcript("bob", IDENTITY))
    signature = ED25519.sign(IDENTITY_KEY, contact_leaf_transcript("bob", leaf_key))
    return Contact("bob", IDENTITY, certificate, signature)


class _Published:
    """Keeps the packages that would go to the relay."""

    def __init__(self) -> None:
        self.packages: list[bytes] = []
        self.on_push: Callable[[str, dict[str, Any]], None] = ignore_push
        self.on_lost: Callable[[], None] = ignore_loss

    async def connect(self) -> None:
        """There is nothing to connect."""

    async def close(self) -> None:
        """There is nothing to close."""

    async def request(self, event: str, fields: Mapping[str, Any]) -> Map:
        assert event == "directory.publish"
        self.packages += fields["packages"]
        return {}


def _stocked() -> tuple[DirectoryStore, list[bytes]]:
    store, relay = DirectoryStore(folder() / "bob.directory", bytes(32)), _Published()
    standing = {"stock": 9, "last_resort": 0}
    asyncio.run(KeyStock(store, _introduce).fill(relay, "bob", standing))
    return store, relay.packages


def _letters() -> Prepared:
    """Welcomes to a private conversation, and the directory that opens them."""
    store, packages = _stocked()
    package, contact = read_package(packages[0], "bob", RELAY)
    root = os.urandom(32)
    writer = RoomState(
        RoomStore(folder() / "writer.room", bytes(32), create=True),
        relay="",
        code="0123456789",
        room_id=ROOM_ID,
        name="alice",
        identity=new_identity(),
        ring=KeyRing(derive_secrets(root)),
        peer=Peer("bob", contact.identity, package.leaf_node.signature_key),
    )
    assert writer.peer is not None
    start_conversation(writer, Invitation(package, writer.peer, "alice", _introduce), root)
    welcome = cbor2.loads(writer.store.require(CREATING))["to"]["welcome"]
    keystore = Keystore(folder())
    client = Client("http://relay", keystore)
    directory = Directory(client, "http://relay", keystore, SocketTransport, Backoff)
    directory._opened = store
    return Prepared(lambda data: directory._open(ROOM_ID, data, RELAY), (welcome,))


def decoders() -> list[Decoder]:
    """List them."""
    return [
        reading(
            "a contact",
            lambda data: decode_all(Contact.decode, data),
            lambda: [_introduce(bytes(32)).encode()],
            DecodeError,
        ),
        reading(
            "a handle",
            lambda data: parse_handle(data.decode(errors="replace")),
            lambda: [b"@Bob"],
            DecodeError,
        ),
        Decoder(
            "a fetched key package",
            lambda: Prepared(lambda data: read_package(data, "bob", RELAY), (_stocked()[1][0],)),
            UNREADABLE,
        ),
        Decoder("a private conversation's Welcome", _letters, UNREADABLE),
    ]
