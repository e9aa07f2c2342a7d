"""MLS: each structure, and a group that is handed messages and group infos."""

from dataclasses import replace
from functools import cache, partial

from roomkey.crypto.suite import X25519_SUITE, cipher_suite
from roomkey.errors import CryptoError, DecodeError, MlsError
from roomkey.mls import (
    Add,
    Commit,
    Group,
    GroupInfo,
    Remove,
    SigningIdentity,
    create_key_package,
    decode_message,
)
from roomkey.mls.codec import decode_all, opaque
from roomkey.mls.commit import ProposalReference
from roomkey.mls.framing import (
    AuthenticatedContent,
    ContentType,
    FramedContent,
    Sender,
    WireFormat,
)
from roomkey.mls.message import Message
from roomkey.mls.private_message import PrivateMessage
from roomkey.mls.proposal import Proposal, decode_proposal, encode_proposal
from roomkey.mls.public_message import PublicMessage

from .decoder import Decoder, Prepared, Read
from .mls_decoders import ENVIRONMENT, examples

REFUSALS = (DecodeError, CryptoError, MlsError)
SUITE = cipher_suite(X25519_SUITE)


@cache
def _members() -> tuple[Group, Group, SigningIdentity]:
    """Two members of one group, and who wants to join."""
    ada, ben, eve = (SigningIdentity.generate(SUITE, name) for name in (b"a", b"b", b"e"))
    founded = Group.create(ada, b"group", ENVIRONMENT)
    joined = Group.join_external(ben, founded.group_info(), ENVIRONMENT)
    processed = founded.process(joined.message)
    group: Group = processed.group  # type: ignore[union-attr]
    for member in (group, joined.group):
        member.encode()
    return group, joined.group, eve


class _Member:
    """A member that what it accepts does not change: the next input meets the same group."""

    def __init__(self, group: Group) -> None:
        self._group, self._snapshot = group, group.encode()

    def process(self, message: bytes | Message) -> object:
        result = self._group.process(message)
        self._group = Group.decode(self._snapshot, ENVIRONMENT)
        return result


def _messages() -> Prepared:
    ada, ben, _ = _members()
    said = (
        ada.protect(b"hello"),
        ada.propose_update(public=True),
        ada.propose_update(public=False),
        ada.commit(public=True, include_pending=False).message,
        ada.commit(public=False, include_pending=False).message,
        ada.group_info(),
    )
    return Prepared(_Member(ben).process, said)


def _plaintext(content_type: int) -> Prepared:
    """What a member encrypted, in the place of what it should have."""
    ada = _members()[0]
    message = decode_message(ada.protect(b"hello"))
    assert isinstance(message, PrivateMessage)
    message = replace(message, content_type=content_type)
    contents: dict[int, bytes] = {
        ContentType.APPLICATION: opaque(b"hello") + opaque(b"signature"),
        ContentType.PROPOSAL: encode_proposal(Remove(1)) + opaque(b"signature"),
        ContentType.COMMIT: _commit().encode() + opaque(b"signature") + opaque(b"tag"),
    }
    return Prepared(lambda data: message._read(data, 0), (contents[content_type] + bytes(8),))


def _commit() -> Commit:
    ada, _, _ = _members()
    message = decode_message(ada.commit(public=True, include_pending=False).message)
    assert isinstance(message, PublicMessage)
    assert isinstance(message.framed.content, Commit)
    return message.framed.content


def _signed_by_member(content: Proposal | Commit) -> PublicMessage:
    """What a member sends that signs anything; of a commit the tag is not right."""
    ada, _, _ = _members()
    state = ada._state
    sender = Sender.member(state.own_index)
    framed = FramedContent(state.context.group_id, state.context.epoch, sender, b"", content)
    unsigned = AuthenticatedContent(WireFormat.PUBLIC_MESSAGE, framed)
    signed = unsigned.sign(state.suite, state.signing_key, state.context)
    if isinstance(content, Commit):
        signed = replace(signed, confirmation_tag=bytes(32))
    key = state.secrets.membership_key
    return PublicMessage.protect(signed, state.suite, state.context, key)


def _hostile_commit() -> Prepared:
    member = _Member(_members()[1])

    def process(data: bytes) -> object:
        return member.process(_signed_by_member(decode_all(Commit.decode, data)))

    package = create_key_package(_members()[2], ENVIRONMENT, lifetime_seconds=3600).key_package
    adding = replace(_commit(), proposals=(Add(package), ProposalReference(bytes(32))))
    commits = (_commit(), Commit((), None), adding)
    return Prepared(process, tuple(commit.encode() for commit in commits))


def _hostile_proposal() -> Prepared:
    member, eve = _Member(_members()[1]), _members()[2]
    package = create_key_package(eve, ENVIRONMENT, lifetime_seconds=3600).key_package
    proposals: tuple[Proposal, ...] = (Add(package), Remove(0), Remove(1))

    def process(data: bytes) -> object:
        return member.process(_signed_by_member(decode_all(decode_proposal, data)))

    return Prepared(process, tuple(map(encode_proposal, proposals)))


def _join() -> Prepared:
    """Whoever joins is shown a group info; a member signs whatever the input says."""
    ada, _, eve = _members()
    state = ada._state

    def join(data: bytes) -> object:
        info = decode_all(GroupInfo.decode, data)
        return Group.join_external(eve, info.sign(SUITE, state.signing_key), ENVIRONMENT)

    return Prepared(join, (ada.group_info()[4:],))


def _welcome() -> Prepared:
    ada, _, eve = _members()
    bundle = create_key_package(eve, ENVIRONMENT, lifetime_seconds=3600)
    welcome = ada.commit([Add(bundle.key_package)], include_pending=False).welcome or b""

    def join(data: bytes) -> object:
        return Group.join_welcome(eve, data, bundle, ENVIRONMENT)

    return Prepared(join, (welcome,))


def decoders() -> list[Decoder]:
    """List them."""

    def structure(name: str) -> Decoder:
        def prepare() -> Prepared:
            read: Read
            read, example = examples()[name]
            return Prepared(read, (example,))

        return Decoder(f"mls {name}", prepare, REFUSALS)

    return [
        *map(structure, examples()),
        Decoder("group messages", _messages, REFUSALS),
        *(
            Decoder(f"group plaintext of type {kind}", partial(_plaintext, kind), REFUSALS)
            for kind in (1, 2, 3)
        ),
        Decoder("group commit by a member", _hostile_commit, REFUSALS),
        Decoder("group proposal by a member", _hostile_proposal, REFUSALS),
        Decoder("group info by a member", _join, REFUSALS),
        Decoder("group welcome", _welcome, REFUSALS),
    ]
