"""Members of whom nothing was seen for long, for hosts to remove (docs/protocol/group.md)."""

import time
from typing import Final

from .policy import room_policy_of
from .room_state import RoomState

LEAST_SILENCE_SECONDS: Final = 30 * 24 * 3600


def silent_leaves(state: RoomState, clock: float | None = None) -> list[bytes]:
    """List the leaves, hosts' apart, that were silent for the retention and at least 30 days.

    A leaf that was not seen yet counts from now; `clock` is in seconds since 1970.
    """
    rules = room_policy_of(state.joined)
    seen = state.store.activity()
    log_time = max(seen.values(), default=0)
    # the earlier of two clocks, so that neither can make everybody look silent
    now = min(int((time.time() if clock is None else clock) * 1000), log_time)
    silence = max(LEAST_SILENCE_SECONDS, rules.retention) * 1000
    silent = []
    for _, leaf in state.joined.members():
        key = leaf.signature_key
        if key == state.leaf_key or key in rules.hosts:
            continue
        if key not in seen:
            state.store.saw(key, now)
        elif now - seen[key] > silence:
            silent.append(key)
    return silent
