"""People who write to a handle: with the SDK, against a relay process."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cbor2
import pytest
from client_toolkit import Listener, Relay, a_relay, said, scene, soon

import roomkey
from roomkey.client import client as client_module
from roomkey.client.admission import Opened, open_room
from roomkey.client.client import Client
from roomkey.client.creating import CREATING
from roomkey.client.directory import Directory
from roomkey.client.room_state import RoomState
from roomkey.client.transport import Transport
from roomkey.errors import (
    DecodeError,
    HandleNeeded,
    HandleTaken,
    IdentityChanged,
    PolicyViolation,
    RelayFault,
    StateLocked,
    UnknownHandle,
)
from roomkey.wire import room_code


@dataclass(frozen=True)
class Place:
    """A relay that all tests share, with nobody in its directory, and this test's own people."""

    relay: Relay
    people: Path

    @contextmanager
    def database(self) -> Iterator[sqlite3.Connection]:
        """The relay's database, as its operator could meddle with it."""
        path = self.relay.folder / "relay" / "relay.sqlite3"
        with closing(sqlite3.connect(path, timeout=30)) as database:
            database.execute("PRAGMA foreign_keys = ON")
            yield database
            database.commit()

    def forget(self, handle: str) -> None:
        """Have the relay forget whose a handle is."""
        with self.database() as database:
            database.execute("DELETE FROM handles WHERE handle GLOB ?", (handle,))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relay]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ROOMKEY_RATE_CLAIM_ADDRESS", "9999/hour")
        patch.setenv("ROOMKEY_RATE_FETCH_ADDRESS", "9999/hour")
        with a_relay(tmp_path_factory.mktemp("directory")) as relay:
            yield relay


@pytest.fixture
def place(running: Relay, tmp_path: Path) -> Place:
    """A relay's empty directory."""
    found = Place(running, tmp_path)
    found.forget("*")
    return found


@asynccontextmanager
async def person(
    place: Place, handle: str, folder: str = "", *, claims: bool = True
) -> AsyncIterator[tuple[Client, Directory]]:
    """Somebody with a handle, and one's own data folder."""
    folder = str(place.people / (folder or handle))
    async with place.relay.client(folder) as client, client.directory() as directory:
        if claims:
            await directory.claim(handle)
        yield client, directory


@scene
async def test_somebody_who_is_offline_is_written_to_and_answers(place: Place) -> None:
    async with person(place, "bob"):
        pass
    async with person(place, "alice") as (_, alice), await alice.write("@Bob") as room:
        await said(room, "hello bob")
        await said(room, "are you there?")
    async with person(place, "bob") as (_, bob):
        [found] = await bob.collect()
        assert isinstance(found, roomkey.Conversation)
        assert found.handle == "alice"
        assert await bob.collect() == []
        room = await bob.write("alice")
        assert room.code == found.code
        heard = Listener(room)
        message = await heard.text("are you there?")
        assert message.sender.name == "alice"
        assert heard.texts() == ["hello bob", "are you there?"]
        await said(room, "here I am")
        async with person(place, "alice") as (_, alice):
            again = await alice.write("bob")
            heard = Listener(again)
            assert (await heard.text("here I am")).sender.name == "bob"
            assert alice.safety_number("bob") == bob.safety_number("alice")
            assert len(alice.safety_number("bob")) == 12
            assert room.safety_code() == again.safety_code()


@scene
async def test_who_is_online_hears_of_a_conversation_at_once(place: Place) -> None:
    async with person(place, "bob") as (_, bob), person(place, "alice") as (_, alice):
        incoming = bob.incoming()
        waiting = soon(anext(incoming))
        room = await alice.write("bob")
        found = await waiting
        assert found == roomkey.Conversation(room.code, "alice")
        await incoming.aclose()


@scene
async def test_a_conversation_survives_a_resync_of_each(place: Place) -> None:
    async with person(place, "bob") as (_, bob), person(place, "alice") as (_, alice):
        first = await alice.write("bob")
        await bob.collect()
        second = await bob.write("alice")
        one, two = Listener(first), Listener(second)
        for room, heard, text in ((first, two, "a"), (second, one, "b")):
            # as a member does that could not follow a commit
            await room._session._follower.rejoin(room._session.online(), None)
            await said(room, f"after {text}")
            await heard.text(f"after {text}")


@scene
async def test_nobody_changes_what_a_conversation_is(place: Place) -> None:
    async with person(place, "bob") as (_, bob), person(place, "alice") as (_, alice):
        room = await alice.write("bob")
        await bob.collect()
        other = await bob.write("alice")
        for mine in (room, other):
            assert mine.is_locked
            assert mine.history_mode == "strict"
            heard = Listener(mine)
            await heard.state(roomkey.ConnectionState.ONLINE)
            [them] = [member for member in mine.members() if not member.is_self]
            for change in (
                mine.set_locked(False),
                mine.set_title("ours"),
                mine.remove(them),
                mine.change_room_key("some other long key"),
            ):
                with pytest.raises(PolicyViolation):
                    await soon(change)


@scene
async def test_either_may_leave_and_then_a_new_conversation_begins(place: Place) -> None:
    async with person(place, "bob") as (_, bob), person(place, "alice") as (_, alice):
        room = await alice.write("bob")
        await bob.collect()
        other = await bob.write("alice")
        heard = Listener(room)
        await Listener(other).state(roomkey.ConnectionState.ONLINE)
        await other.leave()
        left = await heard.of(roomkey.MemberLeft)
        assert left.member.name == "bob"
        again = await bob.write("alice")
        assert again.code != room.code


@scene
async def test_two_who_write_at_once_go_on_with_one_conversation(place: Place) -> None:
    async with person(place, "bob") as (_, bob), person(place, "alice") as (_, alice):
        async with await alice.write("bob") as first, await bob.write("alice") as second:
            assert first.code != second.code
        await alice.collect()
        await bob.collect()
        async with await alice.write("bob") as first, await bob.write("alice") as second:
            assert first.code == second.code


@scene
async def test_a_handle_is_needed_and_is_ones_own(place: Place) -> None:
    async with person(place, "bob"), person(place, "eve", claims=False) as (_, eve):
        with pytest.raises(HandleNeeded):
            await eve.write("bob")
        with pytest.raises(HandleNeeded):
            await eve.collect()
        with pytest.raises(HandleTaken):
            await eve.claim("bob")
        assert eve.handle is None
        await eve.claim("eve")
        with pytest.raises(PolicyViolation):
            await eve.claim("another")
        with pytest.raises(UnknownHandle):
            await eve.write("nobody")
        for wrong in ("eve", "no handle", "ab"):
            with pytest.raises(DecodeError):
                await eve.write(wrong)


@scene
async def test_a_directory_is_open_in_one_process_at_a_time(place: Place) -> None:
    async with person(place, "bob") as (client, _):
        with pytest.raises(StateLocked):
            await client.directory().__aenter__()


@scene
async def test_each_conversation_takes_a_package_and_the_stock_is_filled_up(place: Place) -> None:
    async with person(place, "bob") as (_, bob):
        for number in range(12):
            async with person(place, f"writer{number}") as (_, writer):
                await (await writer.write("bob")).close()
        assert _count(place, "given IS NULL AND NOT last_resort") == 8 + 12 * 20
        found = await bob.collect()
        assert {item.handle for item in found} == {f"writer{number}" for number in range(12)}
        # filled up before it was emptied, and private keys of the used ones are gone
        assert _count(place, "given IS NULL AND NOT last_resort AND handle = 'bob'") == 20
        used = bob._store._database.run("SELECT count(*) FROM bundle WHERE NOT last_resort")
        assert used == [(20,)]


def _count(place: Place, where: str) -> int:
    with place.database() as database:
        [[count]] = database.execute(f"SELECT count(*) FROM key_packages WHERE {where}")
        return int(count)


def _swap(place: Place, handle: str, other: str) -> None:
    """Have the relay give somebody's identity and packages for another's handle."""
    place.forget(handle)
    with place.database() as database:
        database.execute("PRAGMA foreign_keys = OFF")
        for table in ("handles", "key_packages"):
            statement = f"UPDATE {table} SET handle = ? WHERE handle = ?"
            database.execute(statement, (handle, other))


@scene
async def test_another_key_for_a_handle_is_refused_until_a_person_accepts_it(place: Place) -> None:
    async with person(place, "bob"), person(place, "alice") as (client, alice):
        room = await alice.write("bob")
        await Listener(room).state(roomkey.ConnectionState.ONLINE)
        await room.leave()
        before = alice.safety_number("bob")
        # the relay lets somebody else be bob
        place.forget("bob")
        async with person(place, "bob", "impostor"):
            for _ in range(2):
                with pytest.raises(IdentityChanged):
                    await alice.write("bob")
            assert client.rooms() == []
            assert alice.safety_number("bob") == before
            changed = alice.safety_number("bob", of_refused=True)
            assert changed != before
            alice.accept("bob")
            assert alice.safety_number("bob") == changed
            await (await alice.write("bob")).close()
        with pytest.raises(UnknownHandle):
            alice.accept("bob")


@scene
async def test_an_impostor_does_not_get_into_an_inbox(place: Place) -> None:
    async with person(place, "bob") as (_, bob), person(place, "alice") as (_, alice):
        await alice.write("bob")
        await bob.collect()
        place.forget("alice")
        async with person(place, "alice", "impostor") as (_, impostor):
            await impostor.write("bob")
        for _ in range(2):
            # said each time, and kept until a person decides
            [refused] = await bob.collect()
            assert isinstance(refused, roomkey.ConversationRefused)
            assert refused.handle == "alice"
            assert isinstance(refused.error, IdentityChanged)
        bob.accept("alice")
        [found] = await bob.collect()
        assert isinstance(found, roomkey.Conversation)


@scene
async def test_who_accepts_a_key_is_given_at_once_what_was_refused_for_it(place: Place) -> None:
    async with person(place, "bob") as (_, bob), person(place, "alice") as (_, alice):
        await alice.write("bob")
        async with aclosing(bob.incoming()) as incoming:
            assert isinstance(await soon(anext(incoming)), roomkey.Conversation)
            place.forget("alice")
            async with person(place, "alice", "other device") as (_, other):
                await other.write("bob")
            refused = await soon(anext(incoming))
            assert isinstance(refused, roomkey.ConversationRefused)
            coming = asyncio.ensure_future(anext(incoming))
            # it has begun to wait for what comes
            await asyncio.sleep(0)
            bob.accept("alice")
            assert isinstance(await soon(coming), roomkey.Conversation)


@scene
async def test_a_key_package_of_somebody_else_is_refused(place: Place) -> None:
    async with person(place, "bob"), person(place, "mallory"), person(place, "alice") as (c, alice):
        _swap(place, "bob", "mallory")
        with pytest.raises(PolicyViolation):
            await alice.write("bob")
        assert c.rooms() == []


@scene
async def test_what_nobody_can_read_is_said_once_and_taken_out(place: Place) -> None:
    async with person(place, "bob") as (_, bob), person(place, "alice") as (_, alice):
        await alice.write("bob")
        with place.database() as database:
            database.execute("UPDATE inbox SET welcome = substr(welcome, 1, length(welcome) - 9)")
        [refused] = await bob.collect()
        assert isinstance(refused, roomkey.ConversationRefused)
        assert await bob.collect() == []


@scene
async def test_a_conversation_under_another_rooms_code_is_refused(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with person(place, "bob") as (client, bob), person(place, "eve") as (_, eve):
        async with await client.create("a room key of bob's own", "Bob") as room:
            await said(room, "for my eyes")
        begin = client_module.start_conversation

        def hostile(state: RoomState, *rest: Any) -> None:
            code, state.code = state.code, room_code.parse(room.code)
            begin(state, *rest)
            state.code = code
            fields = cbor2.loads(state.store.require(CREATING))
            with state.store.transaction():
                state.store.set(CREATING, cbor2.dumps({**fields, "code": code}))

        with monkeypatch.context() as patch:
            patch.setattr(client_module, "start_conversation", hostile)
            await (await eve.write("bob")).close()
        [refused] = await bob.collect()
        assert isinstance(refused, roomkey.ConversationRefused)
        assert isinstance(refused.error, PolicyViolation)
        async with await client.resume(room.code) as again:
            assert [message.text for message in await again.history()] == ["for my eyes"]


@scene
async def test_a_relay_that_draws_the_code_of_a_stored_room_does_not_get_it_deleted(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with person(place, "bob"), person(place, "alice") as (client, alice):
        async with await alice.write("bob") as room:
            await said(room, "kept")

        async def reserve(transport: Transport) -> tuple[str, Opened]:
            code = room_code.parse(room.code)
            return code, await open_room(transport, code)

        monkeypatch.setattr(client_module, "reserve", reserve)
        with pytest.raises(RelayFault):
            await client.create("a room key of alice's own", "Alice")
        async with await client.resume(room.code) as again:
            assert [message.text for message in await again.history()] == ["kept"]


@scene
async def test_many_who_ask_at_once_are_given_different_packages(place: Place) -> None:
    async with person(place, "bob") as (client, _):
        transports = [client._make_transport(place.relay.url) for _ in range(8)]
        await asyncio.gather(*(transport.connect() for transport in transports))
        asked = (
            transport.request("directory.fetch", {"handle": "bob", "request": os.urandom(16)})
            for transport in transports
        )
        given = {answer["package"] for answer in await asyncio.gather(*asked)}
        assert len(given) == 8
        await asyncio.gather(*(transport.close() for transport in transports))
