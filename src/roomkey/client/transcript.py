"""What was said in a room, as its people are to see it, and what each addition changes of that."""

import math
import time as _time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from .content import Content, ContentKind, Expiration, compute_message_id
from .events import (
    Event,
    MessageChanged,
    MessageDeleted,
    MessageExpired,
    MessageReceived,
    Reaction,
    ReactionAdded,
    ReactionRemoved,
)
from .members import NOT_IN_GROUP, Member, index_of, member_at
from .merging import Family, Merged, merge, sign_of
from .room_state import RoomState
from .text import clean_text
from .transcript_store import Gone, Stored

CLOCK_TOLERANCE_MS: Final = 5 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Said:
    """Content that was read, by whom, and where it stands; `time` is the relay's clock.

    `leaf` is the signature key that it is signed with.
    """

    seq: int
    time: int
    pseudonym: bytes
    leaf: bytes
    name: str
    content: bytes
    is_own: bool = False
    is_history: bool = False


def clock_ms() -> int:
    """Tell the time in milliseconds since 1970."""
    return int(_time.time() * 1000)


class Transcript:
    """One room's messages, merged; whoever adds to it is inside of a transaction."""

    def __init__(self, state: RoomState, clock: Callable[[], int] = clock_ms) -> None:
        self._state, self._clock = state, clock
        self._rows = state.store.transcript

    def add(self, said: Said) -> list[Event]:
        """Take content in; returns what it changes of what people see. Raises DecodeError."""
        row = self._row(said, Content.decode(said.content))
        subject = self._subject(row)
        family = self._family(subject)
        before = merge(family)
        if row.message_id != subject and family.message is not None and family.message.gone:
            # it changes what is not there any more
            return []
        other = self._rows.find(row.message_id)
        if other is not None and other.leaf != row.leaf and other.seq > row.seq:
            # said first by who wrote it; the other is a copy under another key
            self._rows.remove(other.message_id)
        if not self._rows.add(row):
            return []
        family = self._family(subject)
        after = merge(family)
        if after is not None and after.is_deleted:
            self._clear(after.message, "deleted")
        return self._difference(before, after)

    def messages(self, before: int, limit: int) -> list[MessageReceived]:
        """List the newest messages below a place in the log, oldest first."""
        merged = (merge(self._family(row.message_id)) for row in self._rows.messages(before, limit))
        return [self._show(message) for message in merged if message is not None]

    def expire(self) -> list[Event]:
        """Drop what has expired, and what is older than the room keeps; says what is gone."""
        state = self._state
        with state.store.transaction():
            due = self._rows.due(self._clock())
            for message in due:
                self._clear(message, "expired")
            old: list[Stored] = []
            if state.rules is not None:
                old = self._rows.remove_before(self._clock() - state.rules.retention * 1000)
        return [MessageExpired(row.message_id, row.seq) for row in (*due, *old)]

    def seconds_to_expiry(self) -> float:
        """Say when the next message expires; infinity if none does."""
        at = self._rows.next_expiry()
        return math.inf if at is None else (at - self._clock()) / 1000

    def expires(self, message_id: bytes | None) -> bool:
        """Say whether what an id names expires, or is about what does."""
        row = None if message_id is None else self._rows.find(message_id)
        if row is None:
            return False
        return row.expires_at is not None or self.expires(row.target)

    def find(self, message_id: bytes) -> Stored | None:
        """Get what an id names, if it is here and not gone."""
        row = self._rows.find(message_id)
        return None if row is None or row.gone else row

    def _row(self, said: Said, content: Content) -> Stored:
        now = self._clock()
        expires_at = None if content.expires is None else _moment(content.expires, now)
        is_over = expires_at is not None and expires_at <= now
        return Stored(
            said.seq,
            compute_message_id(said.pseudonym, self._state.room_id, said.content),
            said.time,
            said.pseudonym,
            said.leaf,
            said.name,
            b"" if is_over else said.content,
            said.is_own,
            said.is_history,
            content.kind,
            content.target,
            expires_at,
            "expired" if is_over else "",
        )

    def _subject(self, row: Stored) -> bytes:
        """Name the message that a row is, or is about."""
        if row.target is None:
            return row.message_id
        if row.kind is ContentKind.RETRACTION:
            reaction = self._rows.find(row.target)
            if reaction is not None and reaction.kind is ContentKind.REACTION and reaction.target:
                return reaction.target
        return row.target

    def _family(self, subject: bytes) -> Family:
        changes = self._rows.about(subject)
        retractions = [row for change in changes for row in self._rows.about(change.message_id)]
        return Family(self._rows.find(subject), changes, retractions)

    def _clear(self, message: Stored, gone: Gone) -> None:
        """Drop what a message held and all that was about it; its place stays."""
        family = self._family(message.message_id)
        self._rows.empty(message.message_id, gone)
        for row in (*family.changes, *family.retractions):
            # what somebody else claims to have edited is not this message
            if row.leaf == message.leaf or row.kind not in (ContentKind.EDIT, ContentKind.DELETION):
                self._rows.remove(row.message_id)

    def _difference(self, before: Merged | None, after: Merged | None) -> list[Event]:
        if after is None:
            return []
        message = self._show(after)
        if before is None:
            return [message]
        if after.is_deleted:
            return [] if before.is_deleted else [MessageDeleted(message)]
        events: list[Event] = []
        if after.edit != before.edit:
            events.append(MessageChanged(message))
        was, is_now = ({row.message_id: row for row in side.reactions} for side in (before, after))
        for name, row in was.items():
            if name not in is_now:
                events.append(ReactionRemoved(message.id, self._reaction(row)))
        for name, row in is_now.items():
            if name not in was:
                events.append(ReactionAdded(message.id, self._reaction(row)))
        return events

    def _show(self, merged: Merged) -> MessageReceived:
        row = merged.message
        shown = MessageReceived(
            id=row.message_id,
            sender=self._author(row),
            text="",
            time=row.time,
            seq=row.seq,
            is_own=row.is_own,
            is_history=row.is_history,
            is_deleted=merged.is_deleted,
        )
        if merged.is_deleted:
            return shown
        content = Content.decode(row.content)
        text = content.text if merged.edit is None else Content.decode(merged.edit.content).text
        clock = content.sender_clock
        return replace(
            shown,
            text=clean_text(text or ""),
            sender_clock_differs=clock is not None and abs(clock - row.time) > CLOCK_TOLERANCE_MS,
            in_reply_to=content.in_reply_to,
            is_edited=merged.edit is not None,
            reactions=tuple(self._reaction(reaction) for reaction in merged.reactions),
            expires_at=row.expires_at,
        )

    def _reaction(self, row: Stored) -> Reaction:
        return Reaction(row.message_id, clean_text(sign_of(row) or ""), self._author(row))

    def _author(self, row: Stored) -> Member:
        group = self._state.group
        index = None if group is None else index_of(group, row.leaf)
        if group is not None and index is not None:
            member = member_at(group, self._state.policy, index)
            if member is not None and member.pseudonym == row.pseudonym.hex():
                return member
        return Member(NOT_IN_GROUP, row.pseudonym.hex(), row.name, row.is_own)


def _moment(expires: Expiration, now: int) -> int:
    """Say when a message that is shown `now` is to be forgotten, in milliseconds since 1970."""
    return expires.seconds * 1000 + (now if expires.relative else 0)
