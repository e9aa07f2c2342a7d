"""Members join from outside or by Welcome, and nobody joins who should not."""

from dataclasses import replace

import pytest

from roomkey.crypto.suite import CipherSuite
from roomkey.errors import PolicyViolation, ValidationError
from roomkey.mls import (
    Add,
    Environment,
    Group,
    GroupInfo,
    KeyPackageBundle,
    Policy,
    SigningIdentity,
    create_key_package,
    decode_message,
)

from .room import NOW, ROOM_KEY, Room, environment, psks, stored


def test_members_join_from_outside_and_hear_each_other(suite: CipherSuite) -> None:
    room = Room(suite, 4)
    assert [index for index, _ in room[2].members()] == [0, 1, 2, 3]
    exported = {group.export_secret(b"label", b"context", 40) for group in room.groups.values()}
    assert len(exported) == 1
    assert len(exported.pop()) == 40


def test_added_members_join_by_welcome(suite: CipherSuite) -> None:
    room = Room(suite, 3)
    for force_path in (True, False):
        for _ in range(2):
            identity = SigningIdentity.generate(suite, b"added")
            bundle = create_key_package(identity, environment(), lifetime_seconds=3600)
            bundle = KeyPackageBundle.decode(bundle.encode())
            pending = room[0].commit([Add(bundle.key_package)], force_path=force_path)
            results = room.accept(pending, 0)
            assert pending.welcome is not None
            added = Group.join_welcome(identity, pending.welcome, bundle, environment())
            assert results[0].added == [added.own_index]
            room.groups[added.own_index] = stored(added)
            room.check()
            room.commit(added.own_index)


def test_a_key_package_is_used_within_its_lifetime(suite: CipherSuite) -> None:
    room = Room(suite, 1)
    bundle = create_key_package(
        SigningIdentity.generate(suite, b"late"), environment(), lifetime_seconds=10
    )
    room[0]._state.environment.clock = lambda: NOW + 11
    with pytest.raises(ValidationError, match="leaf-03"):
        room[0].commit([Add(bundle.key_package)])
    eternal = create_key_package(
        SigningIdentity.generate(suite, b"eternal"), environment(), lifetime_seconds=1 << 40
    )
    with pytest.raises(ValidationError, match="leaf-14"):
        room[0].commit([Add(eternal.key_package)])


def test_resync_replaces_the_own_leaf_and_nobody_elses(suite: CipherSuite) -> None:
    room = Room(suite, 3)
    assert room.join(room.identities[1], resync=1) == 1
    assert len(room[0].members()) == 3
    stranger = SigningIdentity.generate(suite, b"1")
    with pytest.raises(ValidationError, match="extcommit-06"):
        room.join(stranger, resync=1)
    other = SigningIdentity.generate(suite, b"other")
    with pytest.raises(ValidationError, match="update-03"):
        room.join(other, resync=1)


def test_joining_takes_the_room_key(suite: CipherSuite) -> None:
    room = Room(suite, 2)
    stranger = SigningIdentity.generate(suite, b"stranger")
    info = room[0].group_info()
    lenient = Environment(lambda: NOW, psks=psks(b"wrong"), policy=Policy())
    without = Group.join_external(stranger, info, lenient)
    with pytest.raises(PolicyViolation):
        room[0].process(without.message)
    wrong = Group.join_external(stranger, info, lenient, psk_ids=[ROOM_KEY])
    with pytest.raises(ValidationError, match="commit-10"):
        room[0].process(wrong.message)
    with pytest.raises(ValidationError, match="psk-04"):
        Group.join_external(stranger, info, lenient, psk_ids=[b"unheard of"])


def test_group_info_without_tree_and_forged(suite: CipherSuite) -> None:
    room = Room(suite, 2)
    stranger = SigningIdentity.generate(suite, b"stranger")
    bare = room[0].group_info(with_tree=False)
    options = {"psk_ids": [ROOM_KEY]}
    with pytest.raises(ValidationError, match="groupinfo-01"):
        Group.join_external(stranger, bare, environment(), **options)
    tree = room[0].export_tree()
    pending = Group.join_external(stranger, bare, environment(), tree=tree, **options)
    room.accept(pending, None)
    info = decode_message(room[0].group_info())
    assert isinstance(info, GroupInfo)
    forged = replace(info, signer=1)
    with pytest.raises(ValidationError, match="groupinfo-04"):
        Group.join_external(stranger, forged, environment(), **options)
