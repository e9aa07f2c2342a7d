"""What breaks, and that nothing is lost or doubled by it."""

import asyncio
import shutil
from collections.abc import Mapping
from typing import Any

import pytest
from client_toolkit import KEY, Listener, Relay, said, scene, soon, two_people
from meddling import Meddling

import roomkey
from roomkey import ConnectionState
from roomkey.client.room_state import RoomState
from roomkey.client.transport import Map, SocketTransport
from roomkey.errors import (
    NotAMember,
    RelayFault,
    RelayUnreachable,
    RequestError,
    StateCorrupt,
    StateFull,
    StateLocked,
    StorageFull,
)


@scene
async def test_a_killed_relay_loses_and_doubles_nothing(relay: Relay) -> None:
    async with two_people(relay) as (ann, bob, at_ann, at_bob):
        await said(ann, "start")
        sent = []
        for number in range(30):
            sent.append(await ann.send(f"a{number}"))
            sent.append(await bob.send(f"b{number}"))
            await asyncio.sleep(0)
            if number in (8, 20):
                await soon(sent[-6].stored())
                relay.kill()
                sent.append(await ann.send(f"offline {number}"))
                relay.start()
        for message in sent:
            await soon(message.stored())
        await said(ann, "end of Ann")
        await said(bob, "end of Bob")
        for listener in (at_ann, at_bob):
            await listener.text("end of Ann")
            await listener.text("end of Bob")
        assert at_ann.texts() == at_bob.texts()
        texts = at_ann.texts()
        assert len(texts) == len(set(texts)) == 1 + 60 + 2 + 2
        own = [text for text in texts if text[0] == "a"]
        assert own == [f"a{number}" for number in range(30)]


@scene
async def test_a_client_comes_back_and_sends_what_waited(relay: Relay) -> None:
    async with relay.client("b") as b:
        async with relay.client("a") as a:
            ann = await a.create(KEY, "Ann")
            bob = await b.join(ann.code, KEY, "Bob")
            at_bob = Listener(bob)
            at_ann = Listener(ann)
            await at_ann.state(ConnectionState.ONLINE)
            relay.kill()
            await at_ann.state(ConnectionState.OFFLINE)
            await ann.send("written offline")
        relay.start()
        await said(bob, "meanwhile")
        async with relay.client("a") as a:
            ann = await a.resume(a.rooms()[0].code)
            at_ann = Listener(ann)
            await at_ann.text("meanwhile")
            await at_bob.text("written offline")
            await said(bob, "both here")
            await at_ann.text("both here")
            assert at_bob.texts().count("written offline") == 1
            assert [m.text for m in await ann.history()] == at_bob.texts()


@scene
async def test_rooms_can_be_listed_and_opened_without_the_relay(relay: Relay) -> None:
    async with relay.client("a") as a:
        ann = await a.create(KEY, "Ann")
        await said(ann, "kept here")
    relay.kill()
    async with relay.client("a") as a:
        ann = await a.resume(a.rooms()[0].code)
        await Listener(ann).state(ConnectionState.OFFLINE)
        assert [m.text for m in await ann.history()] == ["kept here"]


@scene
async def test_an_old_copy_of_the_state_rejoins_before_it_sends(relay: Relay) -> None:
    async with relay.client("b") as b:
        async with relay.client("a") as a:
            ann = await a.create(KEY, "Ann")
            code = ann.code
            bob = await b.join(code, KEY, "Bob")
            at_bob = Listener(bob)
            await said(ann, "in both copies")
        shutil.copytree(relay.folder / "a", relay.folder / "copy")
        async with relay.client("a") as a:
            ann = await a.resume(code)
            await said(ann, "only in the newer one")
        epoch_code = bob.safety_code()
        async with relay.client("copy") as a:
            ann = await a.resume(code)
            await said(ann, "from the restored copy")
            await at_bob.text("from the restored copy")
            await said(bob, "understood")
            await Listener(ann).text("understood")
            assert bob.safety_code() == ann.safety_code() != epoch_code
            assert [m.name for m in bob.members()] == ["Ann", "Bob"]


@scene
async def test_a_damaged_state_is_named_and_left_alone(relay: Relay) -> None:
    async with relay.client("a") as a:
        code = (await a.create(KEY, "Ann")).code
    path = next((relay.folder / "a" / "rooms").glob("*.room"))
    damaged = bytes(byte ^ 0x55 for byte in path.read_bytes())
    path.write_bytes(damaged)
    async with relay.client("a") as a:
        with pytest.raises(StateCorrupt):
            await a.resume(code)
        assert a.rooms() == []
    assert path.read_bytes() == damaged


@scene
async def test_a_room_is_open_once(relay: Relay) -> None:
    async with relay.client("a") as a, relay.client("a") as b:
        ann = await a.create(KEY, "Ann")
        with pytest.raises(StateLocked):
            await b.resume(ann.code)
        await ann.close()
        await (await b.resume(ann.code)).close()


@scene
async def test_a_full_disk_is_said_and_loses_nothing(relay: Relay) -> None:
    async with two_people(relay) as (ann, bob, at_ann, at_bob):
        await said(ann, "before")
        database = ann._state.store._database
        pages = database.run("PRAGMA page_count")[0][0]
        database.run(f"PRAGMA max_page_count = {pages}")

        async def fill() -> None:
            for _ in range(100):
                await ann.send("x" * 50_000)

        with pytest.raises(StateFull):
            await fill()
        for number in range(3):
            await said(bob, f"while full {number} " + "y" * 30_000)
        database.run("PRAGMA max_page_count = 1000000")
        await said(ann, "after")
        await at_ann.text("after")
        await at_bob.text("after")
        got = [text for text in at_ann.texts() if text.startswith("while full")]
        assert [text[:12] for text in got] == [f"while full {n}" for n in range(3)]


@scene
async def test_a_key_made_of_a_passphrase_opens_with_it_only(relay: Relay) -> None:
    async with roomkey.connect(relay.url, relay.folder / "a", "open sesame") as a:
        code = (await a.create(KEY, "Ann")).code
    assert not (relay.folder / "a" / "state.key").exists()
    async with roomkey.connect(relay.url, relay.folder / "a", "open barley") as a:
        with pytest.raises(StateCorrupt):
            await a.resume(code)
    async with roomkey.connect(relay.url, relay.folder / "a", "open sesame") as a:
        assert [room.code for room in a.rooms()] == [code]


@scene
async def test_a_change_that_comes_too_late_is_refused(relay: Relay) -> None:
    async with relay.client("a") as a:
        ann = await a.create(KEY, "Ann")

        async def stretch(_key: str) -> bytes:
            await ann.close()
            return bytes(32)

        ann._stretch = stretch
        with pytest.raises(NotAMember):
            await soon(asyncio.ensure_future(ann.change_room_key("orbit lantern mosaic denim")))


@scene
async def test_who_left_and_was_not_told_so_is_out(relay: Relay) -> None:
    lose = ["room.leave"]
    meddling = relay.client("b", transport=lambda url: Meddling(url, lose=lose))
    async with relay.client("a") as a, meddling as b:
        ann = await a.create(KEY, "Ann")
        bob = await b.join(ann.code, KEY, "Bob")
        at_bob = Listener(bob)
        await at_bob.state(ConnectionState.ONLINE)
        with pytest.raises(RelayUnreachable):
            await bob.leave()
        await at_bob.state(ConnectionState.REMOVED)
        await said(ann, "alone")
        assert [member.name for member in ann.members()] == ["Ann"]
        assert ann._state.joined.epoch == 2


@scene
async def test_who_leaves_while_somebody_joins_is_seen_to_have_left(relay: Relay) -> None:
    async with relay.client("b") as b:
        async with relay.client("a") as a:
            ann = await a.create(KEY, "Ann")
            bob = await b.join(ann.code, KEY, "Bob")
            await Listener(bob).state(ConnectionState.ONLINE)

        class AfterBob(SocketTransport):
            async def request(self, event: str, fields: Mapping[str, Any]) -> Map:
                if event == "room.commit" and "joined" in fields:
                    await bob.leave()
                return await super().request(event, fields)

        async with relay.client("c", transport=AfterBob) as c:
            cid = await c.join(ann.code, KEY, "Cid")
            assert [member.name for member in cid.members()] == ["Ann", "Cid"]
            await said(cid, "Bob does not read this")
            assert len(cid._state.joined.members()) == 2


@scene
async def test_who_came_in_and_could_not_write_it_down_is_in_the_room_once(
    relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    adopt = RoomState.adopt

    def adopt_unless_full(state: RoomState, *arguments: Any, **named: Any) -> None:
        if state.name == "Bob":
            raise StateFull
        adopt(state, *arguments, **named)

    async with relay.client("a") as a, relay.client("b") as b:
        ann = await a.create(KEY, "Ann")
        with monkeypatch.context() as full:
            full.setattr(RoomState, "adopt", adopt_unless_full)
            with pytest.raises(StateFull):
                await b.join(ann.code, KEY, "Bob")
        bob = await b.join(ann.code, KEY, "Bob")
        await said(bob, "here")
        await Listener(ann).text("here")
        assert [member.name for member in ann.members()] == ["Ann", "Bob"]


@scene
@pytest.mark.parametrize("refusal", [StorageFull, RelayFault])
async def test_who_was_refused_by_a_failing_disk_and_came_in_is_in_the_room_once(
    relay: Relay, refusal: type[RequestError]
) -> None:
    class Failing(SocketTransport):
        async def request(self, event: str, fields: Mapping[str, Any]) -> Map:
            answer = await super().request(event, fields)
            if refusals and event == "room.commit":
                raise refusals.pop()
            return answer

    refusals = [refusal()]
    async with relay.client("a") as a, relay.client("b", transport=Failing) as b:
        ann = await a.create(KEY, "Ann")
        with pytest.raises(refusal):
            await b.join(ann.code, KEY, "Bob")
        bob = await b.join(ann.code, KEY, "Bob")
        await said(bob, "here")
        await Listener(ann).text("here")
        assert [member.name for member in ann.members()] == ["Ann", "Bob"]
