"""Everything that reads MLS structures from bytes, with a valid example of each."""

from collections.abc import Callable
from functools import cache

from roomkey.crypto.suite import cipher_suite
from roomkey.mls import (
    Add,
    Capabilities,
    Commit,
    Credential,
    Environment,
    ExternalSender,
    Group,
    GroupContext,
    GroupInfo,
    GroupSnapshot,
    KeyPackage,
    KeyPackageBundle,
    LeafNode,
    PendingCommit,
    PreSharedKeyId,
    PrivateMessage,
    PublicMessage,
    RequiredCapabilities,
    SigningIdentity,
    Welcome,
    create_key_package,
    decode_message,
)
from roomkey.mls.codec import Reader, decode_all, opaque, vector
from roomkey.mls.external_sender import decode_external_senders
from roomkey.mls.framing import AuthenticatedContent, FramedContent, Sender
from roomkey.mls.parent_node import ParentNode
from roomkey.mls.private_message import SenderData
from roomkey.mls.proposal import decode_proposal, encode_proposal
from roomkey.mls.ratchet_tree import RatchetTree
from roomkey.mls.update_path import UpdatePath
from roomkey.mls.welcome import GroupSecrets

SUITE = cipher_suite(0x0003)
ENVIRONMENT = Environment(lambda: 1_800_000_000)

Decode = Callable[[bytes], object]


def _reading(read: Callable[[Reader], object]) -> Decode:
    return lambda data: decode_all(read, data)


def _state(data: bytes) -> Group:
    return Group.decode(GroupSnapshot.decode(data), ENVIRONMENT)


@cache
def examples() -> dict[str, tuple[Decode, bytes]]:
    """The decoders by name, each with bytes that it reads."""
    identity, invited = (SigningIdentity.generate(SUITE, name) for name in (b"a", b"b"))
    bundle = create_key_package(invited, ENVIRONMENT, lifetime_seconds=3600)
    package = bundle.key_package
    founded = Group.create(identity, b"group", ENVIRONMENT)
    added = founded.commit([Add(package)], public=True)
    group = added.group
    group.encode()
    private = group.protect(b"hello")
    proposal = group.propose_update(public=True)
    welcome = added.welcome or b""
    pending = group.commit(public=True, include_pending=False)
    message = decode_message(pending.message)
    assert isinstance(message, PublicMessage)
    commit = message.framed.content
    assert isinstance(commit, Commit)
    assert commit.path is not None
    leaf = group.leaf(0)
    assert leaf is not None
    sender = ExternalSender(identity.public_key, identity.credential)
    psk_id = PreSharedKeyId.external(b"key", bytes(32))
    parent = ParentNode(bytes(32), bytes(32), (1, 2))
    return {
        "public commit": (decode_message, pending.message),
        "public proposal": (decode_message, proposal),
        "private message": (decode_message, private),
        "welcome message": (decode_message, welcome),
        "group info message": (decode_message, group.group_info()),
        "public message": (_reading(PublicMessage.decode), pending.message[4:]),
        "private message body": (_reading(PrivateMessage.decode), private[4:]),
        "welcome": (_reading(Welcome.decode), welcome[4:]),
        "group info": (_reading(GroupInfo.decode), group.group_info()[4:]),
        "key package": (_reading(KeyPackage.decode), package.encode()),
        "key package bundle": (KeyPackageBundle.decode, bundle.encode()),
        "leaf node": (_reading(LeafNode.decode), leaf.encode()),
        "parent node": (_reading(ParentNode.decode), parent.encode()),
        "capabilities": (_reading(Capabilities.decode), leaf.capabilities.encode()),
        "required capabilities": (
            _reading(RequiredCapabilities.decode),
            RequiredCapabilities((1,), (2,), (1,)).encode(),
        ),
        "credential": (_reading(Credential.decode), Credential(2, opaque(b"chain")).encode()),
        "external senders": (decode_external_senders, vector([sender])),
        "group context": (_reading(GroupContext.decode), group.context.encode()),
        "proposal": (_reading(decode_proposal), encode_proposal(Add(package))),
        "commit": (_reading(Commit.decode), commit.encode()),
        "update path": (_reading(UpdatePath.decode), commit.path.encode()),
        "pre-shared key id": (_reading(PreSharedKeyId.decode), psk_id.encode()),
        "group secrets": (
            _reading(GroupSecrets.decode),
            GroupSecrets(bytes(32), bytes(32), (psk_id,)).encode(),
        ),
        "sender": (_reading(Sender.decode), Sender.member(1).encode()),
        "sender data": (_reading(SenderData.decode), SenderData(1, 2, bytes(4)).encode()),
        "framed content": (_reading(FramedContent.decode), message.framed.encode()),
        "authenticated content": (
            _reading(AuthenticatedContent.decode),
            message.authenticated.encode(),
        ),
        "ratchet tree": (lambda data: RatchetTree.decode(SUITE, data), group.export_tree()),
        "stored group": (_state, group.encode().encode()),
        "stored commit": (
            lambda data: PendingCommit.decode(data, ENVIRONMENT),
            pending.encode(),
        ),
    }
