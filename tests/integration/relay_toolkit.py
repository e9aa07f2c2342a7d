"""A real relay process and a real Socket.IO client for tests."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import socketio
from postgres_cluster import Cluster

from roomkey.crypto.randomness import system_random
from roomkey.crypto.signature import ED25519
from roomkey.wire.transcripts import admission_transcript, leave_transcript, resume_transcript

ADMISSION = ED25519.generate(system_random)
COMMAND = (sys.executable, "-m", "roomkey.relay")
postgres: Cluster | None = None
"""What relays run on that are told of no database; without it that is SQLite."""


def ask_health(url: str) -> tuple[int, dict[str, Any]]:
    """Give the status and the answer to whoever asks how the relay is."""
    try:
        with urllib.request.urlopen(f"{url}/healthz") as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run an asynchronous test for at most a minute."""
    asyncio.run(asyncio.wait_for(test(), 60))


class RelayProcess:
    """One relay of its own; `url` is where it listens."""

    def __init__(self, process: "subprocess.Popen[str]", url: str, log: Path) -> None:
        self.process, self.url, self.log = process, url, log

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@contextmanager
def running_relay(
    folder: Path, *options: str, command: Sequence[str] = COMMAND, **environment: str
) -> Iterator[RelayProcess]:
    """Run `python -m roomkey.relay` on a free port until the block ends."""
    env = {**os.environ, **{f"ROOMKEY_{name}": value for name, value in environment.items()}}
    if postgres is not None:
        env.setdefault("ROOMKEY_DATABASE", postgres.url(folder))
    log = folder.with_suffix(".log")
    with log.open("a") as errors:
        process = subprocess.Popen(
            [*command, "--port", "0", "--data", str(folder), *options],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=env,
        )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert "listening on " in line, log.read_text()
    try:
        yield RelayProcess(process, line.split("listening on ")[1].split()[0], log)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        process.wait(20)
        process.stdout.close()


class Peer:
    """A member's connection and its leaf key."""

    def __init__(self, client: socketio.AsyncClient, leaf: tuple[bytes, bytes]) -> None:
        self.client = client
        self.secret, self.leaf = leaf
        self.pushed: list[tuple[str, dict[str, Any]]] = []
        client.on("*", self._take)

    async def _take(self, event: str, content: dict[str, Any]) -> None:
        self.pushed.append((event, content))

    async def ask(self, event: str, **fields: Any) -> dict[str, Any]:
        answer: dict[str, Any] = await self.client.call(event, fields, timeout=30)
        return answer

    async def create(
        self, admission: tuple[bytes, bytes], *, request: bytes | None = None, **extra: Any
    ) -> dict[str, Any]:
        """Make a room; the answer also has `code` and `room`."""
        return await self.create_reserved(
            await self.ask("room.reserve"), admission, request=request, **extra
        )

    async def create_reserved(
        self,
        drawn: dict[str, Any],
        admission: tuple[bytes, bytes],
        *,
        request: bytes | None = None,
        **extra: Any,
    ) -> dict[str, Any]:
        """Make the room whose code was drawn; the answer also has what was drawn."""
        signed = resume_transcript(drawn["room"], drawn["nonce"], self.leaf)
        fields = {
            "request": request or system_random(16),
            "code": drawn["code"],
            "admission": admission[1],
            "leaf": self.leaf,
            "signature": ED25519.sign(self.secret, signed),
            "group_info": b"group info 0",
            "suite": 1,
            "retention": 86400,
            "max_members": 100,
            **extra,
        }
        if "to" not in extra:
            fields.setdefault("history", b"sealed 0")
        return {**drawn, **await self.ask("room.create", **fields)}

    async def admit(self, code: str, admission: tuple[bytes, bytes]) -> dict[str, Any]:
        drawn = await self.ask("room.open", code=code)
        signed = admission_transcript(drawn["room"], drawn["nonce"], self.leaf)
        signature = ED25519.sign(admission[0], signed)
        return await self.ask("room.admit", room=drawn["room"], leaf=self.leaf, signature=signature)

    async def resume(self, code: str) -> dict[str, Any]:
        drawn = await self.ask("room.open", code=code)
        signed = resume_transcript(drawn["room"], drawn["nonce"], self.leaf)
        signature = ED25519.sign(self.secret, signed)
        return await self.ask(
            "room.resume", room=drawn["room"], leaf=self.leaf, signature=signature
        )

    async def commit(self, room: bytes, epoch: int, **extra: Any) -> dict[str, Any]:
        fields = {
            "request": system_random(16),
            "room": room,
            "epoch": epoch,
            "message": b"commit",
            "group_info": b"group info %d" % (epoch + 1),
            "history": b"sealed %d" % (epoch + 1),
            **extra,
        }
        return await self.ask("room.commit", **fields)

    async def send(self, room: bytes, epoch: int, body: bytes, **extra: Any) -> dict[str, Any]:
        fields = {"request": system_random(16), "room": room, "epoch": epoch, "message": body}
        return await self.ask("room.send", **{**fields, **extra})

    async def leave(self, room: bytes, request: bytes) -> dict[str, Any]:
        signature = ED25519.sign(self.secret, leave_transcript(room, self.leaf))
        return await self.ask("room.leave", request=request, room=room, signature=signature)

    async def join(self, code: str, admission: tuple[bytes, bytes]) -> dict[str, Any]:
        admitted = await self.admit(code, admission)
        room = (await self.ask("room.open", code=code))["room"]
        return await self.commit(room, admitted["epoch"], joined=self.leaf)


@asynccontextmanager
async def connected(
    url: str,
    leaf: tuple[bytes, bytes] | None = None,
    auth: Any = None,
    headers: Mapping[str, str] | None = None,
) -> AsyncIterator[Peer]:
    """Connect a peer with a leaf key of its own, or the one given."""
    client = socketio.AsyncClient(serializer="msgpack", reconnection=False)
    peer = Peer(client, leaf or ED25519.generate(system_random))
    given = {"v": 1} if auth is None else auth
    await client.connect(url, transports=["websocket"], auth=given, headers=headers or {})
    try:
        yield peer
    finally:
        await client.disconnect()


async def until(peer: Peer, count: int) -> list[tuple[str, dict[str, Any]]]:
    """Wait until a peer has been pushed `count` events."""
    while len(peer.pushed) < count:
        await peer.client.sleep(0.01)
    return peer.pushed
