"""Several SDK clients against a relay process that can be killed and started again."""

import asyncio
import contextlib
import functools
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import roomkey
from roomkey.client.client import Client
from roomkey.client.connection import Backoff
from roomkey.client.keystore import Keystore
from roomkey.client.schedule import Schedule

T = TypeVar("T")
KEY = "orbit lantern mosaic velvet"
PATIENCE = 60
"""Seconds before a test gives up; nothing is expected to take nearly as long."""


class Relay:
    """A relay on a port that stays the same through restarts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._data = folder / "relay"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "roomkey.relay", "--host", "127.0.0.1"]
        command += ["--port", str(self._port), "--data", str(self._data)]
        with self._data.with_suffix(".log").open("a") as log:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        assert process.stdout is not None
        assert "listening on " in process.stdout.readline()
        self._process = process

    def client(self, folder: str, **options: Any) -> Client:
        """A client that comes back quickly, and commits what others leave at once."""
        options.setdefault("schedule", Schedule(tidy_seconds=0.1))
        keystore = Keystore(self.folder / folder)
        return Client(self.url, keystore, backoff=lambda: Backoff(0.05, 0.5), **options)

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None


@contextlib.contextmanager
def a_relay(folder: Path) -> Iterator[Relay]:
    relay = Relay(folder)
    relay.start()
    try:
        yield relay
    finally:
        relay.kill(signal.SIGTERM)


def scene(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Make a coroutine a test."""

    @functools.wraps(test)
    def play(**given: Any) -> None:
        asyncio.run(asyncio.wait_for(test(**given), PATIENCE * 4))

    return play


async def soon(waited: Awaitable[T]) -> T:
    return await asyncio.wait_for(waited, PATIENCE)


class Listener:
    """Collects a room's events, and waits for the one a test is after."""

    def __init__(self, room: roomkey.Room) -> None:
        self.events: list[Any] = []
        self._more = asyncio.Event()
        self._task = asyncio.get_running_loop().create_task(self._listen(room))

    async def _listen(self, room: roomkey.Room) -> None:
        async for event in room:
            self.events.append(event)
            self._more.set()
        self._more.set()

    async def until(self, is_it: Callable[[Any], bool]) -> Any:
        async def wait() -> Any:
            while True:
                self._more.clear()
                for event in self.events:
                    if is_it(event):
                        return event
                await self._more.wait()

        return await soon(wait())

    async def text(self, text: str) -> roomkey.MessageReceived:
        def is_it(event: Any) -> bool:
            return isinstance(event, roomkey.MessageReceived) and event.text == text

        message: roomkey.MessageReceived = await self.until(is_it)
        return message

    async def of(self, kind: type[T]) -> T:
        event: T = await self.until(lambda event: isinstance(event, kind))
        return event

    async def state(self, state: roomkey.ConnectionState) -> None:
        await self.until(
            lambda event: isinstance(event, roomkey.ConnectionChanged) and event.state is state
        )

    def texts(self) -> list[str]:
        return [e.text for e in self.events if isinstance(e, roomkey.MessageReceived)]


@contextlib.asynccontextmanager
async def two_people(
    relay: Relay, **options: Any
) -> AsyncIterator[tuple[roomkey.Room, roomkey.Room, Listener, Listener]]:
    """Ann in a room that she has created, and Bob who has joined, with what each of them hears."""
    async with relay.client("a") as a, relay.client("b") as b:
        ann = await a.create(KEY, "Ann", **options)
        bob = await b.join(ann.code, KEY, "Bob")
        yield ann, bob, Listener(ann), Listener(bob)


async def said(room: roomkey.Room, text: str) -> None:
    sent = await room.send(text)
    await soon(sent.stored())
