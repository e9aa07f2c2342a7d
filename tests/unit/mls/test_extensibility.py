"""What RFC 9420 leaves open: outsiders' proposals, unknown types, GREASE, long silences."""

import os
from dataclasses import replace

import pytest

from roomkey.crypto.suite import cipher_suite
from roomkey.errors import GenerationConsumed, ValidationError
from roomkey.mls import (
    Add,
    ApplicationMessage,
    Capabilities,
    CommitProcessed,
    Credential,
    Environment,
    Extension,
    ExternalSender,
    Group,
    GroupContext,
    Policy,
    Proposal,
    ProposalReceived,
    PublicMessage,
    Remove,
    Sender,
    SenderType,
    SigningIdentity,
    UnknownProposal,
    create_key_package,
    encode_external_senders,
    encode_message,
)
from roomkey.mls.codec import Reader, decode_all
from roomkey.mls.framing import AuthenticatedContent, FramedContent, WireFormat
from roomkey.mls.secret_tree import MAX_FORWARD, MAX_SKIPPED, SecretTree

SUITE = cipher_suite(3)
CUSTOM = 0xF0F0
GREASE = 0x0A0A


class Open(Policy):
    """Takes proposals from outside, and one more type of them."""

    supported_proposals = (CUSTOM,)

    def check_external_proposal(
        self, proposal: Proposal, sender: Sender, context: GroupContext
    ) -> None:
        pass


def world(policy: Policy) -> Environment:
    return Environment(lambda: 1_800_000_000, policy=policy)


def pair(policy: Policy, **options) -> list[Group]:
    """Make a group of two."""
    first = Group.create(SigningIdentity.generate(SUITE, b"a"), b"g", world(policy), **options)
    pending = Group.join_external(
        SigningIdentity.generate(SUITE, b"b"), first.group_info(), world(policy)
    )
    processed = first.process(pending.message)
    assert isinstance(processed, CommitProcessed)
    processed.group.encode()
    return [processed.group, pending.group]


def from_outside(group: Group, sender: Sender, proposal: Proposal, key: bytes) -> bytes:
    framed = FramedContent(group.group_id, group.epoch, sender, b"", proposal)
    unsigned = AuthenticatedContent(WireFormat.PUBLIC_MESSAGE, framed)
    return encode_message(PublicMessage(unsigned.sign(SUITE, key, group.context)))


def commit(groups: list[Group], committer: int, proposals: list[Proposal]) -> list[Group]:
    pending = groups[committer].commit(proposals)
    following = []
    for index, group in enumerate(groups):
        if index == committer:
            following.append(pending.group)
            continue
        processed = group.process(pending.message)
        assert isinstance(processed, CommitProcessed)
        processed.group.encode()
        following.append(processed.group)
    assert len({group.epoch_authenticator for group in following if group.is_active}) == 1
    return following


def test_external_senders_propose() -> None:
    service = SigningIdentity.generate(SUITE, b"service")
    sender = ExternalSender(service.public_key, Credential.basic(b"service"))
    extensions = (encode_external_senders((sender,)),)
    for policy in (Open(), Policy()):
        groups = pair(policy, extensions=extensions)
        proposal = from_outside(
            groups[0], Sender(SenderType.EXTERNAL, 0), Remove(1), service.private_key
        )
        if not isinstance(policy, Open):
            with pytest.raises(ValidationError, match="extprop-02"):
                groups[0].process(proposal)
            continue
        for group in groups:
            received = group.process(proposal)
            assert isinstance(received, ProposalReceived)
            assert received.sender is None
        assert not commit(groups, 0, [])[1].is_active
    forged = from_outside(groups[0], Sender(SenderType.EXTERNAL, 0), Remove(1), os.urandom(32))
    with pytest.raises(ValidationError, match="msg-03"):
        groups[0].process(forged)
    unlisted = from_outside(
        groups[0], Sender(SenderType.EXTERNAL, 1), Remove(1), service.private_key
    )
    with pytest.raises(ValidationError, match="msg-07"):
        groups[0].process(unlisted)


def test_somebody_asks_to_be_added() -> None:
    groups = pair(Open())
    newcomer = SigningIdentity.generate(SUITE, b"c")
    bundle = create_key_package(newcomer, world(Open()), lifetime_seconds=60)
    asking = Sender(SenderType.NEW_MEMBER_PROPOSAL)
    message = from_outside(groups[0], asking, Add(bundle.key_package), newcomer.private_key)
    for group in groups:
        group.process(message)
    pending = groups[1].commit()
    assert pending.welcome is not None
    added = Group.join_welcome(newcomer, pending.welcome, bundle, world(Open()))
    assert added.epoch_authenticator == pending.group.epoch_authenticator
    other = from_outside(groups[0], asking, Remove(0), newcomer.private_key)
    with pytest.raises(ValidationError, match="msg-08"):
        groups[0].process(other)


def test_a_proposal_of_another_type_takes_the_support_of_all() -> None:
    groups = commit(pair(Open()), 0, [UnknownProposal(CUSTOM, b"content")])
    with pytest.raises(ValidationError, match="proplist-10"):
        groups[0].commit([UnknownProposal(0xF0F1, b"content")])


def test_grease_and_unknown_types_are_kept() -> None:
    plain = Policy().leaf_capabilities(SUITE)
    capabilities = Capabilities(
        (*plain.versions, GREASE),
        (*plain.cipher_suites, GREASE),
        (GREASE,),
        (GREASE,),
        (*plain.credentials, GREASE),
    )
    groups = pair(
        Policy(), capabilities=capabilities, leaf_extensions=[Extension(GREASE, b"anything")]
    )
    leaf = groups[1].leaf(0)
    assert leaf is not None
    assert leaf.extension(GREASE) == b"anything"
    assert leaf.capabilities == capabilities
    credential = Credential(GREASE, b"opaque")
    assert decode_all(Credential.decode, credential.encode()) == credential


def test_an_extension_that_is_not_listed_or_is_there_twice_is_refused() -> None:
    groups = pair(Policy())
    newcomer = SigningIdentity.generate(SUITE, b"c")
    bundle = create_key_package(newcomer, world(Policy()), lifetime_seconds=60)
    leaf = bundle.key_package.leaf_node
    one = Extension(0xF123, b"")
    for extensions, rule in (((one,), "leaf-04"), ((one, one), "leaf-13")):
        changed = replace(leaf, extensions=extensions).sign(SUITE, newcomer.private_key)
        package = replace(bundle.key_package, leaf_node=changed)
        with pytest.raises(ValidationError, match=rule):
            groups[0].commit([Add(package.sign(SUITE, newcomer.private_key))])


def test_skipped_keys_are_few_and_kept_without_secrets() -> None:
    tree = SecretTree.create(SUITE, 2, bytes(32), 0)
    with pytest.raises(ValidationError, match="msg-11"):
        tree.receive(1, 1, MAX_FORWARD + 1)
    late = tree.receive(1, 1, MAX_FORWARD)
    late.consume()
    assert tree.receive(1, 1, MAX_FORWARD - 1).key
    with pytest.raises(GenerationConsumed):
        tree.receive(1, 1, MAX_FORWARD)
    with pytest.raises(GenerationConsumed):
        tree.receive(1, 1, MAX_FORWARD - MAX_SKIPPED - 1)
    twin = SecretTree.decode(SUITE, 0, Reader(tree.encode()))
    last = twin.receive(1, 1, MAX_FORWARD - MAX_SKIPPED)
    assert last.key == tree.receive(1, 1, MAX_FORWARD - MAX_SKIPPED).key


def test_a_message_far_ahead_is_heard_and_so_are_the_next_one_and_those_before_it() -> None:
    groups = pair(Policy())
    sent: list[bytes] = []
    for _ in range(5):
        groups[1].encode()
        sent += [groups[1].protect(b"%d" % (len(sent) + number)) for number in range(32)]
    for number in (158, 159, 0, 80):
        heard = groups[0].process(sent[number])
        assert isinstance(heard, ApplicationMessage)
        assert heard.data == b"%d" % number
