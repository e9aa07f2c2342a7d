"""What is left of a room after a commit that nobody can follow: a host starts from before it."""

import os

from roomkey.errors import PolicyViolation
from roomkey.keys.root import psk_id
from roomkey.mls import (
    Group,
    GroupInfo,
    PendingCommit,
    PreSharedKey,
    PreSharedKeyId,
    Remove,
)
from roomkey.mls.ratchet_tree import RatchetTree

from .members import Member, index_of, members_of
from .policy import is_host, room_policy_of
from .room_state import RoomState


def check_whole(state: RoomState, info: GroupInfo, tree: RatchetTree, refused: bytes) -> None:
    """Hold a group that a refused commit led to, to what only hosts may do.

    `refused` is the leaf key of the commit's sender. Raises PolicyViolation if a member is missing
    that has not left and is not the sender, or if a locked room has a new one, unless the group
    info is a host's.
    """
    group, rules = state.joined, room_policy_of(state.joined)
    signer = tree.leaf(info.signer)
    if signer is not None and signer.signature_key in rules.hosts:
        return
    before = {leaf.signature_key for _, leaf in group.members()}
    after = {leaf.signature_key for _, leaf in tree.leaves()}
    # once a host has removed the sender, others come in and sign the group info in its place
    gone = state.store.statements().keys() | set(removed_by_undoing(state, refused))
    if before - after - gone:
        raise PolicyViolation("members are missing whom no host removed")
    if rules.locked and after - before:
        raise PolicyViolation("a locked room has new members")


def may_undo(state: RoomState, epoch: int) -> bool:
    """Say whether this member is a host who can lead the room on from before `epoch`."""
    group = state.joined
    if state.needs_room_key or group.epoch > epoch:
        return False
    return is_host(group, group.own_index, room_policy_of(group))


def removed_by_undoing(state: RoomState, sender: bytes) -> tuple[bytes, ...]:
    """Give the leaf key to remove: that of the commit's sender, if it is a member and no host."""
    group = state.joined
    index = index_of(group, sender)
    if index is None or is_host(group, index, room_policy_of(group)):
        return ()
    return (sender,)


def undo(state: RoomState, epoch: int, removed: tuple[bytes, ...]) -> PendingCommit:
    """Make the commit that leads from this member's epoch to the one after `epoch`.

    The commits between are nobody's to follow: everybody comes in again by the group info.
    """
    group = state.joined
    while group.epoch < epoch:
        group = _pass_epoch(state, group)
    found = (index_of(group, leaf) for leaf in removed)
    return group.commit(
        [Remove(index) for index in found if index is not None], include_pending=False
    )


def removed_before(state: RoomState, following: Group) -> list[Member]:
    """List whom hosts removed on the way to a group that this member could not follow into.

    Of those whose leave statement it has, it was told when they left.
    """
    group, statements = state.joined, state.store.statements()
    people = zip(members_of(group, state.policy), group.members(), strict=True)
    return [
        member
        for member, (_, leaf) in people
        if leaf.signature_key not in statements and index_of(following, leaf.signature_key) is None
    ]


def _pass_epoch(state: RoomState, group: Group) -> Group:
    # without a path: an attacker may have gone on for thousands of epochs
    name = PreSharedKeyId.external(
        psk_id(state.secrets.key_id), os.urandom(group.suite.hash_length)
    )
    return group.commit(
        [PreSharedKey(name)], include_pending=False, force_path=False, public=True
    ).group
