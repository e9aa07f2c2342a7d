"""A room of members who hear everything that is sent, and the policy they share."""

from collections.abc import Mapping, Sequence

import pytest

from roomkey.crypto.suite import CipherSuite
from roomkey.errors import PolicyViolation, SendingExhausted
from roomkey.mls import (
    ApplicationMessage,
    CommitProcessed,
    Environment,
    Group,
    LeafNode,
    PendingCommit,
    Policy,
    PreSharedKeyId,
    SentProposal,
    SigningIdentity,
)

ROOM = b"room"
ROOM_KEY = b"psk of the room"
APP_EXTENSION = 0xF100
NOW = 1_800_000_000


class RoomPolicy(Policy):
    """Joining from outside takes the room's key; only leaf 0 removes others."""

    supported_extensions = (APP_EXTENSION,)

    def check_external_commit(self, psk_ids: Sequence[PreSharedKeyId], *_: object) -> None:
        if all(psk_id.id != ROOM_KEY for psk_id in psk_ids):
            raise PolicyViolation("no room key")

    def check_commit(
        self,
        _group: Group,
        sender: int | None,
        _proposals: Sequence[SentProposal],
        _authenticated_data: bytes,
        removed: Mapping[int, LeafNode],
    ) -> None:
        if sender is not None and removed and sender != 0:
            raise PolicyViolation("only the host removes")


def psks(key: bytes = b"k" * 32):
    return lambda psk_id: key if psk_id.id == ROOM_KEY else None


def environment(key: bytes = b"k" * 32) -> Environment:
    return Environment(lambda: NOW, psks=psks(key), policy=RoomPolicy())


def stored(group: Group) -> Group:
    """Store a group's state, which is what lets it send."""
    group.encode()
    return group


def awake(group: Group) -> Group:
    """Ask a restored group to send, and store it: nothing less lets it send."""
    with pytest.raises(SendingExhausted):
        group.protect(b"not stored")
    with pytest.raises(SendingExhausted):
        group.commit()
    return stored(group)


class Room:
    """Some members who hear everything that is sent."""

    def __init__(self, suite: CipherSuite, size: int = 3) -> None:
        self.suite = suite
        self.identities = {0: SigningIdentity.generate(suite, b"0")}
        self.groups = {0: stored(Group.create(self.identities[0], ROOM, environment()))}
        for number in range(1, size):
            self.join(SigningIdentity.generate(suite, b"%d" % number))

    def __getitem__(self, index: int) -> Group:
        return self.groups[index]

    def join(self, identity: SigningIdentity, resync: int | None = None) -> int:
        info = next(iter(self.groups.values())).group_info()
        pending = Group.join_external(
            identity, info, environment(), psk_ids=[ROOM_KEY], resync=resync
        )
        self.accept(pending, resync)
        self.identities[pending.group.own_index] = identity
        return pending.group.own_index

    def accept(self, pending: PendingCommit, committer: int | None) -> list[CommitProcessed]:
        """Let a commit win: everybody else processes it; those removed are gone."""
        results = []
        for index in list(self.groups):
            if index == committer:
                del self.groups[index]
                continue
            result = self.groups[index].process(pending.message)
            assert isinstance(result, CommitProcessed)
            results.append(result)
            self.groups[index] = stored(result.group)
            if result.removed_self:
                del self.groups[index]
        self.groups[pending.group.own_index] = stored(pending.group)
        self.check()
        return results

    def commit(self, index: int, *proposals, **options) -> list[CommitProcessed]:
        return self.accept(self.groups[index].commit(proposals, **options), index)

    def check(self) -> None:
        """Everybody agrees and hears everybody."""
        assert len({group.epoch_authenticator for group in self.groups.values()}) == 1
        for index, group in self.groups.items():
            message = group.protect(b"from %d" % index, padding=7)
            for other, listener in self.groups.items():
                if other != index:
                    heard = listener.process(message)
                    assert isinstance(heard, ApplicationMessage)
                    assert (heard.sender, heard.data) == (index, b"from %d" % index)
