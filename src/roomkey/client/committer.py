"""Changes the group: one commit at a time, applied at its place in the log, never before."""

import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from roomkey.errors import EpochConflict, PolicyViolation
from roomkey.mls import Proposal, Remove
from roomkey.wire.limits import REQUEST_ID_BYTES

from .admission import field
from .inbox import Envelope
from .members import index_of
from .policy import encode_statements, is_host, room_policy_of
from .room_state import Pending, RoomState
from .transport import Transport

UPDATE_SECONDS: Final = 24 * 3600
UPDATE_MESSAGES: Final = 100


@dataclass(frozen=True, slots=True)
class Schedule:
    """When members commit unasked; seconds, and own messages between two updates."""

    update_seconds: float = UPDATE_SECONDS
    update_messages: int = UPDATE_MESSAGES
    tidy_seconds: float = 5.0
    uniform: Callable[[float, float], float] = random.uniform


class Committer:
    """Decides when a commit is due, makes it, and sees it through."""

    def __init__(
        self,
        state: RoomState,
        schedule: Schedule,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._state, self._schedule, self._clock = state, schedule, clock
        self._tidy_at: float | None = None
        self._unwanted: set[bytes] = set()
        self._sent = 0
        self._plan_update()

    def _plan_update(self) -> None:
        wait = self._schedule.update_seconds * self._schedule.uniform(0.5, 1.5)
        self._update_at = self._clock() + wait
        self._update_after = int(
            max(1, self._schedule.update_messages * self._schedule.uniform(0.5, 1.5))
        )
        self._sent = 0

    def count_message(self) -> None:
        """Count an own message towards the next update."""
        self._sent += 1

    def tidy_soon(self) -> None:
        """Plan a commit after a random wait, as somebody else may make it first."""
        if self._tidy_at is None:
            wait = self._schedule.uniform(0, self._schedule.tidy_seconds)
            self._tidy_at = self._clock() + wait

    def update_now(self) -> None:
        """Have the next epoch begin as soon as possible."""
        self._update_at = self._clock()

    def remove(self, index: int) -> None:
        """Plan to remove a member; raises PolicyViolation unless this member is a host."""
        group = self._state.joined
        leaf = group.leaf(index)
        if not is_host(group, group.own_index, room_policy_of(group)):
            raise PolicyViolation("only a host removes somebody")
        if leaf is not None and index != group.own_index:
            self._unwanted.add(leaf.signature_key)

    def is_due(self, *, messages_wait: bool) -> bool:
        """Say whether to commit now; nobody writes to those who have left."""
        if self._state.pending is not None or self._unwanted:
            return True
        now = self._clock()
        if self._statements():
            if messages_wait:
                return True
            self.tidy_soon()
        if self._tidy_at is not None and now >= self._tidy_at:
            return True
        return now >= self._update_at or self._sent >= self._update_after

    def seconds_to_wait(self) -> float:
        """Return how long nothing will be due by itself."""
        moments = [self._update_at] + ([] if self._tidy_at is None else [self._tidy_at])
        return max(0.0, min(moments) - self._clock())

    def _statements(self) -> dict[int, bytes]:
        state = self._state
        found = {
            index_of(state.joined, leaf): signature
            for leaf, signature in state.store.statements().items()
            if leaf != state.leaf_key
        }
        return {index: signature for index, signature in found.items() if index is not None}

    async def commit(self, transport: Transport) -> Envelope | None:
        """Send the pending commit, or make one; returns its envelope once it is accepted.

        Returns None when another commit won: the caller catches up, and sees what is left to do.
        """
        state = self._state
        if state.pending is not None and state.pending.epoch != state.joined.epoch:
            with state.store.transaction():
                state.drop_pending()
        pending = state.pending or self._make()
        group = pending.commit.group
        fields = {
            "request": pending.request,
            "room": state.room_id,
            "epoch": pending.epoch,
            "message": pending.commit.message,
            "group_info": group.group_info(),
            "removed": list(pending.removed),
        }
        if pending.history is not None:
            fields["history"] = pending.history
        try:
            answer = await transport.request("room.commit", fields)
        except EpochConflict:
            # the pending commit stays until the winner is read: it may turn out to be this one
            return None
        self._plan_update()
        self._tidy_at = None
        self._unwanted.clear()
        return Envelope(
            field(answer, "seq", int),
            field(answer, "time", int),
            "commit",
            pending.epoch,
            state.leaf_key,
            pending.request,
            pending.commit.message,
            pending.history,
        )

    def _make(self) -> Pending:
        state, group = self._state, self._state.joined
        statements = self._statements()
        gone = dict.fromkeys(statements)
        for leaf_key in self._unwanted:
            index = index_of(group, leaf_key)
            if index is not None:
                gone[index] = None
        leaves = [group.leaf(index) for index in gone]
        proposals: list[Proposal] = [Remove(index) for index in gone]
        made = group.commit(
            proposals,
            include_pending=False,
            authenticated_data=encode_statements(statements),
        )
        pending = Pending(
            os.urandom(REQUEST_ID_BYTES),
            group.epoch,
            state.sealed_history(made.group),
            tuple(leaf.signature_key for leaf in leaves if leaf is not None),
            made,
        )
        with state.store.transaction():
            state.save_pending(pending)
        return pending

    def caught_up(self) -> None:
        """See what is left to do after somebody else's commit."""
        if not self._statements():
            self._tidy_at = None
        group = self._state.joined
        self._unwanted = {leaf for leaf in self._unwanted if index_of(group, leaf) is not None}
