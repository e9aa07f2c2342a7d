"""Somebody who listens to an inbox: breaks of the connection, rubbish, keys that are refused."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from client_toolkit import Relay, said, scene, soon
from relay_toolkit import running_relay

import roomkey
from roomkey.client.client import Client
from roomkey.client.directory import Directory
from roomkey.client.keystore import Keystore
from roomkey.client.transport import SocketTransport
from roomkey.errors import (
    DecodeError,
    IdentityChanged,
    StateCorrupt,
    TooManyConnections,
    UnknownHandle,
)


@asynccontextmanager
async def person(
    relay: Relay, handle: str, folder: str = ""
) -> AsyncIterator[tuple[Client, Directory]]:
    async with relay.client(folder or handle) as client, client.directory() as directory:
        await directory.claim(handle)
        yield client, directory


def tamper(relay: Relay, statement: str, *values: Any) -> None:
    """Change the relay's database, as whoever runs it could."""
    path = relay.folder / "relay" / "relay.sqlite3"
    with closing(sqlite3.connect(path, timeout=30)) as database:
        database.execute(statement, values)
        database.commit()


@scene
async def test_who_listens_hears_on_after_the_relay_was_away(relay: Relay) -> None:
    async with person(relay, "bob") as (_, bob), person(relay, "alice") as (_, alice):
        incoming = bob.incoming()
        first = asyncio.ensure_future(anext(incoming))
        await (await alice.write("bob")).close()
        assert isinstance(await soon(first), roomkey.Conversation)
        second = asyncio.ensure_future(anext(incoming))
        await asyncio.sleep(0)
        relay.kill()
        relay.start()
        async with person(relay, "cid") as (_, cid):
            await (await cid.write("bob")).close()
        assert (await soon(second)).handle == "cid"
        await incoming.aclose()


@scene
async def test_who_listens_is_told_once_of_a_key_that_is_refused(relay: Relay) -> None:
    async with person(relay, "bob") as (_, bob), person(relay, "alice") as (_, alice):
        await (await alice.write("bob")).close()
        await bob.collect()
        tamper(relay, "PRAGMA foreign_keys = ON")
        tamper(relay, "DELETE FROM handles WHERE handle = 'alice'")
        async with person(relay, "alice", "impostor") as (_, impostor):
            await (await impostor.write("bob")).close()
        incoming = bob.incoming()
        refused = await soon(anext(incoming))
        assert isinstance(refused, roomkey.ConversationRefused)
        assert isinstance(refused.error, IdentityChanged)
        following = asyncio.ensure_future(anext(incoming))
        async with person(relay, "cid") as (_, cid):
            await (await cid.write("bob")).close()
        # not the refused one again, which still waits until a person decides
        assert (await soon(following)).handle == "cid"
        bob.accept("alice")
        async with person(relay, "dan") as (_, dan):
            await (await dan.write("bob")).close()
        handles = {(await soon(anext(incoming))).handle for _ in range(2)}
        assert handles == {"alice", "dan"}
        await incoming.aclose()


# a package is a message behind its version and wire format, and none that opens a conversation
@pytest.mark.parametrize(
    ("what", "wrong"),
    [
        ("of an unknown wire format", "package FROM key_packages"),
        ("no Welcome", "CAST(x'00010005' || package AS BLOB) FROM key_packages"),
        ("a Welcome for somebody else", "welcome FROM inbox WHERE handle = 'eve'"),
    ],
)
@scene
async def test_what_is_no_welcome_for_its_owner_is_taken_out(
    relay: Relay, what: str, wrong: str
) -> None:
    async with (
        person(relay, "bob") as (_, bob),
        person(relay, "eve"),
        person(relay, "alice") as (_, alice),
    ):
        await (await alice.write("eve")).close()
        await (await alice.write("bob")).close()
        chosen = f"(SELECT {wrong} LIMIT 1)"
        tamper(relay, f"UPDATE inbox SET welcome = {chosen} WHERE handle = 'bob'")
        [refused] = await bob.collect()
        assert isinstance(refused, roomkey.ConversationRefused)
        assert isinstance(refused.error, DecodeError)
        assert what in str(refused.error)
        assert await bob.collect() == []


@scene
async def test_a_conversation_by_the_last_package_leaves_that_for_others(relay: Relay) -> None:
    async with person(relay, "bob") as (_, bob):
        tamper(relay, "DELETE FROM key_packages WHERE NOT last_resort")
        for writer in ("alice", "cid"):
            async with person(relay, writer) as (_, other):
                await said(await other.write("bob"), "hello")
            [found] = await bob.collect()
            assert found.handle == writer
            tamper(relay, "DELETE FROM key_packages WHERE NOT last_resort AND handle = 'bob'")


@scene
async def test_only_who_was_met_has_a_safety_number(relay: Relay) -> None:
    async with person(relay, "bob") as (_, bob):
        for of_refused in (False, True):
            with pytest.raises(UnknownHandle):
                bob.safety_number("nobody", of_refused=of_refused)


@scene
async def test_a_damaged_directory_is_said_and_held_by_nobody(relay: Relay) -> None:
    async with relay.client("bob") as client:
        async with client.directory():
            path = client._keystore.directory_path(relay.url)
        path.write_bytes(bytes(8192))
        for _ in range(2):
            with pytest.raises(StateCorrupt):
                await client.directory().__aenter__()
        path.unlink()
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + "-wal").unlink()
        async with client.directory() as again:
            assert again.handle is None


@scene
async def test_who_lacks_the_proof_of_its_handle_begins_nothing_until_it_is_proved_again(
    relay: Relay,
) -> None:
    async with person(relay, "bob") as (_, bob), person(relay, "alice") as (client, alice):
        alice._store._database.run("DELETE FROM fact WHERE name = 'certificate'")
        with pytest.raises(StateCorrupt, match="without its certificate"):
            await alice.write("bob")
        assert client.rooms() == []
        assert await bob.collect() == []
        assert await alice.claim("alice") == "alice"
        await (await alice.write("bob")).close()
        [found] = await bob.collect()
        assert found.handle == "alice"


@scene
async def test_who_listens_waits_until_the_relay_has_a_connection_free(tmp_path: Path) -> None:
    with running_relay(tmp_path / "data", MAX_CONNECTIONS_ADDRESS="2") as relay:

        @asynccontextmanager
        async def named(handle: str) -> AsyncIterator[Directory]:
            client = Client(relay.url, Keystore(tmp_path / handle))
            async with client, client.directory() as directory:
                yield directory

        async with named("bob") as bob, named("alice") as alice:
            await bob.claim("bob")
            await alice.claim("alice")
            async with AsyncExitStack() as others:
                for _ in range(2):
                    other = SocketTransport(relay.url)
                    await other.connect()
                    others.push_async_callback(other.close)
                incoming = bob.incoming()
                first = asyncio.ensure_future(anext(incoming))
                # refused once, and not given up
                await asyncio.wait((first,), timeout=0.5)
                assert not first.done()
            async with asyncio.timeout(30):
                while True:
                    with contextlib.suppress(TooManyConnections):
                        room = await alice.write("bob")
                        break
                    await asyncio.sleep(0.1)
            await room.close()
            assert (await soon(first)).handle == "alice"
            await incoming.aclose()
