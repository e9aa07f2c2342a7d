"""A member with the room key and full power over its own MLS state, who means harm."""

import contextlib
import os
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from client_toolkit import KEY, Relay

import roomkey
from roomkey.client.admission import Opened, resume, sign_resume
from roomkey.client.members import index_of
from roomkey.client.room_state import RoomState
from roomkey.client.transport import Map, SocketTransport
from roomkey.mls import Group, PendingCommit, Proposal, Remove


@dataclass
class Insider:
    """Speaks to the relay as a member does, but sends what no client would."""

    state: RoomState
    transport: SocketTransport

    @property
    def group(self) -> Group:
        return self.state.joined

    async def epoch(self) -> int:
        """Ask the relay which epoch the room is in."""
        answer = await self.transport.request("room.open", {"code": self.state.code})
        opened = Opened(answer["room"], answer["nonce"])
        fields = {"room": opened.room_id, "leaf": self.state.leaf_key}
        fields["signature"] = sign_resume(self.state.identity, opened)
        standing = await self.transport.request("room.resume", fields)
        return int(standing["epoch"])

    async def commit(
        self, message: bytes, group_info: bytes, *, epoch: int | None = None, **beside: Any
    ) -> Map:
        """Have the relay store a commit, whatever it is; of the room's epoch if none is said."""
        fields = {
            "request": os.urandom(16),
            "room": self.state.room_id,
            "epoch": await self.epoch() if epoch is None else epoch,
            "message": message,
            "group_info": group_info,
            **beside,
        }
        return await self.transport.request("room.commit", fields)

    async def send(self, message: bytes, **beside: Any) -> Map:
        """Have the relay store a message, whatever it is."""
        fields = {
            "request": os.urandom(16),
            "room": self.state.room_id,
            "epoch": await self.epoch(),
            "message": message,
            **beside,
        }
        return await self.transport.request("room.send", fields)

    def make(self, proposals: Sequence[Proposal] = (), after: Group | None = None) -> PendingCommit:
        """Make a commit that MLS allows, whether or not the room's rules do."""
        lawful = self.state.policy.check_commit
        self.state.policy.check_commit = lambda *_: None  # type: ignore[method-assign]
        try:
            return (after or self.group).commit(proposals, include_pending=False)
        finally:
            self.state.policy.check_commit = lawful  # type: ignore[method-assign]

    def remove(self, *rooms: roomkey.Room) -> list[Proposal]:
        """Propose that others are removed."""
        found = (index_of(self.group, room._state.leaf_key) for room in rooms)
        return [Remove(index) for index in found if index is not None]


@contextlib.asynccontextmanager
async def an_insider(relay: Relay, code: str) -> AsyncIterator[Insider]:
    """Mallory, who has joined with the room key like everybody else."""
    async with relay.client("mallory") as client:
        room = await client.join(code, KEY, "Mallory")
        await room._session.stop()
        state, transport = room._state, SocketTransport(relay.url)
        await transport.connect()
        await resume(transport, state.code, state.room_id, state.identity)
        try:
            yield Insider(state, transport)
        finally:
            await transport.close()
