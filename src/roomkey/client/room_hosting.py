"""A host's tools: the room's key, its lock, its title, its hosts, who is in it, and its end."""

import os
from collections.abc import Iterable
from dataclasses import replace

from roomkey.crypto.signature import ED25519
from roomkey.errors import DecodeError, PolicyViolation
from roomkey.keys.room_key import normalize_room_key
from roomkey.keys.root import derive_secrets
from roomkey.wire.limits import (
    MAX_HOSTS,
    MAX_RETENTION_SECONDS,
    MIN_RETENTION_SECONDS,
    REQUEST_ID_BYTES,
)
from roomkey.wire.transcripts import close_transcript

from .admission import stretch
from .changes import Change, Edit, require_host, with_title
from .members import Member
from .policy import room_policy_of
from .room_policy import RoomPolicy
from .room_view import RoomView


class RoomHosting(RoomView):
    """Each of these returns once the room has accepted the change, however long that takes.

    They raise PolicyViolation unless this member is a host, and NotAMember after removal.
    """

    async def change_room_key(self, new_key: str, remove: Iterable[Member] = ()) -> None:
        """Change the room key, and remove members so that they cannot come back, in one step.

        Who stays is given the new key by the room. Raises RoomKeyUnacceptable, RelayUnreachable,
        or RoomKeyNeeded if this member does not know the key before.
        """
        normalize_room_key(new_key)
        self._require_host()
        removed = self._leaves(remove)
        await self._change(Change(removed=removed, new_root=await self._stretch(new_key)))

    async def remove(self, member: Member, new_room_key: str | None = None) -> None:
        """Remove somebody; without a new room key that one can come back."""
        if new_room_key is not None:
            await self.change_room_key(new_room_key, (member,))
            return
        self._require_host()
        await self._change(Change(removed=self._leaves((member,))))

    async def set_locked(self, locked: bool) -> None:
        """Let nobody new come in, or let people in again."""
        await self._edit(lambda rules: replace(rules, locked=locked))

    async def set_title(self, title: str) -> None:
        """Give the room a title; raises DecodeError above 256 bytes."""
        encoded = title.encode(errors="replace")
        if len(encoded) > 256:
            raise DecodeError("a title has at most 256 bytes")
        await self._edit(with_title(self._state, encoded.decode()))

    async def set_retention(self, seconds: int) -> None:
        """Change how long messages are kept, by the relay and by members; DecodeError if not so."""
        if not MIN_RETENTION_SECONDS <= seconds <= MAX_RETENTION_SECONDS:
            raise DecodeError("retention is from an hour to 90 days")
        await self._edit(lambda rules: replace(rules, retention=seconds))

    async def name_host(self, member: Member) -> None:
        """Make a member a host too; raises PolicyViolation if there are 32 already."""
        named = self._leaves((member,))

        def edit(rules: RoomPolicy) -> RoomPolicy:
            hosts = (*rules.hosts, *(leaf for leaf in named if leaf not in rules.hosts))
            if len(hosts) > MAX_HOSTS:
                raise PolicyViolation("a room has at most 32 hosts")
            return replace(rules, hosts=hosts)

        await self._edit(edit)

    async def close_room(self) -> None:
        """End the room for everybody, and have the relay delete it; raises RelayUnreachable."""
        self._require_host()
        state, transport = self._state, self._session.online()
        signed = close_transcript(state.room_id, state.leaf_key)
        signature = ED25519.sign(state.identity.private_key, signed)
        request = os.urandom(REQUEST_ID_BYTES)
        with state.store.transaction():
            state.store.remember(request, "close", signature)
        fields = {"request": request, "room": state.room_id, "signature": signature}
        await transport.request("room.close", fields)
        await self._session.end_closed()

    async def give_room_key(self, room_key: str) -> None:
        """Give the new room key after a host changed it and this device was not told.

        Anybody may. Raises WrongRoomKey if it is another, RoomKeyUnacceptable or RelayUnreachable.
        """
        normalize_room_key(room_key)
        self._require_open()
        await self._session.key_wait.give(derive_secrets(await self._stretch(room_key)))
        self._session.wake()

    async def _edit(self, edit: Edit) -> None:
        self._require_host()
        await self._change(Change(edit))

    async def _change(self, change: Change) -> None:
        # the room may have ended while its new key was stretched
        self._require_open()
        self._session.committer.add(change)
        self._session.wake()
        await change.done

    async def _stretch(self, room_key: str) -> bytes:
        # a connection of its own: the room's may be down, or waiting for this very key
        transport = self._connect()
        try:
            await transport.connect()
            return await stretch(transport, self._state.room_id, room_key)
        finally:
            await transport.close()

    def _require_host(self) -> None:
        self._require_open()
        group = self._state.joined
        require_host(group, room_policy_of(group))

    def _leaves(self, members: Iterable[Member]) -> frozenset[bytes]:
        wanted = {member.pseudonym for member in members}
        leaves = self._state.joined.members()
        found = {
            leaf.credential.identity.hex(): leaf.signature_key
            for _, leaf in leaves
            if leaf.credential.identity.hex() in wanted
        }
        if self._state.pseudonym.hex() in found:
            raise PolicyViolation("who goes leaves")
        return frozenset(found.values())
