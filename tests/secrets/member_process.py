"""Somebody who uses the Python client in a process of its own: a command a line, as JSON.

`python member_process.py ADDRESS FOLDER NAME`
"""

import asyncio
import dataclasses
import gc
import hashlib
import json
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import roomkey
from roomkey.keys import client_exchange

Answer = dict[str, Any]


class Member:
    """Carries out commands; keeps nothing of what they say."""

    def __init__(self, address: str, folder: str, name: str) -> None:
        self._name = name
        self._client = roomkey.connect(address, Path(folder))
        self._room: roomkey.Room | None = None
        self._listening: asyncio.Task[None] | None = None
        self._happened = asyncio.Event()

    @property
    def room(self) -> roomkey.Room:
        assert self._room is not None
        return self._room

    async def create(self, key: str, **choices: Any) -> Answer:
        self._enter(await self._client.create(key, self._name, **choices))
        return {"code": self.room.code}

    async def join(self, code: str, key: str) -> Answer:
        self._enter(await self._client.join(code, key, self._name))
        return {}

    async def say(self, text: str) -> Answer:
        await (await self.room.send(text)).stored()
        return {}

    async def edit(self, text: str, into: str) -> Answer:
        [message] = [m for m in await self.room.history(1000) if m.text == text]
        await (await self.room.edit(message.id, into)).stored()
        return {}

    async def sees(self, text: str) -> Answer:
        await self._until(lambda: self._has(text))
        return {}

    async def rekey(self, key: str) -> Answer:
        await self.room.change_room_key(key)
        return {}

    async def room_id(self) -> Answer:
        return {"room": self.room._state.room_id.hex()}

    async def secrets(self) -> Answer:
        """Give the keys of the room as they are now, in hexadecimal."""
        return {name: value.hex() for name, value in _secrets(self.room).items()}

    async def remember(self) -> Answer:
        """Note the digests of all keys, to look for what they were made from later."""
        self._digests = {
            hashlib.sha256(value).digest(): name for name, value in _secrets(self.room).items()
        }
        return {}

    async def leave(self) -> Answer:
        await self.room.leave()
        return await self._out()

    async def close(self) -> Answer:
        await self.room.close()
        return await self._out()

    async def _out(self) -> Answer:
        assert self._listening is not None
        await self._listening
        self._room = self._listening = None
        return {}

    async def reachable(self, marks: list[str]) -> Answer:
        """Say what the interpreter can still come by: texts with a mark, and keys."""
        gc.collect()
        found = {}
        # a mark comes in two halves, so that the command does not hold what it asks for
        sought = [(first + second, name) for first, second, name in map(tuple, marks)]
        own = {id(value) for pair in sought for value in pair} | {id(sought), id(marks)}
        for holder, value in _everything(own):
            encoded = value.encode(errors="replace") if isinstance(value, str) else bytes(value)
            for mark, name in sought:
                if mark.encode() in encoded:
                    found[name] = type(holder).__name__
            key = self._digests.get(hashlib.sha256(encoded).digest())
            if key is not None:
                found[key] = type(holder).__name__
        return {"found": found}

    def _enter(self, room: roomkey.Room) -> None:
        self._room = room
        self._listening = asyncio.get_running_loop().create_task(self._listen(room))

    async def _listen(self, room: roomkey.Room) -> None:
        async for _ in room:
            self._happened.set()

    async def _has(self, text: str) -> bool:
        return any(message.text == text for message in await self.room.history(1000))

    async def _until(self, holds: Callable[[], Awaitable[bool]]) -> None:
        while not await holds():
            self._happened.clear()
            await self._happened.wait()


def _secrets(room: roomkey.Room) -> dict[str, bytes]:
    state = room._state
    group = state.joined._state
    keys = state.secrets
    found = {
        "admission key": keys.admission,
        "psk": keys.psk,
        "names key": keys.names,
        "history key": keys.history,
        "leaf's signing key": state.identity.private_key,
        "epoch's history secret": state.history_secret(state.joined),
    }
    for field in dataclasses.fields(group.secrets):
        found[f"epoch's {field.name}"] = getattr(group.secrets, field.name)
    del found["epoch's epoch_authenticator"]  # members compare it, as the safety code does
    for position, key in group.private_keys.items():
        found[f"private key {position} of the tree"] = key
    if "root" in _ROOTS:
        found["root"] = _ROOTS["root"]
    return found


_ROOTS: dict[str, bytes] = {}


def _keep_roots() -> None:
    """Remember the root, which the client itself forgets at once."""
    finish = client_exchange.finish_root

    def finishing(*given: Any) -> bytes:
        root = finish(*given)
        _ROOTS["root"] = root
        return root

    from roomkey.client import admission

    admission.finish_root = finishing


def _everything(own: set[int]) -> Iterator[tuple[object, str | bytes | bytearray]]:
    """Walk all that is reachable, also through what the collector does not follow by itself."""
    seen = set(own)
    waiting: list[object] = [*gc.get_objects(), *_frames()]
    while waiting:
        holder = waiting.pop()
        if id(holder) in seen or holder is waiting or holder is seen:
            continue
        seen.add(id(holder))
        for value in gc.get_referents(holder):
            if isinstance(value, str | bytes | bytearray):
                if id(value) not in own:
                    yield holder, value
            elif id(value) not in seen:
                waiting.append(value)


def _frames() -> list[object]:
    return [frame.f_locals for frame in sys._current_frames().values()]


async def main() -> None:
    address, folder, name = sys.argv[1:]
    if os.environ.get("ROOMKEY_KEEP_ROOTS"):
        _keep_roots()
    member = Member(address, folder, name)
    reader = asyncio.StreamReader(limit=1 << 20)
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    print(json.dumps({"ready": True}), flush=True)
    async with member._client:
        while line := await reader.readline():
            command = json.loads(line)
            del line
            work = getattr(member, command.pop("do"))
            answer = await asyncio.wait_for(work(**command), 90)
            del command, work
            print(json.dumps(answer), flush=True)
            del answer


if __name__ == "__main__":
    asyncio.run(main())
