"""One person with the Python client, driven by lines of JSON over a socket (`person.py`)."""

import asyncio
import hashlib
import json
import traceback
from pathlib import Path
from typing import Any

from roomkey.client.client import Client
from roomkey.client.connection import Backoff
from roomkey.client.events import MessageUnreadable, RoomTrouble
from roomkey.client.keystore import Keystore
from roomkey.client.outbox import SentMessage
from roomkey.client.room import Room
from roomkey.client.schedule import Schedule
from roomkey.client.transport import SocketTransport
from roomkey.errors import RoomkeyError
from roomkey.keys import root
from roomkey.wire.limits import MAX_SEQ


def unstretched(password: bytes, salt: bytes, **_: int) -> bytes:
    """Stand for Argon2id, which is there for the time that it takes."""
    return hashlib.sha256(password + salt).digest()


stretched = root.argon2id

EVERYTHING = 100_000
Map = dict[str, Any]


class Person:
    """Carries out what it is told, and tells of what was stored and what went wrong."""

    def __init__(self, tell: Any) -> None:
        self._tell = tell
        self._client: Client
        self._room: Room | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def room(self) -> Room:
        if self._room is None:
            raise LookupError("no room")
        return self._room

    async def start(
        self, url: str, folder: str, is_stretched: bool, code: str | None = None
    ) -> Map:
        """Open the room with a code, or any, if the folder holds it."""
        await self.stop()
        root.argon2id = stretched if is_stretched else unstretched  # type: ignore[assignment]
        self._client = Client(
            url,
            Keystore(Path(folder)),
            transport=SocketTransport,
            schedule=Schedule(tidy_seconds=0.1),
            backoff=lambda: Backoff(0.02, 0.3),
            presence=False,
        )
        stored = [room.code for room in self._client.rooms() if code in (None, room.code)]
        return self._enter(await self._client.resume(stored[0])) if stored else {"code": None}

    async def stop(self) -> Map:
        room, self._room = self._room, None
        if room is not None:
            await room.close()
        return {}

    async def create(self, **options: Any) -> Map:
        return self._enter(await self._client.create(**options))

    async def join(self, **options: Any) -> Map:
        return self._enter(await self._client.join(**options))

    def _enter(self, room: Room) -> Map:
        self._room = room
        self._keep(self._listen(room))
        return {"code": room.code}

    async def _listen(self, room: Room) -> None:
        async for event in room:
            if isinstance(event, RoomTrouble):
                self._tell({"event": "trouble", "code": event.code})
            if isinstance(event, MessageUnreadable):
                self._tell({"event": "unreadable", "seq": event.seq, "reason": event.reason})

    async def say(self, label: str, text: str, in_reply_to: str | None = None) -> Map:
        answered = None if in_reply_to is None else bytes.fromhex(in_reply_to)
        return self._sent(label, await self.room.send(text, in_reply_to=answered))

    async def change(self, label: str, what: str, message: str, **options: Any) -> Map:
        """Edit or delete a message, or react to it."""
        done = getattr(self.room, what)(bytes.fromhex(message), **options)
        return self._sent(label, await done)

    def _sent(self, label: str, sent: SentMessage) -> Map:
        leaf = self.room._state.leaf_key.hex()

        async def tell_when_stored() -> None:
            try:
                at = await sent.stored()
            except RoomkeyError as error:
                self._tell({"event": "refused", "label": label, "code": error.code})
            else:
                self._tell({"event": "stored", "label": label, "seq": at.seq, "leaf": leaf})

        self._keep(tell_when_stored())
        return {"id": sent.id.hex(), "leaf": leaf}

    async def do(self, what: str, **options: Any) -> Map:
        """Call a method of the room; members are named by their pseudonyms."""
        members = {member.pseudonym: member for member in self.room.members()}
        if "member" in options:
            options["member"] = members[options["member"]]
        if "remove" in options:
            options["remove"] = [members[name] for name in options["remove"]]
        await getattr(self.room, what)(**options)
        return {}

    async def look(self) -> Map:
        room, state = self.room, self.room._state
        group = state.group
        return {
            "state": room.state.value,
            "waiting": room.waiting,
            "cursor": state.cursor,
            "key_id": room.key_id,
            "needs_room_key": room.needs_room_key,
            "pseudonym": state.pseudonym.hex(),
            "leaf": state.leaf_key.hex(),
            "epoch": -1 if group is None else group.epoch,
            "authenticator": "" if group is None else group.epoch_authenticator.hex(),
            "statements": len(state.store.statements()),
            "has_pending": state.pending is not None,
            "members": sorted(member.pseudonym for member in room.members()),
            "title": room.title if group is not None else "",
            "leaves": {
                leaf.credential.identity.hex(): leaf.signature_key.hex()
                for _, leaf in (() if group is None else group.members())
            },
        }

    async def timeline(self) -> Map:
        """List what is kept here, and what is shown when the relay was asked for more."""
        kept = self.room._session.transcript.messages(MAX_SEQ, EVERYTHING)
        return {
            "kept": [message.seq for message in kept],
            "shown": [
                [
                    message.seq,
                    message.id.hex(),
                    message.sender.pseudonym,
                    message.text,
                    None if message.in_reply_to is None else message.in_reply_to.hex(),
                    message.is_edited,
                    message.is_deleted,
                    sorted([one.sender.pseudonym, one.sign] for one in message.reactions),
                ]
                for message in await self.room.history(EVERYTHING)
            ],
        }

    def _keep(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def run(arguments: list[str]) -> int:
    asyncio.run(_serve(*arguments))
    return 0


async def _serve(socket: str, token: str) -> None:
    reader, writer = await asyncio.open_unix_connection(socket, limit=2**26)

    def tell(fields: Map) -> None:
        writer.write(json.dumps(fields).encode() + b"\n")

    tell({"event": "here", "token": token})
    person, doing = Person(tell), set()

    async def answer(number: int, what: str, fields: Map) -> None:
        try:
            tell({"answer": number, **await getattr(person, what)(**fields)})
        except RoomkeyError as error:
            tell({"answer": number, "error": error.code})
        except (LookupError, KeyError) as error:
            tell({"answer": number, "error": type(error).__name__})
        except Exception:
            tell({"answer": number, "crash": traceback.format_exc()})

    def crashed(_loop: object, context: Map) -> None:
        error = context.get("exception")
        if error is not None:
            text = "".join(traceback.format_exception(error))
            tell({"event": "crash", "text": f"{context['message']}\n{text}"})

    asyncio.get_running_loop().set_exception_handler(crashed)
    while line := await reader.readline():
        wanted = json.loads(line)
        number, what = wanted.pop("ask"), wanted.pop("do")
        task = asyncio.ensure_future(answer(number, what, wanted))
        doing.add(task)
        task.add_done_callback(doing.discard)
