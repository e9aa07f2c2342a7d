"""The people of a room as its group shows them."""

from dataclasses import dataclass

from roomkey.mls import Group, LeafNode

from .policy import MembersPolicy, room_policy_of
from .text import clean_name


@dataclass(frozen=True, slots=True)
class Member:
    """One device in the room; `pseudonym` is hexadecimal, `name` is safe to show."""

    index: int
    pseudonym: str
    name: str
    is_self: bool = False
    is_host: bool = False


NOT_IN_GROUP = -1
"""The index of a member who is no longer in the group, or not known to it."""


def describe(policy: MembersPolicy, leaf: LeafNode, index: int, own: int, hosts: bool) -> Member:
    """Describe the member of a leaf; raises GhostMember."""
    name = clean_name(policy.name_of(leaf))
    return Member(index, leaf.credential.identity.hex(), name, index == own, hosts)


def members_of(group: Group, policy: MembersPolicy) -> list[Member]:
    """List the members of a group by leaf index."""
    hosts = room_policy_of(group).hosts
    return [
        describe(policy, leaf, index, group.own_index, leaf.signature_key in hosts)
        for index, leaf in group.members()
    ]


def member_at(group: Group, policy: MembersPolicy, index: int) -> Member | None:
    """Describe the member at a leaf index; None if nobody is there."""
    leaf = group.leaf(index)
    if leaf is None:
        return None
    hosts = room_policy_of(group).hosts
    return describe(policy, leaf, index, group.own_index, leaf.signature_key in hosts)


def index_of(group: Group, leaf_key: bytes) -> int | None:
    """Find the member with a signature public key; None if there is none."""
    for index, leaf in group.members():
        if leaf.signature_key == leaf_key:
            return index
    return None
