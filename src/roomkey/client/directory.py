"""The directory as one person sees it: one's handle, one's inbox, whom one can write to."""

import asyncio
import contextlib
import os
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final

from roomkey.crypto.signature import ED25519
from roomkey.errors import (
    CryptoError,
    DecodeError,
    GhostMember,
    HandleNeeded,
    IdentityChanged,
    MlsError,
    PolicyViolation,
    RateLimited,
    RelayFault,
    RelayUnreachable,
    RoomkeyError,
    StateCorrupt,
    StorageFull,
    TooManyConnections,
    UnknownHandle,
)
from roomkey.mls import Welcome, decode_message
from roomkey.wire import room_code
from roomkey.wire.limits import REQUEST_ID_BYTES, ROOM_ID_BYTES
from roomkey.wire.transcripts import claim_transcript, contact_leaf_transcript

from .admission import field, open_room
from .connection import Backoff
from .contact import Contact, parse_handle, safety_number
from .conversation import Invitation, Received, peek, read_package
from .conversation_policy import Peer
from .directory_store import DirectoryStore, OwnPackage
from .key_stock import KeyStock, identity_of
from .keystore import Keystore
from .line import Line
from .transport import Map, Transport

if TYPE_CHECKING:
    from .client import Client
    from .room import Room

LOOK_SECONDS: Final = 600
UNREADABLE: Final = (CryptoError, DecodeError, MlsError, PolicyViolation, GhostMember)


@dataclass(frozen=True, slots=True)
class Conversation:
    """A private conversation that somebody has begun; `code` is its room's."""

    code: str
    handle: str


@dataclass(frozen=True, slots=True)
class ConversationRefused:
    """Something in the inbox that is not taken, and why.

    With IdentityChanged it stays there until the new key is accepted; anything else is gone.
    """

    handle: str | None
    error: RoomkeyError


Incoming = Conversation | ConversationRefused


@dataclass(frozen=True, slots=True, repr=False)
class _Letter:
    welcome: Welcome
    package: OwnPackage
    received: Received


class Directory:
    """One's place in a relay's directory; used with `async with`, by one process at a time.

    Everything raises RelayUnreachable, a RequestError or a StateError beside what it says.
    """

    def __init__(
        self,
        client: "Client",
        url: str,
        keystore: Keystore,
        transport: Callable[[str], Transport],
        backoff: Callable[[], Backoff],
    ) -> None:
        self._client, self._url, self._keystore = client, url, keystore
        self._make_transport, self._backoff = transport, backoff
        self._opened: DirectoryStore | None = None
        self._closing = contextlib.ExitStack()
        self._awake = asyncio.Event()

    async def __aenter__(self) -> "Directory":
        path = self._keystore.directory_path(self._url)
        with contextlib.ExitStack() as opening:
            opening.callback(self._keystore.lock(path).release)
            self._opened = DirectoryStore(path, self._keystore.key())
            opening.callback(self._opened.close)
            self._closing = opening.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.close()

    # who one is

    @property
    def handle(self) -> str | None:
        """One's own handle on this relay, once it is claimed."""
        stored = self._store.get("handle")
        return None if stored is None else stored.decode()

    @property
    def contacts(self) -> dict[str, bytes]:
        """The identity keys that are trusted, by handle."""
        return self._store.contacts()

    async def claim(self, text: str) -> str:
        """Claim a handle for good, and leave key packages; returns it as it is written.

        Raises HandleTaken, DecodeError for what is no handle, PolicyViolation for a second one.
        """
        handle = parse_handle(text)
        if self.handle not in (None, handle):
            raise PolicyViolation("there is a handle here already")
        async with self._line() as line:
            await self._enter(line.transport, handle)
        return handle

    def safety_number(self, text: str, *, of_refused: bool = False) -> list[str]:
        """Return the twelve groups to compare with somebody; `of_refused`, for the key refused.

        Raises HandleNeeded, or UnknownHandle for somebody one has not met.
        """
        handle = parse_handle(text)
        known = self._store.offered(handle) if of_refused else self.contacts.get(handle)
        if known is None:
            raise UnknownHandle("nobody was met under it")
        own = ED25519.public_key(self._identity())
        return safety_number(self._require_handle(), own, handle, known)

    def accept(self, text: str) -> None:
        """Trust the identity key that was refused; only a person may say so.

        `incoming` then takes what was refused for it. Raises UnknownHandle if nothing was.
        """
        handle = parse_handle(text)
        if self._store.offered(handle) is None:
            raise UnknownHandle("no other key was refused for it")
        self._store.accept(handle)
        self._awake.set()

    # conversations

    async def write(self, text: str) -> "Room":
        """Open the conversation with somebody, or begin one, whether or not that one is online.

        Raises HandleNeeded, UnknownHandle, IdentityChanged, or, for a key package that must not be
        used, ValidationError, BadSignature or PolicyViolation.
        """
        handle, own = parse_handle(text), self._require_handle()
        if handle == own:
            raise DecodeError("that is your own handle")
        identity = self.contacts.get(handle)
        for code, peer in self._client.conversations():
            if (peer.handle, peer.identity) == (handle, identity):
                return await self._client.resume(code)
        return await self._client.begin_conversation(await self._invite(handle, own))

    async def _invite(self, handle: str, own: str) -> Invitation:
        # on a connection that has proved no handle: the relay is not told who asks
        async with self._line() as line:
            opened = await line.transport.request("directory.open", {})
            request = os.urandom(REQUEST_ID_BYTES)
            fetched = await line.transport.request(
                "directory.fetch", {"handle": handle, "request": request}
            )
        directory, data = field(opened, "directory", bytes), field(fetched, "package", bytes)
        package, contact = read_package(data, handle, directory)
        self._store.trust(handle, contact.identity)
        peer = Peer(handle, contact.identity, package.leaf_node.signature_key)
        return Invitation(package, peer, own, self._introduce)

    async def collect(self) -> list[Incoming]:
        """Take what waits in the inbox, and fill up one's key packages; raises HandleNeeded."""
        handle = self._require_handle()
        async with self._line() as line:
            directory = await self._enter(line.transport, handle)
            return await self._collect(line.transport, handle, directory)

    async def incoming(self) -> AsyncGenerator[Incoming, None]:
        """Take what is in the inbox and what comes, without end, over breaks of the connection.

        Raises HandleNeeded, HandleTaken, or a StateError.
        """
        handle, wait = self._require_handle(), self._backoff()
        told: set[bytes] = set()
        while True:
            try:
                async with self._line() as line:
                    self._listen(line.transport)
                    directory = await self._enter(line.transport, handle)
                    while True:
                        self._awake.clear()
                        for found in await self._collect(line.transport, handle, directory, told):
                            yield found
                        wait.reset()
                        # a push is a hint, and may be lost
                        with contextlib.suppress(TimeoutError):
                            async with asyncio.timeout(LOOK_SECONDS):
                                await self._awake.wait()
            except (RelayUnreachable, RelayFault, RateLimited, TooManyConnections, StorageFull):
                await asyncio.sleep(wait.next())

    def _listen(self, transport: Transport) -> None:
        """Wake up when something comes into the inbox, or the connection is lost."""

        def pushed(event: str, _fields: Map) -> None:
            if event == "inbox.item":
                self._awake.set()

        transport.on_push, transport.on_lost = pushed, self._awake.set

    async def _collect(
        self,
        transport: Transport,
        handle: str,
        directory: bytes,
        told: set[bytes] | None = None,
    ) -> list[Incoming]:
        """Take what waits; what was `told` before and is refused again is not said again."""
        listed = await transport.request("inbox.list", {"handle": handle})
        found: list[Incoming] = []
        for item in field(listed, "items", list):
            room = field(item, "room", bytes)
            fields = {"handle": handle, "room": room}
            welcome = field(await transport.request("inbox.read", fields), "welcome", bytes)
            incoming = await self._take(transport, room, welcome, directory)
            stays = isinstance(incoming, ConversationRefused) and isinstance(
                incoming.error, IdentityChanged
            )
            if not stays:
                await transport.request("inbox.remove", {"handle": handle, "rooms": [room]})
            elif told is not None:
                if room in told:
                    continue
                told.add(room)
            found.append(incoming)
        return found

    async def _take(
        self, transport: Transport, room: bytes, encoded: bytes, directory: bytes
    ) -> Incoming:
        """Open a Welcome, and keep the conversation if all is as it should be."""
        handle = None
        try:
            letter = self._open(room, encoded, directory)
            handle = letter.received.contact.handle
            self._store.trust(handle, letter.received.contact.identity)
            opened = await open_room(transport, letter.received.code)
            if opened.room_id != room:
                # under its code another room is kept here, or will be
                raise PolicyViolation("a conversation with another room's code")
            await asyncio.to_thread(self._keep, letter)
        except (IdentityChanged, *UNREADABLE) as error:
            return ConversationRefused(handle, error)
        return Conversation(room_code.show(letter.received.code), handle)

    def _open(self, room: bytes, encoded: bytes, directory: bytes) -> "_Letter":
        welcome = decode_message(encoded)
        if not isinstance(welcome, Welcome) or len(room) != ROOM_ID_BYTES:
            raise DecodeError("no Welcome")
        names = (secrets.new_member for secrets in welcome.secrets)
        found = (self._store.find_package(name) for name in names)
        package = next((one for one in found if one is not None), None)
        if package is None:
            raise DecodeError("a Welcome for somebody else")
        received = peek(welcome, room, package.bundle, identity_of(package), directory)
        return _Letter(welcome, package, received)

    def _keep(self, letter: "_Letter") -> None:
        package, own = letter.package, self._require_handle()
        self._client.take_conversation(
            letter.received, own, letter.welcome, package.bundle, identity_of(package)
        )
        if not package.is_last_resort:
            self._store.drop_package(package.reference)

    # the ground

    @property
    def _store(self) -> DirectoryStore:
        assert self._opened is not None, "a directory is used with `async with`"
        return self._opened

    def _require_handle(self) -> str:
        handle = self.handle
        if handle is None:
            raise HandleNeeded
        return handle

    def _line(self) -> Line:
        return Line(lambda: self._make_transport(self._url))

    def _identity(self) -> bytes:
        """Get the private identity key; it is drawn on first use."""
        key = self._store.get("identity")
        if key is None:
            key, _ = ED25519.generate(os.urandom)
            with self._store.transaction():
                self._store.set("identity", key)
        return key

    async def _enter(self, transport: Transport, handle: str) -> bytes:
        """Prove a handle, fill up the stock; returns the relay's directory key."""
        key = self._identity()
        identity = ED25519.public_key(key)
        opened = await transport.request("directory.open", {})
        directory: bytes = field(opened, "directory", bytes)
        signed = claim_transcript(field(opened, "nonce", bytes), handle, identity)
        fields: Map = {"handle": handle, "identity": identity}
        fields["signature"] = ED25519.sign(key, signed)
        standing: dict[str, Any] = await transport.request("directory.claim", fields)
        contact = Contact(handle, identity, field(standing, "certificate", bytes), b"")
        with self._store.transaction():
            self._store.set("handle", handle.encode())
            self._store.set("certificate", contact.certificate)
        self._introduce(identity).verify(directory, identity)
        await KeyStock(self._store, self._introduce).fill(transport, handle, standing)
        return directory

    def _introduce(self, leaf_key: bytes) -> Contact:
        """Say, for the other one of a conversation, that a leaf key is one's own."""
        key, handle, certificate = self._identity(), self.handle, self._store.get("certificate")
        if handle is None or certificate is None:
            raise StateCorrupt("a handle without its certificate")
        signature = ED25519.sign(key, contact_leaf_transcript(handle, leaf_key))
        return Contact(handle, ED25519.public_key(key), certificate, signature)
