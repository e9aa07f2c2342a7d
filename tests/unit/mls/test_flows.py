"""Groups live: members join, talk, leave, restart, and refuse what they should."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from roomkey.crypto.suite import CipherSuite, cipher_suite
from roomkey.errors import (
    BadSignature,
    CryptoError,
    GenerationConsumed,
    NotAMember,
    OwnMessage,
    PolicyViolation,
    SendingExhausted,
    ValidationError,
    WrongEpoch,
)
from roomkey.mls import (
    RESERVED,
    Add,
    ApplicationMessage,
    CommitProcessed,
    Environment,
    Extension,
    Group,
    GroupContextExtensions,
    GroupInfo,
    GroupSnapshot,
    KeyPackageBundle,
    LeafNode,
    PendingCommit,
    Policy,
    PreSharedKey,
    PreSharedKeyId,
    ProposalReceived,
    PskType,
    ReInit,
    Remove,
    RequiredCapabilities,
    ResumptionUsage,
    SentProposal,
    SigningIdentity,
    Update,
    create_key_package,
    decode_message,
    encode_message,
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


@pytest.fixture(params=[3, 0xF00E], ids=["x25519", "xwing"])
def suite(request: pytest.FixtureRequest) -> CipherSuite:
    return cipher_suite(request.param)


def stored(group: Group) -> Group:
    """Store a group's state, which is what lets it send."""
    group.encode()
    return group


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


def test_members_join_from_outside_and_hear_each_other(suite: CipherSuite) -> None:
    room = Room(suite, 4)
    assert [index for index, _ in room[2].members()] == [0, 1, 2, 3]
    exported = {group.export_secret(b"label", b"context", 40) for group in room.groups.values()}
    assert len(exported) == 1
    assert len(exported.pop()) == 40


def test_updates_and_removals_reach_everybody(suite: CipherSuite) -> None:
    room = Room(suite, 5)
    for index in (4, 1, 0):
        room.commit(index)
    gone = room[2]
    removal = gone.process(room[0].commit([Remove(2)]).message)
    assert isinstance(removal, CommitProcessed)
    assert removal.removed_self
    room.commit(0, Remove(2))
    with pytest.raises(NotAMember):
        removal.group.protect(b"still here?")
    with pytest.raises(NotAMember):
        removal.group.export_secret(b"label", b"", 32)
    restored = Group.decode(removal.group.encode(), environment())
    assert not restored.is_active
    with pytest.raises(CryptoError):
        gone.process(replace(decode_message(room[0].protect(b"secret")), epoch=gone.epoch))
    room.commit(3, public=True)
    assert room.join(SigningIdentity.generate(suite, b"new")) == 2


def test_proposals_are_committed_by_reference(suite: CipherSuite) -> None:
    room = Room(suite, 4)
    for group_index, proposal in (
        (1, room[1].propose_update()),
        (2, room[2].propose_update(public=True)),
        (0, room[0].propose(Remove(3))),
    ):
        for index in room.groups:
            if index != group_index:
                assert isinstance(room[index].process(proposal), ProposalReceived)
    assert len(room[0].pending_proposals()) == 3
    results = room.commit(0)
    assert {item.sender for item in results[0].proposals} == {0, 1, 2}
    assert results[0].removed == [3]
    assert not room[1].pending_proposals()
    room.commit(1)


def test_an_own_update_survives_a_restart_until_committed(suite: CipherSuite) -> None:
    room = Room(suite, 3)
    proposal = room[1].propose_update()
    room[0].process(proposal)
    room[2].process(proposal)
    room.groups[1] = Group.decode(room[1].encode(), environment())
    room.commit(2)
    room.commit(0)


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


def test_pending_proposals_that_cannot_be_committed_keep_nobody_from_committing(
    suite: CipherSuite,
) -> None:
    room = Room(suite, 3)
    nonce = bytes(suite.hash_length)
    unknown = PreSharedKey(PreSharedKeyId.external(b"unheard of", nonce))
    twin = create_key_package(room.identities[1], environment(), lifetime_seconds=60)
    leaving = room[2].propose(Remove(2))
    for index, message in (
        (1, room[1].propose(unknown)),
        (1, room[1].propose(Add(twin.key_package))),
        (2, room[2].propose_update()),
        (2, leaving),
    ):
        for listener in set(room.groups) - {index}:
            room[listener].process(message)
    results = room.commit(0)
    assert [item.proposal for item in results[0].proposals] == [Remove(2)]
    assert set(room.groups) == {0, 1}


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


def test_policy_is_asked_for_own_and_received_commits(suite: CipherSuite) -> None:
    room = Room(suite, 3)
    with pytest.raises(PolicyViolation):
        room[1].commit([Remove(2)])
    room[1]._state.environment.policy = Policy()
    message = room[1].commit([Remove(2)]).message
    with pytest.raises(PolicyViolation):
        room[0].process(message)


def test_group_context_extensions_need_the_support_of_all(suite: CipherSuite) -> None:
    room = Room(suite, 3)
    known = (Extension(APP_EXTENSION, b"settings"),)
    room.commit(0, GroupContextExtensions(known))
    assert room[2].context.extensions == known
    unknown = (Extension(0xF999, b""),)
    with pytest.raises(ValidationError, match="gce-02"):
        room[0].commit([GroupContextExtensions(unknown)])
    required = (Extension(3, RequiredCapabilities(extensions=(0xF999,)).encode()),)
    with pytest.raises(ValidationError, match="gce-01"):
        room[0].commit([GroupContextExtensions(required)])
    garbled = (Extension(3, b"\xff"),)
    with pytest.raises(ValidationError, match="gce-03"):
        room[0].commit([GroupContextExtensions(garbled)])
    with pytest.raises(ValidationError, match="leaf-06"):
        Group.join_external(
            SigningIdentity.generate(suite, b"plain"),
            room[0].group_info(),
            Environment(lambda: NOW, psks=psks()),
            psk_ids=[ROOM_KEY],
        )


def test_pre_shared_keys_by_proposal(suite: CipherSuite) -> None:
    room = Room(suite, 3)
    nonce = bytes(suite.hash_length)
    room.commit(1, PreSharedKey(PreSharedKeyId.external(ROOM_KEY, nonce)))
    resumption = PreSharedKeyId(
        PskType.RESUMPTION, b"", ResumptionUsage.APPLICATION, ROOM, room[0].epoch - 1, nonce
    )
    room.commit(0, PreSharedKey(resumption))
    with pytest.raises(ValidationError, match="psk-02"):
        room[0].commit([PreSharedKey(replace(resumption, usage=ResumptionUsage.REINIT))])


def test_reinit_ends_the_group(suite: CipherSuite) -> None:
    room = Room(suite, 2)
    pending = room[0].commit([ReInit(b"next", 1, suite.id)])
    result = room[1].process(pending.message)
    assert isinstance(result, CommitProcessed)
    assert not result.group.is_active
    assert result.group.reinit is not None
    restored = Group.decode(pending.group.encode(), environment())
    assert restored.reinit == result.group.reinit


def test_a_new_identity_by_commit(suite: CipherSuite) -> None:
    room = Room(suite, 3)
    old = room.identities[1]
    fresh = SigningIdentity.generate(suite, b"1")
    room.commit(1, new_identity=fresh)
    room.commit(1)
    leaf = room[0].leaf(1)
    assert leaf is not None
    assert leaf.signature_key == fresh.public_key != old.public_key
    with pytest.raises(ValidationError, match="update-03"):
        room[0].process(
            _unchecked(room[1]).commit(new_identity=SigningIdentity.generate(suite, b"x")).message
        )


def _unchecked(group: Group) -> Group:
    group._state.environment.policy = Policy()
    return group


def test_messages_arrive_late_and_out_of_order(suite: CipherSuite) -> None:
    room = Room(suite, 2)
    sent = [room[1].protect(b"%d" % number) for number in range(6)]
    for number in (5, 0, 3, 1):
        heard = room[0].process(sent[number])
        assert isinstance(heard, ApplicationMessage)
        assert heard.data == b"%d" % number
        with pytest.raises(GenerationConsumed):
            room[0].process(sent[number])
    room.groups[0] = Group.decode(room[0].encode(), environment())
    room.groups[0].encode()
    room.commit(0)
    late = room[0].process(sent[4])
    assert isinstance(late, ApplicationMessage)
    assert late.epoch == room[0].epoch - 1
    with pytest.raises(GenerationConsumed):
        room[0].process(sent[3])
    for _ in range(3):
        room.commit(1)
    with pytest.raises(WrongEpoch):
        room[0].process(sent[2])


def test_own_messages_are_told_apart(suite: CipherSuite) -> None:
    room = Room(suite, 2)
    for message in (
        room[0].protect(b"x"),
        room[0].propose_update(),
        room[0].propose_update(public=True),
        room[0].commit().message,
        room[0].commit(public=True).message,
    ):
        with pytest.raises(OwnMessage):
            room[0].process(message)


def test_no_key_serves_twice_after_a_restart(suite: CipherSuite) -> None:
    room = Room(suite, 2)
    snapshot = room[1].encode()
    seen = set()
    for _ in range(RESERVED):
        heard = room[0].process(room[1].protect(b"before"))
        assert isinstance(heard, ApplicationMessage)
        seen.add(heard.generation)
    with pytest.raises(SendingExhausted):
        room[1].protect(b"too many")
    for _ in range(2):
        restored = Group.decode(snapshot, environment())
        with pytest.raises(SendingExhausted):
            restored.protect(b"not stored")
        with pytest.raises(SendingExhausted):
            restored.commit()
        snapshot = GroupSnapshot.decode(restored.encode().encode())
        for _ in range(3):
            heard = room[0].process(restored.protect(b"after"))
            assert isinstance(heard, ApplicationMessage)
            assert heard.generation not in seen
            seen.add(heard.generation)


def test_a_processed_commit_is_stored_before_anything_is_sent(suite: CipherSuite) -> None:
    room = Room(suite, 2)
    result = room[1].process(room[0].commit().message)
    assert isinstance(result, CommitProcessed)
    with pytest.raises(SendingExhausted):
        result.group.protect(b"not stored")
    result.group.encode()
    result.group.protect(b"stored")


def test_a_pending_commit_survives_a_restart(suite: CipherSuite) -> None:
    room = Room(suite, 3)
    pending = room[0].commit([Remove(1)])
    heard_before = room[2].protect(b"before it is accepted")
    data = pending.encode()
    room[0].process(heard_before)
    pending = PendingCommit.decode(data, environment(), base=room[0])
    room.accept(pending, 0)
    with pytest.raises(GenerationConsumed):
        room[0].process(heard_before)


def test_a_lost_commit_leaves_the_group_as_it_was(suite: CipherSuite) -> None:
    room = Room(suite, 3)
    lost = room[0].commit()
    room.commit(1)
    with pytest.raises(WrongEpoch):
        room[1].process(lost.message)
    room.commit(0)


def test_failed_calls_change_nothing(suite: CipherSuite) -> None:
    room = Room(suite, 3)
    group = room[0]
    message = decode_message(room[1].protect(b"hello"))
    commit = decode_message(room[1].commit(public=True).message)
    group.encode()
    before = group.encode()
    flipped = bytes([message.ciphertext[-1] ^ 1])
    broken = [
        replace(message, ciphertext=message.ciphertext[:-1] + flipped),
        replace(message, authenticated_data=b"other"),
        replace(message, group_id=b"other"),
        replace(message, epoch=99),
        replace(commit, membership_tag=bytes(suite.hash_length)),
        replace(commit, authenticated=replace(commit.authenticated, signature=b"")),
        replace(commit, authenticated=replace(commit.authenticated, confirmation_tag=b"")),
    ]
    for bad in broken:
        with pytest.raises((ValidationError, CryptoError, WrongEpoch)):
            group.process(encode_message(bad))
    with pytest.raises(ValidationError, match="proplist-02"):
        group.commit([Remove(0)])
    with pytest.raises(ValidationError, match="remove-01"):
        group.propose(Remove(17))
    assert group.encode() == before
    group.process(message)
    group.process(commit)


def test_a_received_commit_can_be_processed_again(suite: CipherSuite) -> None:
    room = Room(suite, 2)
    message = room[0].commit().message
    before = room[1].encode()
    one, other = room[1].process(message), room[1].process(message)
    assert isinstance(one, CommitProcessed)
    assert isinstance(other, CommitProcessed)
    assert one.group.epoch_authenticator == other.group.epoch_authenticator
    assert room[1].encode() == before


def test_an_update_by_value_is_refused(suite: CipherSuite) -> None:
    room = Room(suite, 2)
    leaf = room[0].leaf(0)
    assert leaf is not None
    with pytest.raises(ValidationError, match="proplist-01"):
        room[0].commit([Update(leaf)])


def test_signatures_are_checked_by_raising(suite: CipherSuite) -> None:
    identity = SigningIdentity.generate(suite, b"x")
    bundle = create_key_package(identity, environment(), lifetime_seconds=60)
    with pytest.raises(BadSignature):
        replace(bundle.key_package, init_key=b"").verify_signature(suite)


def test_secrets_and_content_are_not_shown(suite: CipherSuite) -> None:
    room = Room(suite, 2)
    state = room[1]._state
    heard = room[0].process(room[1].protect(b"what a user wrote"))
    identity = room.identities[1]
    pending = room[1].commit()
    secrets = (state.secrets.exporter_secret, state.signing_key, b"what a user wrote")
    for thing in (state, state.secrets, identity, pending, room[1].encode(), heard, room[1]):
        assert not any(repr(secret)[2:-1] in repr(thing) for secret in secrets)
