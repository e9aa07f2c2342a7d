"""Changes the group: one commit at a time, applied at its place in the log, never before."""

import os
from collections import deque
from collections.abc import Sequence

from roomkey.errors import (
    EpochConflict,
    MalformedRequest,
    PolicyViolation,
    RoomkeyError,
    RoomKeyNeeded,
    TooLarge,
)
from roomkey.mls import GroupContextExtensions, PendingCommit, Proposal, Remove
from roomkey.wire.limits import REQUEST_ID_BYTES

from .admission import field
from .changes import Change, Plan, plan
from .inbox import Envelope
from .members import index_of
from .policy import encode_statements, is_host, room_policy_of, sealed_under
from .rekeying import make_rekey
from .room_state import Pending, RoomState
from .schedule import Schedule, Timetable
from .silence import silent_leaves
from .transport import Map, Transport

NOTHING = Plan(None, (), None)


class Committer:
    """Decides when a commit is due, makes it, and sees it through."""

    def __init__(self, state: RoomState, schedule: Schedule) -> None:
        self._state = state
        self.timetable = Timetable(schedule)
        self._changes: deque[Change] = deque()
        self._committed: tuple[bytes, Change] | None = None

    def add(self, change: Change) -> None:
        """Have a host's change committed as soon as possible."""
        self._changes.append(change)

    def is_due(self, *, messages_wait: bool) -> bool:
        """Say whether to commit now; nobody writes to those who have left."""
        if self._state.pending is not None or self._changes:
            return True
        if self._statements():
            if messages_wait:
                return True
            self.timetable.tidy_soon()
        return self.timetable.is_due()

    def prepare(self) -> Pending | None:
        """Give the commit to send now, stored; None if nothing is to be changed any more."""
        state = self._state
        if state.pending is not None:
            return state.pending
        change, planned = self._next_plan()
        if change is None and not self._statements() and not self.timetable.is_due():
            return None
        pending = self._make(planned)
        self._committed = None if change is None else (pending.request, change)
        return pending

    async def send(self, transport: Transport, pending: Pending) -> Envelope | None:
        """Send a commit; returns its envelope once it is accepted.

        Returns None when another commit won: the caller catches up, and sees what is left to do.
        """
        state = self._state
        fields = {
            "request": pending.request,
            "room": state.room_id,
            "epoch": pending.epoch,
            "message": pending.commit.message,
            "group_info": pending.commit.group.group_info(),
            **pending.beside,
        }
        try:
            answer = await transport.request("room.commit", fields)
        except EpochConflict:
            # the pending commit stays until the winner is read: it may turn out to be this one
            return None
        except (MalformedRequest, TooLarge) as error:
            # it would be refused again
            with state.store.transaction():
                state.drop_pending()
            self._fail_committed(error)
            raise
        return Envelope(
            field(answer, "seq", int),
            field(answer, "time", int),
            "commit",
            pending.epoch,
            state.leaf_key,
            pending.request,
            pending.commit.message,
            pending.beside.get("history"),
        )

    def took(self, envelope: Envelope) -> None:
        """See what is left to do after a commit at its place in the log, one's own or not."""
        if envelope.leaf == self._state.leaf_key:
            self.timetable.start_again()
        if self._committed is not None and self._committed[0] == envelope.request:
            self._finish(self._committed[1], None)
            self._committed = None
        if not self._statements():
            self.timetable.is_tidy()

    def fail_all(self, error: RoomkeyError) -> None:
        """Tell all who wait for a change that none is made any more."""
        while self._changes:
            self._finish(self._changes[0], error)

    def _next_plan(self) -> tuple[Change | None, Plan]:
        while self._changes:
            change = self._changes[0]
            if change.done.done():
                self._finish(change, None)
                continue
            try:
                planned = plan(change, self._state)
            except (PolicyViolation, RoomKeyNeeded) as error:
                self._finish(change, error)
                continue
            if not planned.is_nothing:
                return change, planned
            self._finish(change, None)
        return None, NOTHING

    def _finish(self, change: Change, error: RoomkeyError | None) -> None:
        self._changes.remove(change)
        if change.done.done():
            return
        if error is None:
            change.done.set_result(None)
        else:
            change.done.set_exception(error)

    def _fail_committed(self, error: RoomkeyError) -> None:
        if self._committed is not None:
            self._finish(self._committed[1], error)
            self._committed = None

    def _statements(self) -> dict[int, bytes]:
        state = self._state
        found = {
            index_of(state.joined, leaf): signature
            for leaf, signature in state.store.statements().items()
            if leaf != state.leaf_key
        }
        return {index: signature for index, signature in found.items() if index is not None}

    def _make(self, planned: Plan) -> Pending:
        state, group = self._state, self._state.joined
        statements = self._statements()
        gone = dict.fromkeys((*statements, *planned.removed, *self._silent()))
        proposals: list[Proposal] = [Remove(index) for index in gone]
        if planned.rules is not None:
            rules = planned.rules.sign(state.identity.private_key, state.room_id)
            proposals.append(GroupContextExtensions((rules.as_extension(),)))
        leaf_extensions = state.leaf_extensions() if self._is_name_old() else None
        made = state.sealed(
            lambda group: group.commit(
                proposals,
                include_pending=False,
                authenticated_data=encode_statements(statements),
                leaf_extensions=leaf_extensions,
            )
        )
        pending = Pending(
            os.urandom(REQUEST_ID_BYTES),
            group.epoch,
            self._beside(made, list(gone), planned),
            None if planned.new_key is None else planned.new_key.secrets,
            made,
        )
        with state.store.transaction():
            state.save_pending(pending)
        return pending

    def _beside(self, made: PendingCommit, gone: Sequence[int], planned: Plan) -> Map:
        """Collect what the relay stores with a commit (docs/protocol/delivery.md)."""
        state, group = self._state, self._state.joined
        leaves = (group.leaf(index) for index in gone)
        beside: Map = {"removed": [leaf.signature_key for leaf in leaves if leaf is not None]}
        secrets = state.secrets if planned.new_key is None else planned.new_key.secrets
        history = state.seal_history(made.group, secrets)
        if history is not None:
            beside["history"] = history
        if planned.new_key is not None:
            beside["rekey"] = make_rekey(planned.new_key, state.secrets, made.group)
        before = room_policy_of(group)
        after = planned.rules or before
        if after.locked != before.locked:
            beside["locked"] = after.locked
        if after.retention != before.retention:
            beside["retention"] = after.retention
        if after.hosts != before.hosts:
            beside["hosts"] = list(after.hosts)
        return beside

    def _silent(self) -> list[int]:
        state, group = self._state, self._state.joined
        if not is_host(group, group.own_index, room_policy_of(group)):
            return []
        found = (index_of(group, leaf) for leaf in silent_leaves(state))
        return [index for index in found if index is not None]

    def _is_name_old(self) -> bool:
        state, group = self._state, self._state.joined
        leaf = group.leaf(group.own_index)
        if leaf is None or state.needs_room_key or state.peer is not None:
            return False
        return sealed_under(leaf) != room_policy_of(group).key_id
