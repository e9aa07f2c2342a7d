"""A group under everything at once: changes, losses, reorderings, restarts and old backups.

The relay of this model takes one commit for each epoch, in order, and hands them to everybody.
Messages arrive late, twice, in any order or not at all.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from roomkey.crypto.aead import Aead
from roomkey.crypto.suite import cipher_suite
from roomkey.errors import (
    GenerationConsumed,
    OwnMessage,
    RoomkeyError,
    SendingExhausted,
    WrongEpoch,
)
from roomkey.mls import (
    Add,
    ApplicationMessage,
    CommitProcessed,
    Environment,
    Group,
    GroupSnapshot,
    PendingCommit,
    PreSharedKeyId,
    ProposalReceived,
    Remove,
    SigningIdentity,
    create_key_package,
)
from roomkey.mls.group_state import MAX_PAST_EPOCHS

SUITE = cipher_suite(0x0003)
NOW = 1_800_000_000
PSK_ID = b"shared"
MOST = 8


def _find_psk(psk_id: PreSharedKeyId) -> bytes | None:
    return b"\x11" * 32 if psk_id.id == PSK_ID else None


ENVIRONMENT = Environment(lambda: NOW, psks=_find_psk)


@dataclass
class Member:
    """A client: its group, what it has read, and backups of its state."""

    identity: SigningIdentity
    group: Group
    read: set[int] = field(default_factory=set)
    stored: GroupSnapshot = field(init=False)
    read_when_stored: set[int] = field(default_factory=set)
    backup: tuple[GroupSnapshot, set[int]] | None = None

    def __post_init__(self) -> None:
        self.store()

    def store(self) -> None:
        """Store the state, instead of what was stored before."""
        self.stored = self.group.encode()
        self.read_when_stored = set(self.read)

    def restore(self, snapshot: GroupSnapshot, read: set[int]) -> None:
        """Go on with a stored state."""
        self.group = Group.decode(snapshot, ENVIRONMENT)
        self.read = set(read)
        with pytest.raises(SendingExhausted):
            self.group.protect(b"before it is stored")
        with pytest.raises(SendingExhausted):
            self.group.commit()
        self.store()


@dataclass(frozen=True)
class Sent:
    """An application message in flight, and who was a member when it was sent."""

    number: int
    message: bytes
    epoch: int
    sender: SigningIdentity


class GroupMachine(RuleBasedStateMachine):
    """Members act at will; the relay keeps the commits of all epochs in one line."""

    def __init__(self) -> None:
        super().__init__()
        self.members: list[Member] = []
        self.sent: list[Sent] = []
        self.names = 0
        self.rolled_back = False
        self.agreed: dict[int, tuple[bytes, bytes]] = {}

    def _identity(self) -> SigningIdentity:
        self.names += 1
        return SigningIdentity.generate(SUITE, b"member %d" % self.names)

    def _member(self, number: int) -> Member:
        return self.members[number % len(self.members)]

    @initialize()
    def found(self) -> None:
        """Start a group."""
        identity = self._identity()
        group = Group.create(identity, b"group", ENVIRONMENT)
        group.encode()
        self.members = [Member(identity, group)]

    def _deliver_commit(self, message: bytes, by: Member | None) -> None:
        for member in list(self.members):
            if member is by:
                continue
            done = member.group.process(message)
            assert isinstance(done, CommitProcessed)
            if done.removed_self:
                assert not done.group.is_active
                self.members.remove(member)
                continue
            # a commit that is processed twice, as after a crash, leads to the same epoch
            again = member.group.process(message)
            assert isinstance(again, CommitProcessed)
            assert again.group.epoch_authenticator == done.group.epoch_authenticator
            self._enter(member, done.group)

    @staticmethod
    def _enter(member: Member, group: Group) -> None:
        member.group = group
        member.backup = None
        member.store()

    def _commit(self, by: Member, pending: PendingCommit) -> None:
        self._deliver_commit(pending.message, by)
        self._enter(by, pending.group)

    # changes

    @precondition(lambda self: len(self.members) < MOST)
    @rule(number=st.integers(0, 7))
    def join_from_outside(self, number: int) -> None:
        """Join with the shared key."""
        identity = self._identity()
        info = self._member(number).group.group_info()
        pending = Group.join_external(identity, info, ENVIRONMENT, psk_ids=[PSK_ID])
        self._deliver_commit(pending.message, None)
        pending.group.encode()
        self.members.append(Member(identity, pending.group))

    @precondition(lambda self: len(self.members) < MOST)
    @rule(number=st.integers(0, 7), path=st.booleans())
    def add(self, number: int, path: bool) -> None:
        """Add somebody by Welcome."""
        identity = self._identity()
        bundle = create_key_package(identity, ENVIRONMENT, lifetime_seconds=3600)
        by = self._member(number)
        pending = by.group.commit([Add(bundle.key_package)], force_path=path)
        assert pending.welcome is not None
        self._commit(by, pending)
        group = Group.join_welcome(identity, pending.welcome, bundle, ENVIRONMENT)
        group.encode()
        self.members.append(Member(identity, group))

    @rule(number=st.integers(0, 7), public=st.booleans())
    def update(self, number: int, public: bool) -> None:
        """Renew one's keys, with whatever proposals wait."""
        by = self._member(number)
        self._commit(by, by.group.commit(public=public))

    @precondition(lambda self: len(self.members) > 2)
    @rule(number=st.integers(0, 7), other=st.integers(1, 6))
    def remove(self, number: int, other: int) -> None:
        """Remove somebody else."""
        by = self._member(number)
        target = self._member(number + 1 + other % (len(self.members) - 1))
        index = target.group.own_index
        self._commit(by, by.group.commit([Remove(index)], include_pending=False))

    @precondition(lambda self: len(self.members) > 1)
    @rule(number=st.integers(0, 7))
    def take_own_place_again(self, number: int) -> None:
        """Join from outside instead of one's own earlier leaf."""
        lost = self._member(number)
        info = self._member(number + 1).group.group_info()
        pending = Group.join_external(
            lost.identity, info, ENVIRONMENT, psk_ids=[PSK_ID], resync=lost.group.own_index
        )
        self.members.remove(lost)
        self._deliver_commit(pending.message, None)
        pending.group.encode()
        self.members.append(Member(lost.identity, pending.group))

    @rule(number=st.integers(0, 7), removal=st.booleans())
    def propose(self, number: int, removal: bool) -> None:
        """Propose an update or a removal, which the committer has to have received."""
        by = self._member(number)
        if removal and len(self.members) > 2:
            message = by.group.propose(Remove(self._member(number + 1).group.own_index))
        else:
            message = by.group.propose_update()
        by.store()
        for member in self.members:
            if member is not by:
                # the model's relay has proposals for all before the commit that names them
                assert isinstance(member.group.process(message), ProposalReceived)
                member.store()
                member.backup = None
        by.backup = None

    # messages

    @rule(number=st.integers(0, 7), count=st.integers(1, 5))
    def send(self, number: int, count: int) -> None:
        """Send some messages; they arrive whenever they do."""
        self._send(self._member(number), count)

    def _send(self, by: Member, count: int) -> None:
        for _ in range(count):
            serial = len(self.sent)
            try:
                message = by.group.protect(b"message %d" % serial)
            except SendingExhausted:
                by.store()
                message = by.group.protect(b"message %d" % serial)
            self.sent.append(Sent(serial, message, by.group.epoch, by.identity))

    @precondition(lambda self: self.sent)
    @rule(which=st.integers(0, 10_000), number=st.integers(0, 7))
    def deliver(self, which: int, number: int) -> None:
        """Deliver any message to any member, for the first time or again."""
        sent = self.sent[-1 - which % min(len(self.sent), 40)]
        member = self._member(number)
        age = member.group.epoch - sent.epoch
        member.store()
        before = member.stored
        try:
            done = member.group.process(sent.message)
        except RoomkeyError as error:
            assert member.group.encode() == before
            self._expect(error, member, sent)
            return
        assert isinstance(done, ApplicationMessage)
        assert done.data == b"message %d" % sent.number
        assert done.epoch == sent.epoch
        assert sent.number not in member.read
        assert age <= MAX_PAST_EPOCHS
        member.read.add(sent.number)
        member.store()

    def _expect(self, refusal: RoomkeyError, member: Member, sent: Sent) -> None:
        if self.rolled_back:
            return
        if sent.sender.public_key == member.identity.public_key:
            assert isinstance(refusal, OwnMessage | GenerationConsumed | WrongEpoch)
        elif sent.number in member.read:
            assert isinstance(refusal, GenerationConsumed | WrongEpoch)
        else:
            assert isinstance(refusal, WrongEpoch)
            too_old = member.group.epoch - sent.epoch > MAX_PAST_EPOCHS
            assert too_old or not self._was_member(member, sent)

    @staticmethod
    def _was_member(member: Member, sent: Sent) -> bool:
        state = member.group._state
        return sent.epoch == member.group.epoch or sent.epoch in state.past

    # restarts

    @rule(number=st.integers(0, 7))
    def restart(self, number: int) -> None:
        """Store the state and go on with what was stored."""
        member = self._member(number)
        member.store()
        member.restore(member.stored, member.read)

    @rule(number=st.integers(0, 7), count=st.integers(1, 5))
    def crash(self, number: int, count: int) -> None:
        """Send some more, then lose what was done since the state was last stored; send again."""
        member = self._member(number)
        self._send(member, count)
        member.restore(member.stored, member.read_when_stored)
        self._send(member, count)

    @rule(number=st.integers(0, 7), position=st.integers(0, 10_000), which=st.integers(0, 39))
    def deliver_spoilt(self, number: int, position: int, which: int) -> None:
        """Deliver a message that was changed on its way."""
        if not self.sent:
            return
        member = self._member(number)
        spoilt = bytearray(self.sent[-1 - which % min(len(self.sent), 40)].message)
        spoilt[position % len(spoilt)] ^= 0x41
        member.store()
        before = member.stored
        with pytest.raises(RoomkeyError):
            member.group.process(bytes(spoilt))
        assert member.group.encode() == before

    @invariant()
    def all_agree(self) -> None:
        """Who is in one epoch agrees on it."""
        for member in self.members:
            group = member.group
            view = (group.epoch_authenticator, group.export_secret(b"test", b"", 32))
            assert self.agreed.setdefault(group.epoch, view) == view
        assert len({member.group.epoch for member in self.members}) <= 1


class RollbackMachine(GroupMachine):
    """Members may also go back to a state that is older than the last one stored."""

    @rule(number=st.integers(0, 7))
    def back_up(self, number: int) -> None:
        """Keep a copy of the stored state."""
        member = self._member(number)
        member.store()
        member.backup = (member.stored, set(member.read))

    @rule(number=st.integers(0, 7), count=st.integers(1, 5))
    def go_back(self, number: int, count: int) -> None:
        """Send with a later state, then with the copy."""
        member = self._member(number)
        if member.backup is not None:
            member.restore(member.stored, member.read)
            self._send(member, count)
            member.restore(*member.backup)
            self._send(member, count)
            self.rolled_back = True


def _run(machine: type[GroupMachine]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=80,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            database=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def _watch(monkeypatch: pytest.MonkeyPatch, seen: Callable[[bytes, bytes], None]) -> None:
    seal = Aead.seal

    def watched(
        self: Aead, key: bytes, nonce: bytes, associated_data: bytes, plaintext: bytes
    ) -> bytes:
        seen(key, nonce)
        return seal(self, key, nonce, associated_data, plaintext)

    monkeypatch.setattr(Aead, "seal", watched)


def test_a_group_holds_together_and_no_key_encrypts_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    used: set[bytes] = set()

    def seen(key: bytes, nonce: bytes) -> None:
        # every key of MLS is for one message: the nonce would not show a second use, as part of
        # it is random
        assert key not in used, "a key was used twice"
        used.add(key)

    _watch(monkeypatch, seen)
    _run(GroupMachine)
    assert len(used) > 1000


def test_even_an_old_backup_never_leads_to_one_key_and_nonce_for_two_messages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    used: set[tuple[bytes, bytes]] = set()

    def seen(key: bytes, nonce: bytes) -> None:
        assert (key, nonce) not in used, "a key and nonce were used twice"
        used.add((key, nonce))

    _watch(monkeypatch, seen)
    _run(RollbackMachine)
    assert len({key for key, _ in used}) < len(used), "no backup was ever old"
