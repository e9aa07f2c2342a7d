"""One person's room in the Python client, driven by lines of JSON: for tests of both together."""

import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from roomkey.client.client import Client
from roomkey.client.connection import Backoff
from roomkey.client.events import MessageReceived, RoomTrouble
from roomkey.client.keystore import Keystore
from roomkey.client.room import Room
from roomkey.client.schedule import Schedule


class Driver:
    def __init__(self, url: str, folder: Path) -> None:
        schedule = Schedule(tidy_seconds=0.1)
        backoff = lambda: Backoff(0.05, 0.5)  # noqa: E731
        self.client = Client(url, Keystore(folder), schedule=schedule, backoff=backoff)
        self.events: list[Any] = []
        self.more = asyncio.Event()
        self.room: Room
        self.listening: asyncio.Task[None]

    def listen(self, room: Room) -> dict[str, Any]:
        self.room = room
        self.listening = asyncio.get_running_loop().create_task(self._listen())
        return {"code": room.code}

    async def _listen(self) -> None:
        async for event in self.room:
            self.events.append(event)
            self.more.set()

    async def create(self, **options: Any) -> dict[str, Any]:
        return self.listen(await self.client.create(**options))

    async def join(self, **options: Any) -> dict[str, Any]:
        return self.listen(await self.client.join(**options))

    async def send(self, text: str, **options: Any) -> dict[str, Any]:
        if "in_reply_to" in options:
            options["in_reply_to"] = bytes.fromhex(options["in_reply_to"])
        sent = await self.room.send(text, **options)
        await sent.stored()
        return {"id": sent.id.hex()}

    async def change(self, what: str, message: str, **options: Any) -> dict[str, Any]:
        """Delete or edit a message, or react to it."""
        sent = await getattr(self.room, what)(bytes.fromhex(message), **options)
        await sent.stored()
        return {"id": sent.id.hex()}

    async def messages(self) -> dict[str, Any]:
        shown = [
            {
                "id": message.id.hex(),
                "text": message.text,
                "is_edited": message.is_edited,
                "is_deleted": message.is_deleted,
                "signs": [[r.sender.name, r.sign] for r in message.reactions],
            }
            for message in await self.room.history()
        ]
        return {"messages": shown}

    async def text(self, text: str) -> dict[str, Any]:
        while True:
            self.more.clear()
            for event in self.events:
                if isinstance(event, MessageReceived) and event.text == text:
                    return {"id": event.id.hex(), "sender": event.sender.name, "seq": event.seq}
            await self.more.wait()

    async def history(self, limit: int = 100) -> dict[str, Any]:
        return {"texts": [message.text for message in await self.room.history(limit)]}

    async def look(self) -> dict[str, Any]:
        room = self.room
        troubles = [event.code for event in self.events if isinstance(event, RoomTrouble)]
        return {
            "state": room.state.value,
            "members": [member.name for member in room.members()],
            "hosts": [member.name for member in room.members() if member.is_host],
            "code": " ".join(room.safety_code().digits) if room.members() else "",
            "title": room.title if room.members() else "",
            "retention": room.retention,
            "locked": room.is_locked,
            "key_id": room.key_id,
            "needs_room_key": room.needs_room_key,
            "presence": {m.name: room.presence(m) for m in room.members()},
            "typing": [m.name for m in room.members() if room.is_typing(m)],
            "troubles": troubles,
        }

    def _member(self, name: str) -> Any:
        return next(member for member in self.room.members() if member.name == name)

    async def do(self, what: str, **options: Any) -> dict[str, Any]:
        """Call a method of the room; members are named by their names."""
        if "member" in options:
            options["member"] = self._member(options["member"])
        if "remove" in options:
            options["remove"] = [self._member(name) for name in options["remove"]]
        await getattr(self.room, what)(**options)
        return {}


async def main() -> None:
    loop = asyncio.get_running_loop()
    with tempfile.TemporaryDirectory() as folder:
        driver = Driver(sys.argv[1], Path(folder))
        async with driver.client:
            while line := await loop.run_in_executor(None, sys.stdin.readline):
                command = json.loads(line)
                try:
                    name = command.pop("command")
                    answer = await getattr(driver, name)(**command)
                except Exception as error:
                    answer = {"error": getattr(error, "code", repr(error))}
                print(json.dumps(answer), flush=True)


asyncio.run(main())
