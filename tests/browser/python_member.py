"""A member who uses the Python client, in a thread beside the browsers."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from pathlib import Path
from typing import Any, TypeVar

import roomkey

PATIENCE_SECONDS = 60

T = TypeVar("T")


class PythonMember:
    """Somebody with the Python client; each word waits until what it says holds."""

    def __init__(self, address: str, folder: Path, name: str) -> None:
        self.name = name
        self._client = roomkey.connect(address, folder)
        self._room: roomkey.Room | None = None
        self._happened = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    @property
    def room(self) -> roomkey.Room:
        assert self._room is not None, f"{self.name} is in no room"
        return self._room

    def create(self, key: str, **choices: Any) -> str:
        self._enter(self._client.create(key, self.name, **choices))
        return self.room.code

    def join(self, code: str, key: str) -> None:
        self._enter(self._client.join(code, key, self.name))

    def say(self, text: str, **options: Any) -> None:
        async def say() -> None:
            await (await self.room.send(text, **options)).stored()

        self._do(say())

    def say_all(self, texts: Iterable[str]) -> None:
        """Say many things; ends when all are stored."""

        async def say_all() -> None:
            for sent in [await self.room.send(text) for text in texts]:
                await sent.stored()

        self._do(say_all())

    def react(self, text: str, sign: str) -> None:
        async def react() -> None:
            [message] = await self._find(text)
            await (await self.room.react(message.id, sign)).stored()

        self._do(react())

    def sees(self, *texts: str) -> None:
        """Wait until each of these texts stands in the transcript once."""

        async def stand_there() -> bool:
            return all([len(await self._find(text)) == 1 for text in texts])

        self._do(self._until(stand_there))

    def has_people(self, *names: str) -> None:
        """Wait until exactly these people are in the room, in any order."""

        async def are_in() -> bool:
            return sorted(member.name for member in self.room.members()) == sorted(names)

        self._do(self._until(are_in))

    def message(self, text: str) -> roomkey.MessageReceived:
        """The one message that says this."""
        [message] = self._do(self._find(text))
        return message

    def texts(self) -> list[str]:
        """What all messages of the transcript say."""

        async def texts() -> list[str]:
            return [message.text for message in await self.room.history(1000)]

        return self._do(texts())

    def safety_digits(self) -> str:
        async def digits() -> str:
            return " ".join(self.room.safety_code().digits)

        return self._do(digits())

    def close(self) -> None:
        if self._room is not None:
            self._do(self._room.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE_SECONDS)
        self._loop.close()

    def _enter(self, coming: Coroutine[Any, Any, roomkey.Room]) -> None:
        async def enter() -> tuple[roomkey.Room, asyncio.Task[None]]:
            room = await coming
            return room, asyncio.create_task(self._listen(room))

        self._room, self._listening = self._do(enter())

    async def _listen(self, room: roomkey.Room) -> None:
        async for _ in room:
            self._happened.set()

    async def _until(self, holds: Callable[[], Awaitable[bool]]) -> None:
        while not await holds():
            await self._happened.wait()
            self._happened.clear()

    async def _find(self, text: str) -> list[roomkey.MessageReceived]:
        return [m for m in await self.room.history(1000) if m.text == text]

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_SECONDS)
