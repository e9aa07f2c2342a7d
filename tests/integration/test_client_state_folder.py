"""One state folder, several processes: a room is in it once, and once in the room."""

import asyncio
import contextlib
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from client_toolkit import KEY, Listener, Relay, said, scene, soon

from roomkey.client.transport import Map, SocketTransport
from roomkey.errors import RelayFault, WrongRoomKey


class Joiner:
    """A process of `held_joiner`."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def says(self) -> str:
        assert self._process.stdout is not None
        return (await soon(self._process.stdout.readline())).decode().strip()

    def go_on(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")

    async def ends(self) -> None:
        await soon(self._process.communicate(b"\n"))


@contextlib.asynccontextmanager
async def joiner(relay: Relay, code: str) -> AsyncIterator[Joiner]:
    script = Path(__file__).with_name("held_joiner.py")
    arguments = [str(script), relay.url, str(relay.folder / "b"), code, KEY]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdin=PIPE, stdout=PIPE
    )
    try:
        yield Joiner(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@scene
async def test_of_two_joins_at_once_from_one_folder_one_is_told_so_and_nobody_is_in_twice(
    relay: Relay,
) -> None:
    async with relay.client("a") as a:
        ann = await a.create(KEY, "Ann")
        async with joiner(relay, ann.code) as first, joiner(relay, ann.code) as second:
            said_first = {await first.says(), await second.says()}
            assert said_first == {"held", "state_locked"}
            # whoever is held has the room: only that one goes on
            for one in (first, second):
                with contextlib.suppress(ConnectionError):
                    one.go_on()
            assert {await first.says(), await second.says()} == {"in", ""}
            await first.ends()
            await second.ends()
        async with joiner(relay, ann.code) as again:
            # it is there already, and no room key has to be tried
            assert await again.says() == "in"
            await again.ends()
        await said(ann, "how many are here")
        assert [member.name for member in ann.members()] == ["Ann", "Bob"]


@scene
async def test_a_room_that_is_not_kept_leaves_not_even_its_name(relay: Relay) -> None:
    async with relay.client("a") as a, relay.client("b") as b:
        ann = await a.create(KEY, "Ann")
        with pytest.raises(WrongRoomKey):
            await b.join(ann.code, "some other room key", "Bob")
        bob = await b.join(ann.code, KEY, "Bob")
        await Listener(ann).until(lambda _: len(ann.members()) == 2)
        await bob.leave()
        cid = await b.join(ann.code, KEY, "Cid")
        await cid.close()
        await b.forget(ann.code)
        assert list((relay.folder / "b" / "rooms").iterdir()) == []


@scene
async def test_a_relay_that_draws_the_code_of_a_stored_room_cannot_have_it_replaced(
    relay: Relay,
) -> None:
    drawn: list[Map] = []

    class DrawnTwice(SocketTransport):
        async def request(self, event: str, fields: Mapping[str, Any]) -> Map:
            answer = await super().request(event, fields)
            if event == "room.reserve":
                drawn.append(answer)
                return drawn[0]
            return answer

    async with relay.client("a", transport=DrawnTwice) as a:
        ann = await a.create(KEY, "Ann")
        await said(ann, "kept")
        await ann.close()
        with pytest.raises(RelayFault):
            await a.create(KEY, "Ann")
        ann = await a.resume(ann.code)
        assert [message.text for message in await ann.history()] == ["kept"]
