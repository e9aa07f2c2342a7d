"""Real groups, and the one way to see that a rule is what refuses."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from roomkey.crypto.suite import cipher_suite
from roomkey.errors import ValidationError
from roomkey.mls import (
    Add,
    CommitProcessed,
    Environment,
    Extension,
    Group,
    KeyPackageBundle,
    Policy,
    PreSharedKey,
    PreSharedKeyId,
    Proposal,
    SigningIdentity,
    create_key_package,
)
from roomkey.mls.group_state import GroupState

SUITE = cipher_suite(0x0003)
NOW = 1_800_000_000
PSK_ID = b"shared"
PSKS = {PSK_ID: b"\x11" * 32}


def find_psk(psk_id: PreSharedKeyId) -> bytes | None:
    """Know the one key that these groups use."""
    return PSKS.get(psk_id.id)


def environment(policy: Policy | None = None, *, psks: bool = True) -> Environment:
    """What a member needs; the clock stands still."""
    known = find_psk if psks else lambda _psk_id: None
    return Environment(lambda: NOW, psks=known, policy=policy or Policy())


def nonce() -> bytes:
    """A fresh nonce for a pre-shared key."""
    return os.urandom(SUITE.hash_length)


def psk_proposal(key_id: bytes = PSK_ID) -> PreSharedKey:
    """A proposal to bring the shared key in."""
    return PreSharedKey(PreSharedKeyId.external(key_id, nonce()))


def state_of(group: Group) -> GroupState:
    """A member's own secrets, which a member who cheats has."""
    return group._state


def new_identity(name: bytes) -> SigningIdentity:
    """A client of that name."""
    return SigningIdentity.generate(SUITE, name)


def new_bundle(
    name: bytes = b"newcomer",
    policy: Policy | None = None,
    identity: SigningIdentity | None = None,
) -> KeyPackageBundle:
    """A good key package with its private keys."""
    return create_key_package(
        identity or new_identity(name), environment(policy), lifetime_seconds=3600
    )


@dataclass
class Room:
    """Groups of several members in the same epoch, and who they are."""

    groups: list[Group]
    identities: list[SigningIdentity]

    def turn(self, committer: int, proposals: Sequence[Proposal] = ()) -> None:
        """Let a member commit, and the others take it; the removed are gone."""
        pending = self.groups[committer].commit(proposals)
        following = []
        for number, group in enumerate(self.groups):
            if number == committer:
                following.append(pending.group)
                continue
            done = group.process(pending.message)
            assert isinstance(done, CommitProcessed)
            following.append(done.group)
        kept = [number for number, group in enumerate(following) if group.is_active]
        self.groups = [following[number] for number in kept]
        self.identities = [self.identities[number] for number in kept]


def make_room(
    size: int = 3,
    *,
    policy: Policy | None = None,
    extensions: Sequence[Extension] = (),
    filled: bool = False,
) -> Room:
    """A group of `size` members; `filled` gives every node of its tree a key."""
    identities = [new_identity(b"member %d" % number) for number in range(size)]
    first = Group.create(identities[0], b"group", environment(policy), extensions=extensions)
    bundles = [new_bundle(policy=policy, identity=identity) for identity in identities[1:]]
    pending = first.commit([Add(bundle.key_package) for bundle in bundles])
    groups = [pending.group]
    for identity, bundle in zip(identities[1:], bundles, strict=True):
        assert pending.welcome is not None
        groups.append(Group.join_welcome(identity, pending.welcome, bundle, environment(policy)))
    for group in groups:
        group.encode()  # what is not stored does not send
    room = Room(groups, identities)
    if filled:
        for number in range(size):
            room.turn(number)
            for group in room.groups:
                group.encode()
    return room


def fingerprint(group: Group) -> tuple[bytes, bytes]:
    """All there is to a group."""
    return group.epoch_authenticator, group.encode().encode()


@contextmanager
def breach(rule: str, *witnesses: Group) -> Iterator[None]:
    """Expect that this rule is what refuses, and that the witnesses stay as they were."""
    before = [fingerprint(group) for group in witnesses]
    with pytest.raises(ValidationError) as caught:
        yield
    assert caught.value.rule == rule, str(caught.value)
    assert [fingerprint(group) for group in witnesses] == before
