"""Members hold each other to the room's rules, whatever the relay says."""

import os
import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roomkey.client.members import member_at
from roomkey.client.policy import (
    MembersPolicy,
    decode_statements,
    encode_sealed_name,
    encode_statements,
    sealed_under,
)
from roomkey.client.room_policy import SEALED_NAME_EXTENSION, RoomPolicy
from roomkey.crypto.signature import ED25519
from roomkey.crypto.suite import X25519_SUITE, cipher_suite
from roomkey.errors import DecodeError, GhostMember, MlsError, PolicyViolation
from roomkey.keys.key_ring import KeyRing
from roomkey.keys.root import RoomSecrets, derive_secrets, psk_id
from roomkey.keys.sealed_name import seal_name, seal_title
from roomkey.mls import (
    Add,
    CommitProcessed,
    Credential,
    Environment,
    Extension,
    Group,
    GroupContextExtensions,
    Policy,
    PreSharedKeyId,
    ReInit,
    Remove,
    SigningIdentity,
    create_key_package,
)
from roomkey.wire.transcripts import leave_transcript

ROOM = bytes(16)
SECRETS = derive_secrets(bytes(32))
NEW_SECRETS = derive_secrets(bytes([1]) * 32, 1)
SUITE = cipher_suite(X25519_SUITE)


class Lax(Policy):
    """A member that plays by nobody's rules but the RFC's."""

    supported_extensions = MembersPolicy.supported_extensions


class Person:
    def __init__(self, secrets: RoomSecrets = SECRETS, lax: bool = False) -> None:
        self.identity = SigningIdentity.generate(SUITE, os.urandom(16))
        self.secrets = secrets
        self.policy = MembersPolicy(ROOM, KeyRing(secrets))
        self.environment = Environment(
            clock=lambda: int(time.time()),
            psks=lambda name: secrets.psk if name.id == psk_id(secrets.key_id) else None,
            policy=Lax() if lax else self.policy,
        )
        self.extensions = self.named(secrets)

    def named(self, secrets: RoomSecrets) -> tuple[Extension, ...]:
        sealed = seal_name(secrets, ROOM, self.identity.public_key, "name")
        return (encode_sealed_name(secrets.key_id, sealed),)

    def rules(self, revision: int = 0, *hosts: bytes, **changes: Any) -> RoomPolicy:
        title = seal_title(SECRETS, ROOM, "")
        hosts = hosts or (self.identity.public_key,)
        admission = SECRETS.admission_public_key
        unsigned = RoomPolicy(revision, "shared", 3600, 100, False, hosts, 0, admission, title)
        return replace(unsigned, **changes).sign(self.identity.private_key, ROOM)

    def create(self) -> Group:
        return Group.create(
            self.identity,
            ROOM,
            self.environment,
            extensions=(self.rules().as_extension(),),
            leaf_extensions=self.extensions,
        )

    def join(
        self,
        group: Group,
        psks: tuple[bytes, ...] = (psk_id(0),),
        resync: int | None = None,
    ) -> tuple[bytes, Group]:
        joined = Group.join_external(
            self.identity,
            group.group_info(),
            self.environment,
            psk_ids=psks,
            resync=resync,
            leaf_extensions=self.extensions,
        )
        return joined.message, joined.group


def follow(group: Group, message: bytes) -> Group:
    processed = group.process(message)
    assert isinstance(processed, CommitProcessed)
    processed.group.encode()
    return processed.group


def three() -> tuple[list[Person], list[Group]]:
    people = [Person(), Person(lax=True), Person()]
    groups = [people[0].create()]
    for person in people[1:]:
        message, joined = person.join(groups[0])
        groups = [*(follow(group, message) for group in groups), joined]
    return people, groups


def test_a_join_without_the_room_key_is_refused() -> None:
    group = Person().create()
    message, _ = Person(lax=True).join(group, psks=())
    with pytest.raises(PolicyViolation):
        group.process(message)


def test_a_ghost_is_refused_by_members_and_by_those_who_join() -> None:
    group = Person().create()
    ghost = Person(replace(SECRETS, names=bytes(32)), lax=True)
    message, haunted = ghost.join(group)
    with pytest.raises(GhostMember):
        group.process(message)
    with pytest.raises(GhostMember):
        Person().join(haunted)
    nameless = Person(lax=True)
    nameless.extensions = ()
    with pytest.raises((GhostMember, MlsError)):
        group.process(nameless.join(group)[0])


@pytest.mark.parametrize("sealed", [None, b"", b"\x00\x00\x00"], ids=["none", "empty", "cut"])
def test_a_leaf_whose_name_is_under_no_room_key_is_a_ghost(sealed: bytes | None) -> None:
    leaf = Person().create().leaf(0)
    assert leaf is not None
    assert sealed_under(leaf) == 0
    extensions = () if sealed is None else (Extension(SEALED_NAME_EXTENSION, sealed),)
    with pytest.raises(GhostMember):
        sealed_under(replace(leaf, extensions=extensions))


def test_nobody_is_at_a_leaf_that_is_blank_or_was_never_there() -> None:
    people, groups = three()
    policy = people[0].policy
    member = member_at(groups[0], policy, 2)
    assert member is not None
    assert (member.index, member.is_self, member.is_host) == (2, False, False)
    alone = groups[0].commit([Remove(1)]).group
    assert member_at(alone, policy, 1) is None
    assert member_at(alone, policy, 2) == member
    assert member_at(alone, policy, 3) is None


def test_a_name_sealed_for_another_leaf_is_a_ghost() -> None:
    group, other = Person().create(), Person()
    thief = Person(lax=True)
    thief.extensions = other.extensions
    with pytest.raises(GhostMember):
        group.process(thief.join(group)[0])


def test_a_host_removes_and_others_only_with_the_leavers_statement() -> None:
    people, groups = three()
    host, member, _ = groups
    assert follow(member, host.commit([Remove(2)]).message).leaf(2) is None
    with pytest.raises(PolicyViolation):
        host.process(member.commit([Remove(2)]).message)
    leaver = people[2].identity
    signed = leave_transcript(ROOM, leaver.public_key)
    statement = ED25519.sign(leaver.private_key, signed)
    forged = ED25519.sign(people[1].identity.private_key, signed)
    for data in (
        encode_statements({2: forged}),
        encode_statements({0: statement}),
        b"\xff",
    ):
        with pytest.raises(PolicyViolation):
            host.process(member.commit([Remove(2)], authenticated_data=data).message)
    data = encode_statements({2: statement})
    assert follow(host, member.commit([Remove(2)], authenticated_data=data).message).leaf(2) is None


def change(rules: RoomPolicy) -> GroupContextExtensions:
    return GroupContextExtensions((rules.as_extension(),))


def test_a_locked_room_takes_back_its_own_and_nobody_else() -> None:
    people, groups = three()
    locked = groups[0].commit([change(people[0].rules(1, locked=True))]).message
    member, third = follow(groups[1], locked), follow(groups[2], locked)
    with pytest.raises(PolicyViolation):
        third.process(Person(lax=True).join(member)[0])
    added = Person()
    package = create_key_package(
        added.identity,
        people[1].environment,
        lifetime_seconds=60,
        leaf_extensions=added.extensions,
    )
    with pytest.raises(PolicyViolation):
        third.process(member.commit([Add(package.key_package)]).message)
    message, _ = people[1].join(third, resync=1)
    assert follow(third, message).leaf(1) is not None


def test_only_a_host_changes_the_rules_and_signs_them() -> None:
    people, groups = three()
    host, member, third = groups

    with pytest.raises(PolicyViolation):
        host.process(member.commit([change(people[1].rules(1))]).message)
    with pytest.raises(PolicyViolation):
        host.process(member.commit([change(people[0].rules(1))]).message)
    for bad in (people[0].rules(0), people[1].rules(1), replace(people[0].rules(1), retention=1)):
        with pytest.raises(PolicyViolation):
            host.commit([change(bad)])
    good = people[0].rules(1, people[0].identity.public_key, people[1].identity.public_key)
    assert follow(third, host.commit([change(good)]).message).epoch == host.epoch + 1


def test_after_a_change_of_the_room_key_the_old_one_lets_nobody_in() -> None:
    host, member, newcomer = Person(), Person(), Person(NEW_SECRETS)
    message, group = member.join(first := host.create())
    first = follow(first, message)
    admission = NEW_SECRETS.admission_public_key
    rules = host.rules(1, key_id=1, admission=admission)
    made = first.commit([change(rules)])
    following = follow(group, made.message)
    with pytest.raises(PolicyViolation):
        following.process(Person(lax=True).join(made.group)[0])
    late = Person(NEW_SECRETS, lax=True)
    late.extensions = late.named(SECRETS)
    message, _ = late.join(made.group, (psk_id(1),))
    with pytest.raises(PolicyViolation):
        following.process(message)
    newcomer.policy.ring = KeyRing(SECRETS).turn(NEW_SECRETS)
    message, _ = newcomer.join(made.group, (psk_id(1),))
    with pytest.raises((MlsError, GhostMember)):
        # it cannot be followed without the new key
        following.process(message)
    member.policy.ring = member.policy.ring.turn(NEW_SECRETS)
    member.environment.psks = newcomer.environment.psks
    assert len(follow(following, message).members()) == 3


def test_a_name_under_a_key_that_was_not_given_is_taken_only_from_who_is_known() -> None:
    host, member, third = Person(), Person(), Person(lax=True)
    group = host.create()
    message, joined = member.join(group)
    group = follow(group, message)
    message, third_group = third.join(group)
    group, joined = follow(group, message), follow(joined, message)
    rules = host.rules(1, key_id=1, admission=NEW_SECRETS.admission_public_key)
    message = group.commit([change(rules)]).message
    joined, third_group = follow(joined, message), follow(third_group, message)
    update = third_group.commit([], leaf_extensions=third.named(NEW_SECRETS)).message
    after = follow(joined, update)
    leaf = after.leaf(2)
    assert leaf is not None
    assert member.policy.name_of(leaf) == "name"
    later = third_group.commit([], leaf_extensions=third.named(NEW_SECRETS.with_key_id(2))).message
    with pytest.raises(GhostMember):
        joined.process(later)
    member.policy.keep_names({}, ())
    with pytest.raises(GhostMember):
        joined.process(update)


def test_rules_are_read_as_written_and_nothing_else() -> None:
    rules = Person().rules()
    assert RoomPolicy.decode(rules.encode()) == rules
    rules.verify(ROOM)
    with pytest.raises(PolicyViolation):
        rules.verify(bytes(15) + b"1")
    encoded = rules.encode()
    for place in range(len(encoded)):
        with pytest.raises(DecodeError):
            RoomPolicy.decode(encoded[:place])


def test_statements_are_read_as_written() -> None:
    statements = {3: bytes(64), 1: bytes([1]) * 64}
    assert decode_statements(encode_statements(statements)) == statements
    for bad in (b"\x00", encode_statements({1: b"short"}), encode_statements(statements)[:-1]):
        with pytest.raises(DecodeError):
            decode_statements(bad)


@given(st.binary(max_size=300))
def test_any_bytes_are_rules_in_their_one_form_or_malformed(data: bytes) -> None:
    try:
        rules = RoomPolicy.decode(data)
    except DecodeError:
        return
    assert rules.encode() == data


@given(st.data())
def test_changed_rules_are_others_or_malformed_and_never_signed(data: st.DataObject) -> None:
    host = Person()
    encoded = bytearray(host.rules().encode())
    place = data.draw(st.integers(0, len(encoded) - 1))
    encoded[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises((DecodeError, PolicyViolation)):
        RoomPolicy.decode(bytes(encoded)).verify(ROOM)


def test_a_member_is_known_by_a_pseudonym_and_by_nothing_else() -> None:
    group = Person().create()
    for identity in (b"", bytes(15), b"a name in clear text"):
        named = Person(lax=True)
        named.identity = replace(named.identity, credential=Credential.basic(identity))
        with pytest.raises(PolicyViolation, match="not a pseudonym"):
            group.process(named.join(group)[0])


@pytest.mark.parametrize("name", [b"", b"\xff", bytes(4)])
def test_a_name_of_another_form_is_a_ghost(name: bytes) -> None:
    group, ghost = Person().create(), Person(lax=True)
    ghost.extensions = (Extension(SEALED_NAME_EXTENSION, name),)
    with pytest.raises(GhostMember):
        group.process(ghost.join(group)[0])


def test_a_member_renews_its_keys_and_never_who_it_is() -> None:
    people, groups = three()
    changed = Person()
    changed.identity = replace(changed.identity, credential=people[1].identity.credential)
    message = (
        groups[1]
        .commit(new_identity=changed.identity, leaf_extensions=changed.named(SECRETS))
        .message
    )
    with pytest.raises(PolicyViolation, match="signature key"):
        groups[0].process(message)


def test_who_comes_in_again_takes_nobody_elses_place() -> None:
    people, groups = three()
    own, other = groups[0].leaf(1), groups[0].leaf(2)
    assert own is not None
    assert other is not None
    context = groups[0].context
    name = PreSharedKeyId.external(psk_id(0), bytes(SUITE.hash_length))
    people[0].policy.check_external_commit([name], own, own, context)
    with pytest.raises(PolicyViolation, match="somebody else"):
        people[0].policy.check_external_commit([name], other, own, context)


def test_a_room_is_not_started_anew_and_never_without_rules() -> None:
    _, [host, *_] = three()
    with pytest.raises(PolicyViolation, match="started anew"):
        host.commit([ReInit(b"next", 1, SUITE.id)])
    with pytest.raises(PolicyViolation, match="rules are missing"):
        host.commit([GroupContextExtensions(())])
    lawless = Person(lax=True)
    group = Group.create(
        lawless.identity, ROOM, lawless.environment, leaf_extensions=lawless.extensions
    )
    with pytest.raises(PolicyViolation, match="has no rules"):
        Person().join(group)
