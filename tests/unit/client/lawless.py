"""What a member can make of the group whose client obeys no rules."""

from collections.abc import Sequence

import pytest

from roomkey.client.room_policy import ROOM_POLICY_EXTENSION, SEALED_NAME_EXTENSION
from roomkey.client.room_state import RoomState, new_identity
from roomkey.errors import SendingExhausted
from roomkey.mls import Add, Environment, Group, Policy, Proposal, create_key_package


class Lawless(Policy):
    """Takes everything: an attacker's client."""

    supported_extensions = (ROOM_POLICY_EXTENSION, SEALED_NAME_EXTENSION)


def lawless(state: RoomState, proposals: Sequence[Proposal]) -> Group:
    """Commit as a member does whose client obeys no rules."""
    environment = Environment(clock=state.environment.clock, policy=Lawless())
    group = Group.decode(state.joined.encode(), environment)
    with pytest.raises(SendingExhausted):
        group.commit(proposals)
    group.encode()
    return group.commit(proposals).group


def stranger(state: RoomState) -> Add:
    environment = Environment(clock=state.environment.clock, policy=Lawless())
    suite = state.identity.suite.id
    bundle = create_key_package(new_identity(suite), environment, lifetime_seconds=3600)
    return Add(bundle.key_package)
