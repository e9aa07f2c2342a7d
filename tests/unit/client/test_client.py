"""What a data folder keeps: a conversation once, nothing of what was refused, and no damage."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from correspondents import ALICE, CODE, Scene, Stocked

from roomkey.client import client as module
from roomkey.client.client import Client, connect
from roomkey.client.conversation_policy import Peer
from roomkey.client.key_stock import identity_of
from roomkey.client.keystore import Keystore
from roomkey.client.room_state import RoomState
from roomkey.client.room_store import RoomStore
from roomkey.client.transport import Transport
from roomkey.errors import (
    DecodeError,
    PolicyViolation,
    RelayFault,
    RoomKeyUnacceptable,
    StateCorrupt,
    StateLocked,
)
from roomkey.wire import room_code

URL, KEY = "https://relay.example", "orbit lantern mosaic velvet"


class Folder:
    """Bob's data folder, and what Alice has written to him."""

    def __init__(self, folder: Path) -> None:
        stocked = Stocked(folder)
        stocked.now = int(time.time())
        self.scene = Scene(folder, stocked)
        self.keystore = Keystore(folder / "bob")
        self.client = Client(URL, self.keystore)
        self.path = self.keystore.path(URL, CODE)

    @property
    def alice(self) -> Peer:
        return Peer("alice", ALICE.identity, self.scene.alice.leaf_key)

    def take(self, **wrong: Any) -> None:
        received, welcome = self.scene.peek()
        received, own = replace(received, **wrong), self.scene.own
        self.client.take_conversation(received, "bob", welcome, own.bundle, identity_of(own))

    def open(self) -> RoomStore:
        return RoomStore(self.path, self.keystore.key())

    def mark(self, name: str, value: bytes) -> None:
        store = self.open()
        store.set(name, value)
        store.close()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    made = Folder(tmp_path)
    yield made
    made.scene.alice.store.close()


def test_a_conversation_is_taken_up_once(folder: Folder) -> None:
    assert folder.client.conversations() == []
    folder.take()
    assert folder.client.conversations() == [(CODE, folder.alice)]
    folder.mark("mark", b"what is there already stays")
    folder.take()
    store = folder.open()
    assert store.get("mark") == b"what is there already stays"
    state = RoomState.load(store)
    assert state.joined.epoch_authenticator == folder.scene.alice.joined.epoch_authenticator
    store.close()
    stored = folder.client.rooms()
    assert [(room.code, room.peer, room.is_over) for room in stored] == [
        (room_code.show(CODE), "alice", False)
    ]


def test_nothing_is_kept_of_a_conversation_that_is_refused(folder: Folder) -> None:
    rules = folder.scene.peek()[0].rules
    with pytest.raises(PolicyViolation):
        folder.take(rules=replace(rules, retention=1))
    assert list(folder.path.parent.iterdir()) == []
    # and it stands in nobody's way
    folder.take()
    assert folder.client.conversations() == [(CODE, folder.alice)]


def test_a_conversation_is_not_taken_up_where_another_process_has_it(folder: Folder) -> None:
    lock = folder.keystore.lock(folder.path)
    with pytest.raises(StateLocked):
        folder.take()
    lock.release()
    assert folder.client.conversations() == []


def test_only_conversations_of_this_relay_that_go_on_are_listed(folder: Folder) -> None:
    folder.take()
    assert Client("https://other.example", folder.keystore).conversations() == []
    damaged = folder.path.with_name("0000000000-000000000000.room")
    damaged.write_bytes(b"no database")
    assert folder.client.conversations() == [(CODE, folder.alice)]
    assert [room.peer for room in folder.client.rooms()] == ["alice"]
    assert damaged.read_bytes() == b"no database"
    folder.mark("removed", b"\x01")
    assert folder.client.conversations() == []
    assert [room.is_over for room in folder.client.rooms()] == [True]


def test_a_room_whose_name_cannot_be_read_is_left_out_and_named_when_it_is_opened(
    folder: Folder,
) -> None:
    folder.take()
    folder.mark("name", b"\xff")
    assert folder.client.rooms() == []

    async def resume() -> None:
        await folder.client.resume(CODE)

    # the second time as well: what failed has given the room back
    for _ in range(2):
        with pytest.raises(StateCorrupt):
            asyncio.run(resume())
    folder.mark("name", b"bob")
    assert [room.name for room in folder.client.rooms()] == ["bob"]


def test_who_forgets_a_room_forgets_all_of_it(folder: Folder) -> None:
    folder.take()
    lock = folder.keystore.lock(folder.path)
    with pytest.raises(StateLocked):
        asyncio.run(folder.client.forget(CODE))
    assert folder.path.exists()
    lock.release()
    asyncio.run(folder.client.forget(CODE))
    assert list(folder.path.parent.iterdir()) == []


@pytest.mark.parametrize("name", ["", " \n", "\ud800", "n" * 257, "ü" * 129])
def test_nobody_goes_by_a_name_that_is_none(tmp_path: Path, name: str) -> None:
    asyncio.run(_asks_nothing(tmp_path, KEY, name, DecodeError))


def test_nobody_makes_a_room_with_a_room_key_that_is_easily_guessed(tmp_path: Path) -> None:
    asyncio.run(_asks_nothing(tmp_path, "abc", "Ann", RoomKeyUnacceptable))


async def _asks_nothing(folder: Path, key: str, name: str, error: type[Exception]) -> None:
    def transport(_url: str) -> Any:
        raise AssertionError("the relay is asked for nothing")

    client = Client(URL, Keystore(folder), transport=transport)
    with pytest.raises(error):
        await client.create(key, name)
    with pytest.raises(error):
        await client.join(CODE, key, name)
    assert client.rooms() == []


def test_a_client_names_its_relay_and_nothing_else(tmp_path: Path) -> None:
    client = connect(f"{URL}/", tmp_path, "open sesame")
    assert repr(client) == f"Client({URL})"
    assert list(tmp_path.iterdir()) == []


class Drawing:
    """A relay that draws one code for whoever asks."""

    def __init__(self, code: str) -> None:
        self.asked: list[str] = []
        self._code = code

    async def connect(self) -> None:
        """There is nothing to connect."""

    async def close(self) -> None:
        """There is nothing to close."""

    async def request(self, event: str, _fields: object) -> dict[str, Any]:
        self.asked.append(event)
        assert event == "room.reserve"
        return {"code": self._code, "room": bytes(16), "nonce": bytes(32)}


def test_a_relay_that_draws_the_code_of_a_room_that_is_kept_here_overwrites_nothing(
    folder: Folder,
) -> None:
    folder.take()
    kept, relay = folder.path.read_bytes(), Drawing(CODE)
    client = Client(URL, folder.keystore, transport=lambda _url: cast(Transport, relay))
    with pytest.raises(RelayFault):
        asyncio.run(client.create(KEY, "Bob"))
    assert relay.asked == ["room.reserve"]
    assert folder.path.read_bytes() == kept
    # and nobody holds the room
    folder.keystore.lock(folder.path).release()


def test_a_room_that_cannot_be_stored_is_not_made_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stretched(*_given: object) -> bytes:
        return bytes(32)

    monkeypatch.setattr(module, "stretch", stretched)
    (tmp_path / "state.key").write_bytes(b"too short")
    relay = Drawing(CODE)
    client = Client(URL, Keystore(tmp_path), transport=lambda _url: cast(Transport, relay))
    with pytest.raises(StateCorrupt):
        asyncio.run(client.create(KEY, "Bob"))
    assert relay.asked == ["room.reserve"]
    assert list((tmp_path / "rooms").iterdir()) == []


def test_a_clients_directory_is_that_of_its_relay(tmp_path: Path) -> None:
    keystore, relay = Keystore(tmp_path), Drawing(CODE)
    client = Client(URL, keystore, transport=lambda _url: cast(Transport, relay))

    async def look() -> dict[str, Any]:
        async with client.directory() as directory:
            return dict(directory.contacts)

    assert asyncio.run(look()) == {}
    assert keystore.directory_path(URL).exists()
    assert relay.asked == []
