"""What a host wants changed: the rules, who is in the room, the room key; each in one commit."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from roomkey.errors import DecryptionFailed, PolicyViolation, RoomKeyNeeded
from roomkey.keys.sealed_name import open_title, seal_title
from roomkey.mls import Group

from .members import index_of
from .policy import is_host, room_policy_of
from .rekeying import NewRoomKey
from .room_policy import RoomPolicy
from .room_state import RoomState

Edit = Callable[[RoomPolicy], RoomPolicy]


def _as_they_are(rules: RoomPolicy) -> RoomPolicy:
    return rules


@dataclass(eq=False, slots=True, repr=False)
class Change:
    """One wish; `removed` names leaves, `new_root` is a new room key's, `done` ends when it holds.

    It is planned anew for each epoch it is tried in, as others change the group meanwhile.
    """

    edit: Edit = _as_they_are
    removed: frozenset[bytes] = frozenset()
    new_root: bytes | None = None
    done: asyncio.Future[None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


@dataclass(frozen=True, slots=True, repr=False)
class Plan:
    """A change as it is to be committed in one epoch; `rules` are unsigned, None if they stay."""

    rules: RoomPolicy | None
    removed: tuple[int, ...]
    new_key: NewRoomKey | None

    @property
    def is_nothing(self) -> bool:
        """Whether all that was wished for holds already."""
        return self.rules is None and not self.removed


def plan(change: Change, state: RoomState) -> Plan:
    """Say what a change takes now; raises PolicyViolation unless this member is a host."""
    group = state.joined
    before = room_policy_of(group)
    require_host(group, before)
    if state.peer is not None:
        raise PolicyViolation("a private conversation stays as it began")
    gone = change.removed - {state.leaf_key}
    found = (index_of(group, leaf) for leaf in sorted(gone))
    removed = tuple(index for index in found if index is not None)
    rules, new_key = change.edit(before), None
    if change.new_root is not None:
        rules, new_key = _with_new_key(state, rules, change.new_root)
    hosts = tuple(host for host in rules.hosts if host not in gone)
    rules = replace(rules, hosts=hosts)
    if rules == before:
        return Plan(None, removed, None)
    return Plan(replace(rules, revision=before.revision + 1), removed, new_key)


def require_host(group: Group, rules: RoomPolicy) -> None:
    """Raise PolicyViolation unless this member is a host."""
    if not is_host(group, group.own_index, rules):
        raise PolicyViolation("only a host does this")


def with_title(state: RoomState, title: str) -> Edit:
    """Make the edit that gives the room a title."""

    def edit(rules: RoomPolicy) -> RoomPolicy:
        if state.needs_room_key:
            raise RoomKeyNeeded
        if title_of(state, rules) == title:
            return rules
        return replace(rules, sealed_title=seal_title(state.secrets, state.room_id, title))

    return edit


def title_of(state: RoomState, rules: RoomPolicy) -> str:
    """Open the room's title; empty if it does not open."""
    keys = state.ring.find(rules.key_id)
    # a room that is over has no keys any more
    if keys is None or not keys.names:
        return ""
    try:
        return open_title(keys.names, rules.key_id, state.room_id, rules.sealed_title)
    except DecryptionFailed:
        return ""


def _with_new_key(
    state: RoomState, rules: RoomPolicy, root: bytes
) -> tuple[RoomPolicy, NewRoomKey | None]:
    if state.needs_room_key:
        raise RoomKeyNeeded
    new = NewRoomKey.of(root, rules.key_id + 1)
    admission = new.secrets.admission_public_key
    if admission == rules.admission:
        return rules, None
    sealed = seal_title(new.secrets, state.room_id, title_of(state, rules))
    changed = replace(rules, key_id=new.secrets.key_id, admission=admission, sealed_title=sealed)
    return changed, new
