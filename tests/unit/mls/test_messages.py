"""Messages late, out of order, one's own and broken; what is secret is not shown."""

from dataclasses import replace

import pytest

from roomkey.crypto.suite import CipherSuite
from roomkey.errors import (
    BadSignature,
    CryptoError,
    GenerationConsumed,
    OwnMessage,
    ValidationError,
    WrongEpoch,
)
from roomkey.mls import (
    ApplicationMessage,
    Group,
    Remove,
    SigningIdentity,
    create_key_package,
    decode_message,
    encode_message,
)

from .room import Room, awake, environment


def test_messages_arrive_late_and_out_of_order(suite: CipherSuite) -> None:
    room = Room(suite, 2)
    sent = [room[1].protect(b"%d" % number) for number in range(6)]
    for number in (5, 0, 3, 1):
        heard = room[0].process(sent[number])
        assert isinstance(heard, ApplicationMessage)
        assert heard.data == b"%d" % number
        with pytest.raises(GenerationConsumed):
            room[0].process(sent[number])
    room.groups[0] = awake(Group.decode(room[0].encode(), environment()))
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


def test_a_public_message_counts_in_its_own_epoch_alone(suite: CipherSuite) -> None:
    room = Room(suite, 2)
    proposal, commit = room[1].propose_update(public=True), room[1].commit(public=True)
    room.commit(0)
    for message in (proposal, commit.message):
        with pytest.raises(WrongEpoch):
            room[0].process(message)
    assert not room[0].pending_proposals()


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
