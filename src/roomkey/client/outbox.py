"""Sends what waits, in order, each message once however often the connection breaks."""

import asyncio
import os
import time
from dataclasses import dataclass, field

from roomkey.errors import RoomClosed, RoomkeyError, StaleEpoch, TooLarge
from roomkey.keys.archive import make_archive_copy, seal_archive
from roomkey.wire.limits import REQUEST_ID_BYTES

from .admission import field as answered
from .content import (
    CLOCK_EXTENSION,
    SALT_BYTES,
    Content,
    ContentKind,
    Disposition,
    Expiration,
    compute_message_id,
    pad,
    padding_for,
)
from .inbox import Envelope
from .policy import decode_sealed_name
from .room_policy import SEALED_NAME_EXTENSION
from .room_state import RoomState
from .room_store import Queued
from .tally import encode_sent
from .transcript import Transcript
from .transport import Transport


@dataclass(frozen=True, slots=True)
class StoredAt:
    """Where the relay stored a message: its place, and the relay's clock in milliseconds."""

    seq: int
    time: int


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message that is stored here and will go out by itself."""

    id: bytes
    _stored: "asyncio.Future[StoredAt]" = field(repr=False)

    async def stored(self) -> StoredAt:
        """Wait until the relay has it; raises TooLarge or RoomClosed if it never will."""
        return await asyncio.shield(self._stored)


class Outbox:
    """The queue of one room."""

    def __init__(self, state: RoomState, transcript: Transcript) -> None:
        self._state, self._transcript = state, transcript
        self._futures: dict[bytes, asyncio.Future[StoredAt]] = {}

    @property
    def waiting(self) -> int:
        """How many messages wait."""
        return self._state.store.count_queued()

    def add(
        self,
        text: str | None,
        *,
        in_reply_to: bytes | None = None,
        replaces: bytes | None = None,
        expires: Expiration | None = None,
        disposition: int = Disposition.RENDER,
    ) -> SentMessage:
        """Queue a message durably; raises TooLarge above 64,000 bytes, or StateFull."""
        if text is not None:
            # half a surrogate pair is no text, and has no bytes
            text = text.encode(errors="replace").decode()
        content = Content(
            os.urandom(SALT_BYTES),
            text,
            disposition,
            in_reply_to=in_reply_to,
            replaces=replaces,
            expires=expires,
            extensions=((CLOCK_EXTENSION, int(time.time() * 1000)),),
        ).encode()
        state, request = self._state, os.urandom(REQUEST_ID_BYTES)
        message_id = compute_message_id(state.pseudonym, state.room_id, content)
        with state.store.transaction():
            state.store.enqueue(request, message_id, content)
        future: asyncio.Future[StoredAt] = asyncio.get_running_loop().create_future()
        # nobody has to wait for it, and then nobody is told that it failed
        future.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._futures[request] = future
        return SentMessage(message_id, future)

    def has(self, message_id: bytes, kind: ContentKind) -> bool:
        """Say whether such content waits under an id."""
        content = self._state.store.queued_content(message_id)
        return content is not None and Content.decode(content).kind is kind

    async def send_first(self, transport: Transport) -> Envelope | None:
        """Send the first message that waits; returns its envelope, or None if it was refused
        or none waits.

        Raises StaleEpoch when the group changed: the caller catches up and tries again.
        """
        state = self._state
        first = state.store.first_queued()
        if first is None:
            return None
        queued = self._sealed(first)
        assert queued.message is not None
        fields = {
            "request": queued.request,
            "room": state.room_id,
            "epoch": queued.epoch,
            "message": queued.message,
        }
        if queued.archive is not None:
            fields["archive"] = queued.archive
        try:
            answer = await transport.request("room.send", fields)
        except (TooLarge, RoomClosed) as error:
            with state.store.transaction():
                state.store.dequeue(queued.request)
            self._fail(queued.request, error)
            return None
        except StaleEpoch:
            with state.store.transaction():
                state.store.unseal_queued(queued.request)
            raise
        seq, at = answered(answer, "seq", int), answered(answer, "time", int)
        self.stored(queued.request, seq, at)
        epoch = queued.epoch or 0
        return Envelope(seq, at, "message", epoch, state.leaf_key, queued.request, queued.message)

    def stored(self, request: bytes, seq: int, at: int) -> None:
        """Tell who waits that the relay has a message."""
        future = self._futures.pop(request, None)
        if future is not None and not future.done():
            future.set_result(StoredAt(seq, at))

    def fail_all(self, error: RoomkeyError) -> None:
        """Tell all who wait that nothing more is sent."""
        for request in list(self._futures):
            self._fail(request, error)

    def _fail(self, request: bytes, error: RoomkeyError) -> None:
        future = self._futures.pop(request, None)
        if future is not None and not future.done():
            future.set_exception(error)

    def _sealed(self, queued: Queued) -> Queued:
        """Seal a message for this epoch, unless it is: the same bytes go out again."""
        state, group = self._state, self._state.joined
        if queued.epoch == group.epoch and queued.message is not None:
            return queued
        message = state.sealed(
            lambda group: group.protect(
                queued.content,
                authenticated_data=encode_sent(state.sent),
                padding=padding_for(len(queued.content)),
            )
        )
        archive = self._archive(queued.content)
        with state.store.transaction():
            state.save_messages()
            state.store.seal_queued(queued.request, group.epoch, message, archive)
            state.store.remember(queued.request, "message", message)
        return Queued(
            queued.request, queued.message_id, queued.content, group.epoch, message, archive
        )

    def _archive(self, content: bytes) -> bytes | None:
        state, group = self._state, self._state.joined
        leaf = group.leaf(group.own_index)
        if state.rules is None or not state.rules.is_shared or leaf is None:
            return None
        said = Content.decode(content)
        if said.expires is not None or self._transcript.expires(said.target):
            return None
        key_id, sealed_name = decode_sealed_name(leaf.extension(SEALED_NAME_EXTENSION) or b"")
        copy = make_archive_copy(
            state.identity.private_key,
            state.room_id,
            group.epoch,
            state.pseudonym,
            key_id,
            sealed_name,
            pad(content),
        )
        return seal_archive(state.history_secret(group), state.room_id, group.epoch, copy)
