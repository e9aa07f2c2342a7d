"""Two people in one room without a relay, with what each would have sent the other."""

import atexit
import tempfile
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

from roomkey.client.admission import Opened
from roomkey.client.content import CLOCK_EXTENSION, Content, Expiration, pad
from roomkey.client.creating import NewRoom, start_group
from roomkey.client.inbox import Envelope
from roomkey.client.joining import enter
from roomkey.client.room_state import RoomState, new_identity
from roomkey.client.room_store import RoomStore
from roomkey.client.tally import encode_sent
from roomkey.client.transport import Map, ignore_loss, ignore_push
from roomkey.crypto.signature import ED25519
from roomkey.crypto.suite import X25519_SUITE
from roomkey.keys.archive import make_archive_copy, seal_archive
from roomkey.keys.key_ring import KeyRing
from roomkey.keys.root import RoomSecrets, derive_secrets
from roomkey.mls import Group
from roomkey.wire.codes import error_for
from roomkey.wire.transcripts import close_transcript, leave_transcript

T = TypeVar("T")

ROOM_ID = bytes(range(16))
KEY = bytes(32)
SALT = bytes(16)


@cache
def folder() -> Path:
    """A folder that goes with this process."""
    kept = tempfile.TemporaryDirectory()
    atexit.register(kept.cleanup)
    return Path(kept.name)


def secrets_of(key_id: int = 0) -> RoomSecrets:
    return derive_secrets(bytes((key_id + 1,)) * 32, key_id)


def person(name: str, suite: int = X25519_SUITE, secrets: RoomSecrets | None = None) -> RoomState:
    """Somebody with the room key, not in the room yet."""
    return RoomState(
        RoomStore(folder() / f"{name}.room", KEY, create=True),
        relay="https://chat.example",
        code="7GQ2M0XK4T",
        room_id=ROOM_ID,
        name=name,
        identity=new_identity(suite),
        ring=KeyRing(secrets or secrets_of()),
    )


def contents() -> list[bytes]:
    """Content of each kind."""
    clock = ((CLOCK_EXTENSION, 1_800_000_000_000),)
    target = b"\x01" + bytes(31)
    return [
        Content(SALT, "Hello **there**", extensions=clock).encode(),
        Content(SALT, "An answer", in_reply_to=target, topic=b"tea").encode(),
        Content(SALT, "Gone soon", expires=Expiration(relative=True, seconds=60)).encode(),
        Content(SALT, "Better", replaces=target, language="en", extensions=clock).encode(),
        Content(SALT, None, replaces=target).encode(),
        Content(SALT, "👍", disposition=2, in_reply_to=target).encode(),
        Content(SALT, None, disposition=2, replaces=target).encode(),
        Content(SALT, "", extensions=((-7, 1), ("a", "b"), ("c", b"d"))).encode(),
    ]


@dataclass
class World:
    """Ada made the room and Ben came in; `envelopes` are what Ben is to take next, in any order."""

    ada: RoomState
    ben: RoomState
    sent: list[Envelope]
    archives: Map


@cache
def world(suite: int = X25519_SUITE) -> World:
    """Make the room of both, in one suite."""
    ada, ben = person(f"Ada{suite}", suite), person(f"Ben{suite}", suite)
    start_group(ada, NewRoom("shared", 86_400, suite, "Tea at four"))
    group = ada.joined
    joining = OneRelay({"room.admit": admission(group), "room.commit": {"seq": 1, "time": 1}})
    at_once(enter(joining, ben, Opened(ROOM_ID, bytes(32))))
    processed = group.process(joining.asked["room.commit"]["message"])
    with ada.store.transaction():
        ada.adopt(processed.group, 1)  # type: ignore[union-attr]
    return World(ada, ben, _sent(ada), _archives(ada))


def admission(group: Group) -> Map:
    """What the relay answers to somebody who has proved the room key."""
    return {
        "key_id": 0,
        "epoch": group.epoch,
        "head": group.epoch,
        "group_info": group.group_info(),
        "chain": [],
        "left": [],
    }


class OneRelay:
    """A connection on which each event has one answer; `asked` are the fields it came with."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self._answers, self.asked = answers, dict[str, Map]()
        self.on_push, self.on_lost = ignore_push, ignore_loss

    async def connect(self) -> None:
        """There is nothing to connect to."""

    async def close(self) -> None:
        """There is nothing to close."""

    async def request(self, event: str, fields: Mapping[str, Any]) -> Map:
        """Answer as a transport does: with a map, or the refusal's error."""
        self.asked[event] = dict(fields)
        answer = self._answers[event] if event in self._answers else self._answers[""]
        if not isinstance(answer, dict) or answer.get("ok", True) is not True:
            raise error_for(answer if isinstance(answer, dict) else {})
        return answer


def at_once(work: Coroutine[Any, Any, T]) -> T | None:
    """Carry out what waits for nothing but answers; None if it would wait for something else."""

    async def here(function: Callable[..., T], *given: Any) -> T:
        return function(*given)

    try:
        with patch("asyncio.to_thread", here):
            work.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    work.close()
    return None


def _sent(ada: RoomState) -> list[Envelope]:
    group, leaf, request = ada.joined, ada.leaf_key, bytes(16)
    said = []
    for content in contents()[:3]:
        body = group.protect(content, authenticated_data=encode_sent(0), padding=64)
        said.append(Envelope(2, 1, "message", group.epoch, leaf, request, body))
    commit = group.commit(public=True)
    history = ada.sealed_history(commit.group)
    said.append(Envelope(2, 1, "commit", group.epoch, leaf, request, commit.message, history))
    left = ED25519.sign(ada.identity.private_key, leave_transcript(ROOM_ID, leaf))
    said.append(Envelope(2, 1, "leave", group.epoch, leaf, request, left))
    closed = ED25519.sign(ada.identity.private_key, close_transcript(ROOM_ID, leaf))
    said.append(Envelope(2, 1, "close", group.epoch, leaf, request, closed))
    return said


def _archives(ada: RoomState) -> Map:
    """What the relay answers to a request for history."""
    group, leaf = ada.joined, ada.joined.leaf(ada.joined.own_index)
    assert leaf is not None
    name = leaf.extensions[0].data
    copy = make_archive_copy(
        ada.identity.private_key,
        ROOM_ID,
        group.epoch,
        ada.pseudonym,
        0,
        name[5:],
        pad(contents()[0]),
    )
    sealed = seal_archive(ada.history_secret(group), ROOM_ID, group.epoch, copy)
    archive = {"seq": 1, "time": 1, "epoch": group.epoch, "leaf": ada.leaf_key, "archive": sealed}
    epoch = {"epoch": group.epoch, "key_id": 0, "sealed": ada.sealed_history(group)}
    return {"archives": [archive], "epochs": [epoch], "chain": [], "more": False}
