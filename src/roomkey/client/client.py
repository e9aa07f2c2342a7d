"""The door to the SDK: connect to a relay, create a room, join one, come back to one."""

import asyncio
import contextlib
import os
import unicodedata
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Literal

from roomkey.errors import (
    DecodeError,
    RelayFault,
    RelayUnreachable,
    StateCorrupt,
    StateError,
    StorageFull,
)
from roomkey.keys.key_ring import KeyRing
from roomkey.keys.room_key import normalize_room_key
from roomkey.keys.root import derive_secrets
from roomkey.mls import KeyPackageBundle, SigningIdentity, Welcome
from roomkey.wire import room_code
from roomkey.wire.limits import DEFAULT_RETENTION_SECONDS

from .admission import Opened, open_room, reserve, stretch
from .connection import Backoff
from .conversation import ROOT_BYTES, Invitation, Received, start_conversation, take_up
from .conversation_policy import Peer
from .creating import CREATING, LARGE_SUITE, NewRoom, make_until_answered, start_group
from .directory import Directory
from .joining import enter
from .keystore import Keystore, RoomLock
from .line import Line
from .room import Room
from .room_policy import History
from .room_state import HYBRID_SUITE, RoomState, load_peer, new_identity
from .room_store import RoomStore
from .schedule import Schedule
from .transport import SocketTransport, Transport

MAX_NAME_BYTES: Final = 256


@dataclass(frozen=True, slots=True)
class StoredRoom:
    """A room of the data folder; `last_seen` counts milliseconds since 1970.

    `peer` is the other one's handle if it is a private conversation, and empty otherwise. Of a room
    that `is_over`, by leaving, removal or closing, there is only the transcript.
    """

    code: str
    name: str
    relay: str
    last_seen: int
    peer: str = ""
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a room is kept, taken for this process alone."""

    code: str
    path: Path
    lock: RoomLock


class Client:
    """Rooms on one relay, kept in one data folder."""

    def __init__(
        self,
        url: str,
        keystore: Keystore,
        *,
        transport: Callable[[str], Transport] = SocketTransport,
        schedule: Schedule | None = None,
        backoff: Callable[[], Backoff] = Backoff,
        presence: bool = True,
    ) -> None:
        self._url = url.rstrip("/")
        self._keystore = keystore
        self._make_transport = transport
        self._schedule, self._backoff, self._presence = schedule, backoff, presence
        self._rooms: list[Room] = []

    def __repr__(self) -> str:
        return f"Client({self._url})"

    async def __aenter__(self) -> "Client":
        # a passphrase takes its time, and not from the loop
        await asyncio.to_thread(self._keystore.key)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for room in list(self._rooms):
            await room.close()

    def rooms(self) -> list[StoredRoom]:
        """List the stored rooms; damaged ones are left out, and named when they are opened."""
        found = []
        for path in self._keystore.paths():
            with contextlib.suppress(StateError):
                found.append(_summary(path, self._keystore.key()))
        return found

    async def create(
        self,
        room_key: str,
        name: str,
        *,
        history: History = "shared",
        retention: int = DEFAULT_RETENTION_SECONDS,
        size: Literal["hybrid", "large"] = "hybrid",
        title: str = "",
    ) -> Room:
        """Make a room and be its host; `retention` counts seconds.

        Raises RoomKeyUnacceptable, DecodeError for a name of more than 256 bytes, RelayUnreachable,
        a RequestError or a StateError. If the relay is lost when the room may have been made, the
        room is among `rooms` after RelayUnreachable, and `resume` goes on with making it.
        """
        normalize_room_key(room_key)
        _check_name(name)
        suite = HYBRID_SUITE if size == "hybrid" else LARGE_SUITE
        wanted = NewRoom(history, retention, suite, title)

        async def make(line: Line, state: RoomState, opened: Opened) -> None:
            start_group(state, wanted)
            await make_until_answered(line, state, opened, self._backoff())

        async with Line(lambda: self._make_transport(self._url)) as line:
            code, opened = await reserve(line.transport)
            with self._taken(code, is_new=True) as place:
                root = await stretch(line.transport, opened.room_id, room_key)
                return await self._come_in(line, place, opened, root, name, suite, make)

    async def join(self, code: str, room_key: str, name: str) -> Room:
        """Join a room, or come back to it if it is stored here.

        Who comes back after the room key was changed comes in with the new one. Raises WrongRoomKey
        also when there is no such room, and StateLocked while another process is in it or joins it;
        otherwise as `create` does.
        """
        code = room_code.parse(code)
        normalize_room_key(room_key)
        _check_name(name)

        async def join(line: Line, state: RoomState, opened: Opened) -> None:
            await enter(line.transport, state, opened)

        # from the first look on: a second join beside it would delete the keys that it stored
        with self._taken(code) as place:
            if await asyncio.to_thread(self._is_usable, place.path):
                room = await self._resume(place)
                room.offer_room_key(room_key)
                return room
            async with Line(lambda: self._make_transport(self._url)) as line:
                opened = await open_room(line.transport, code)
                root = await stretch(line.transport, opened.room_id, room_key)
                return await self._come_in(line, place, opened, root, name, HYBRID_SUITE, join)

    def directory(self) -> Directory:
        """Open the relay's directory: to claim a handle, to write to one, to read one's inbox."""
        return Directory(self, self._url, self._keystore, self._make_transport, self._backoff)

    async def begin_conversation(self, invitation: Invitation) -> Room:
        """Make a private conversation with the owner of a key package; raises as `create` does."""

        async def make(line: Line, state: RoomState, opened: Opened) -> None:
            start_conversation(state, invitation, root)
            await make_until_answered(line, state, opened, self._backoff())

        root, name, peer = os.urandom(ROOT_BYTES), invitation.name, invitation.peer
        async with Line(lambda: self._make_transport(self._url)) as line:
            code, opened = await reserve(line.transport)
            with self._taken(code, is_new=True) as place:
                suite = HYBRID_SUITE
                return await self._come_in(line, place, opened, root, name, suite, make, peer)

    def take_conversation(
        self,
        received: Received,
        name: str,
        welcome: Welcome,
        bundle: KeyPackageBundle,
        identity: SigningIdentity,
    ) -> None:
        """Store a conversation that somebody else began, unless it is stored already."""
        path = self._keystore.path(self._url, received.code)
        lock = self._keystore.lock(path)
        try:
            if self._is_usable(path):
                return
            self._keystore.delete(path)
            store = RoomStore(path, self._keystore.key(), create=True)
            try:
                state = RoomState(
                    store,
                    relay=self._url,
                    code=received.code,
                    room_id=received.room_id,
                    name=name,
                    identity=identity,
                    ring=KeyRing(derive_secrets(received.root)),
                    peer=received.peer,
                )
                take_up(state, received, welcome, bundle)
            except BaseException:
                store.close()
                self._keystore.delete(path)
                raise
            store.close()
        finally:
            lock.release()

    def conversations(self) -> list[tuple[str, Peer]]:
        """List the stored conversations on this relay that can go on: room code and the other."""
        found: list[tuple[bytes, str, Peer]] = []
        for path in self._keystore.paths():
            with contextlib.suppress(StateError):
                store = RoomStore(path, self._keystore.key())
                try:
                    peer, relay = load_peer(store), store.require("relay").decode()
                    if peer is not None and relay == self._url and store.get("removed") is None:
                        code = store.require("code").decode()
                        found.append((store.require("room"), code, peer))
                finally:
                    store.close()
        # both of those who wrote at once go on with the lower of the two rooms
        return [(code, peer) for _, code, peer in sorted(found, key=lambda one: one[0])]

    async def resume(self, code: str) -> Room:
        """Open a stored room; it connects by itself. Raises StateCorrupt or StateLocked."""
        with self._taken(room_code.parse(code)) as place:
            return await self._resume(place)

    async def forget(self, code: str) -> None:
        """Delete a stored room's keys and transcript; the relay is not told."""
        path = self._keystore.path(self._url, room_code.parse(code))
        lock = self._keystore.lock(path)
        try:
            self._keystore.delete(path)
        finally:
            lock.release()

    @contextlib.contextmanager
    def _taken(self, code: str, *, is_new: bool = False) -> Iterator[_Place]:
        """Take a room's place in the folder, for a room to keep; what fails gives it back.

        Raises StateLocked, and RelayFault if a new room's place is not empty.
        """
        path = self._keystore.path(self._url, code)
        lock = self._keystore.lock(path)
        try:
            if is_new and path.exists():
                # what is kept under it would be lost
                raise RelayFault("it drew the code of a room that is there")
            yield _Place(code, path, lock)
        except BaseException:
            lock.release()
            raise

    def _is_usable(self, path: Path) -> bool:
        if not path.exists():
            return False
        store = RoomStore(path, self._keystore.key())
        try:
            # without a group it is one whose joining was interrupted, and goes on there
            return store.get("removed") is None and store.get("secrets") is not None
        finally:
            store.close()

    async def _resume(self, place: _Place) -> Room:
        store = RoomStore(place.path, self._keystore.key())
        try:
            state = await asyncio.to_thread(RoomState.load, store)
        except BaseException:
            store.close()
            raise
        return self._start(state, place, None)

    async def _come_in(
        self,
        line: Line,
        place: _Place,
        opened: Opened,
        root: bytes,
        name: str,
        suite: int,
        come_in: Callable[[Line, RoomState, Opened], Awaitable[None]],
        peer: Peer | None = None,
    ) -> Room:
        store: RoomStore | None = None
        try:
            self._keystore.delete(place.path)
            store = RoomStore(place.path, self._keystore.key(), create=True)
            state = RoomState(
                store,
                relay=self._url,
                code=place.code,
                room_id=opened.room_id,
                name=name,
                identity=new_identity(suite),
                ring=KeyRing(derive_secrets(root)),
                peer=peer,
            )
            await come_in(line, state, opened)
        except BaseException as error:
            # the next try goes on with this leaf, not beside it
            is_kept = store is not None and _may_be_in(error, store)
            if store is not None:
                store.close()
            if not is_kept:
                self._keystore.delete(place.path)
            raise
        return self._start(state, place, line.keep())

    def _start(self, state: RoomState, place: _Place, transport: Transport | None) -> Room:
        room = Room(
            state,
            place.lock,
            lambda: self._make_transport(self._url),
            lambda: self._keystore.delete(place.path),
            schedule=self._schedule,
            backoff=self._backoff(),
            presence=self._presence,
            closed=self._rooms.remove,
        )
        self._rooms.append(room)
        room.start(transport)
        return room


def connect(
    url: str,
    data_folder: Path | None = None,
    passphrase: str | None = None,
    *,
    schedule: Schedule | None = None,
    presence: bool = True,
) -> Client:
    """Make a client for the relay at `url`; nothing is sent before a room is opened.

    Without `presence` it tells nobody who is here or typing, and hears of others as before.
    """
    keystore = Keystore(data_folder, passphrase)
    return Client(url, keystore, schedule=schedule, presence=presence)


def _may_be_in(error: BaseException, store: RoomStore) -> bool:
    """Say whether the relay may have let the stored leaf in, or made its room, all the same."""
    if store.get("secrets") is None:
        return False
    if isinstance(error, (RelayUnreachable, StateError, asyncio.CancelledError)):
        return True
    # a relay whose database fails does not know whether it stored what it was asked to
    is_join = store.get(CREATING) is None
    return is_join and isinstance(error, (RelayFault, StorageFull))


def _check_name(name: str) -> None:
    unprintable = any(unicodedata.category(sign) == "Cs" for sign in name)
    if unprintable or not name.strip() or len(name.encode()) > MAX_NAME_BYTES:
        raise DecodeError("a name has 1 to 256 bytes")


def _summary(path: Path, key: bytes) -> StoredRoom:
    store = RoomStore(path, key)
    try:
        peer = load_peer(store)
        return StoredRoom(
            room_code.show(store.require("code").decode()),
            store.require("name").decode(),
            store.require("relay").decode(),
            int.from_bytes(store.get("seen") or b"", "big"),
            "" if peer is None else peer.handle,
            store.get("removed") is not None,
        )
    except UnicodeDecodeError as error:
        raise StateCorrupt(path.name) from error
    finally:
        store.close()
