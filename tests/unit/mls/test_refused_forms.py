"""Bytes that RFC 9420 gives no meaning to are refused by name, and so are torn states."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from roomkey.crypto.suite import CipherSuite, cipher_suite
from roomkey.errors import DecodeError, MlsError, OwnMessage
from roomkey.mls import Group, LeafNode, ReInit, Remove, Update, create_key_package, decode_message
from roomkey.mls.codec import MAX_VECTOR_LENGTH, Reader, encode_length, opaque, uint16
from roomkey.mls.commit import Commit
from roomkey.mls.credential import Credential, CredentialType
from roomkey.mls.framing import (
    AuthenticatedContent,
    FramedContent,
    Sender,
    VerifiedContent,
    WireFormat,
)
from roomkey.mls.group_context import GroupContext
from roomkey.mls.pre_shared_key import PreSharedKeyId
from roomkey.mls.processing import stage_commit
from roomkey.mls.proposal import encode_proposal
from roomkey.mls.ratchet_tree import RatchetTree
from roomkey.mls.state import decode_state

from .room import Room, environment

OTHER = b"\x09"
"""What no kind, type or usage in these structures is."""


def commit_item(data: bytes) -> None:
    Commit.decode(Reader(opaque(data) + b"\x00"))


def tree_node(data: bytes) -> None:
    RatchetTree.decode(cipher_suite(3), opaque(b"\x01" + data))


def content(data: bytes) -> None:
    member = b"\x01" + bytes(4)
    FramedContent.decode(Reader(opaque(b"group") + bytes(8) + member + opaque(b"") + data))


def leaf_node(data: bytes) -> None:
    keys = opaque(bytes(32)) * 2
    credential = uint16(CredentialType.BASIC) + opaque(b"somebody")
    capabilities = opaque(b"") * 5
    LeafNode.decode(Reader(keys + credential + capabilities + data + opaque(b"") * 2))


@pytest.mark.parametrize(
    ("read", "what"),
    [
        (commit_item, "neither value nor reference"),
        (tree_node, "neither leaf nor parent"),
        (content, "content is of an unknown type"),
        (leaf_node, "unknown source"),
        (lambda data: Sender.decode(Reader(data)), "sender is of an unknown type"),
        (lambda data: PreSharedKeyId.decode(Reader(data)), "key is of an unknown type"),
        (lambda data: PreSharedKeyId.decode(Reader(b"\x02" + data)), "unknown usage"),
        (lambda data: Reader(data).optional(Reader.uint8), "neither present nor absent"),
        (lambda data: GroupContext.decode(Reader(b"\x00" + data)), "another protocol version"),
        (lambda data: decode_message(b"\x00" + data), "another protocol version"),
        (lambda data: decode_message(uint16(1) + b"\x00" + data), "unknown wire format"),
    ],
)
def test_a_kind_that_there_is_not_is_refused(read: Callable[[bytes], None], what: str) -> None:
    with pytest.raises(DecodeError, match=what):
        read(OTHER)


def test_a_vector_longer_than_a_length_can_say_is_not_written() -> None:
    assert len(encode_length(MAX_VECTOR_LENGTH)) == 4
    with pytest.raises(DecodeError, match="too long"):
        encode_length(MAX_VECTOR_LENGTH + 1)


def test_only_an_x509_credential_has_certificates() -> None:
    chain = opaque(b"own") + opaque(b"issuer")
    assert Credential(CredentialType.X509, chain).certificates == (b"own", b"issuer")
    assert Credential(CredentialType.BASIC, chain).certificates == ()


def test_a_state_of_another_version_is_refused(suite: CipherSuite) -> None:
    found = Room(suite, 2)[0].encode()
    with pytest.raises(DecodeError, match="another version"):
        decode_state(replace(found, epoch=uint16(9) + found.epoch[2:]), environment())


def test_parts_of_different_states_are_no_state(suite: CipherSuite) -> None:
    room = Room(suite, 2)
    before = room[0].encode()
    room.commit(0)
    after = room[0].encode()
    with pytest.raises(DecodeError, match="tree is of another state"):
        decode_state(replace(after, tree=before.tree), environment())
    with pytest.raises(DecodeError, match="message keys are of another epoch"):
        decode_state(replace(after, messages=before.messages), environment())
    epoch = after.messages[:8]
    with pytest.raises(DecodeError, match="past epochs do not fit"):
        decode_state(replace(after, messages=epoch + before.messages[8:]), environment())


def test_nothing_is_sent_in_a_group_that_goes_on_in_another(suite: CipherSuite) -> None:
    pending = Room(suite, 2)[0].commit([ReInit(b"next", 1, suite.id)])
    ended = Group.decode(pending.group.encode(), environment())
    with pytest.raises(MlsError, match="goes on in another"):
        ended.protect(b"too late")


def test_only_a_reinit_describes_what_a_group_goes_on_as(suite: CipherSuite) -> None:
    reinit = ReInit(b"next", 1, suite.id)
    found = Room(suite, 2)[0].commit([reinit]).group.encode()
    described = encode_proposal(reinit)
    assert found.epoch.count(described) == 1
    epoch = found.epoch.replace(described, encode_proposal(Remove(1)))
    with pytest.raises(DecodeError, match="successor is not described"):
        decode_state(replace(found, epoch=epoch), environment())


def test_an_own_commit_is_not_processed_though_it_was_verified(suite: CipherSuite) -> None:
    state = Room(suite, 2)[0]._state
    framed = FramedContent(
        state.context.group_id, state.context.epoch, Sender.member(0), b"", Commit(())
    )
    verified = VerifiedContent(AuthenticatedContent(WireFormat.PUBLIC_MESSAGE, framed))
    with pytest.raises(OwnMessage):
        stage_commit(state, verified, Commit(()))


@pytest.mark.parametrize("index", [2, 3, 4, 2**32 - 1])
def test_nobody_is_a_member_where_no_leaf_is(suite: CipherSuite, index: int) -> None:
    room = Room(suite, 3)
    room.commit(0, Remove(2))
    tree = room[0]._state.tree
    assert tree.member(1) == tree.leaf(1)
    with pytest.raises(MlsError, match="no member"):
        tree.member(index)


def test_a_message_of_another_kind_leads_into_no_group(suite: CipherSuite) -> None:
    room = Room(suite, 2)
    message = room[0].protect(b"hello")
    with pytest.raises(DecodeError, match="not a group info"):
        Group.join_external(room.identities[1], message, environment())
    bundle = create_key_package(room.identities[1], environment(), lifetime_seconds=60)
    with pytest.raises(DecodeError, match="not a welcome"):
        Group.join_welcome(room.identities[1], message, bundle, environment())
    with pytest.raises(MlsError, match="not a message to the group"):
        room[0].process(room[1].group_info())


def test_an_update_is_proposed_with_its_private_key_alone(suite: CipherSuite) -> None:
    room = Room(suite, 2)
    leaf = room[0].leaf(0)
    assert leaf is not None
    with pytest.raises(MlsError, match="propose_update"):
        room[0].propose(Update(leaf))
