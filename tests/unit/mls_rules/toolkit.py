"""Real groups, and messages to them that break one rule and are in order otherwise.

Whatever is changed is signed, hashed, authenticated and encrypted again, by somebody who has the
keys to do so: only the rule in question can be the reason to refuse it.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeVar

import pytest

from roomkey.crypto.suite import cipher_suite
from roomkey.errors import ValidationError
from roomkey.mls import (
    Add,
    Commit,
    CommitProcessed,
    Environment,
    Extension,
    ExtensionType,
    ExternalInit,
    Group,
    GroupContextExtensions,
    GroupInfo,
    KeyPackage,
    KeyPackageBundle,
    LeafNode,
    LeafNodeSource,
    Lifetime,
    Policy,
    PreSharedKey,
    PreSharedKeyId,
    PrivateMessage,
    Proposal,
    ProposalReference,
    PublicMessage,
    Remove,
    Sender,
    SenderType,
    SentProposal,
    SigningIdentity,
    Update,
    Welcome,
    create_key_package,
    decode_message,
    encode_message,
)
from roomkey.mls.codec import decode_all
from roomkey.mls.commit import ProposalOrReference
from roomkey.mls.committing import provisional_context, start_epoch
from roomkey.mls.framing import (
    AuthenticatedContent,
    Content,
    FramedContent,
    WireFormat,
    encode_content,
)
from roomkey.mls.group_state import GroupState
from roomkey.mls.key_schedule import derive_epoch_from_joiner, derive_welcome_key
from roomkey.mls.labels import decrypt_with_label, encrypt_with_label
from roomkey.mls.pre_shared_key import derive_psk_secret
from roomkey.mls.private_message import SenderData, sender_data_key
from roomkey.mls.processing import EXTERNAL_INIT_LABEL
from roomkey.mls.proposal_rules import AppliedProposals
from roomkey.mls.ratchet_tree import RatchetTree
from roomkey.mls.tree_hash import tree_hash
from roomkey.mls.treekem import derive_path, encrypt_path, merge_path
from roomkey.mls.update_path import HpkeCiphertext, UpdatePath
from roomkey.mls.welcome import EncryptedGroupSecrets, GroupSecrets

T = TypeVar("T")

SUITE = cipher_suite(0x0003)
NOW = 1_800_000_000
PSK_ID = b"shared"
PSKS = {PSK_ID: b"\x11" * 32}


def same(value: T) -> T:
    """Change nothing."""
    return value


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


# messages


def forge_message(
    group: Group,
    content: Content,
    *,
    sender: Sender | None = None,
    group_id: bytes | None = None,
    signing_key: bytes | None = None,
    edit_tag: Callable[[bytes], bytes] = same,
) -> bytes:
    """Make a public message, signed and tagged by a member, whatever it says."""
    state = state_of(group)
    framed = FramedContent(
        state.context.group_id if group_id is None else group_id,
        state.context.epoch,
        sender or Sender.member(state.own_index),
        b"",
        content,
    )
    signed = AuthenticatedContent(WireFormat.PUBLIC_MESSAGE, framed).sign(
        state.suite, signing_key or state.signing_key, state.context
    )
    if isinstance(content, Commit):
        signed = replace(signed, confirmation_tag=bytes(state.suite.hash_length))
    message = PublicMessage.protect(
        signed, state.suite, state.context, state.secrets.membership_key
    )
    return encode_message(
        PublicMessage(message.authenticated, edit_tag(message.membership_tag or b""))
    )


def forge_private(
    group: Group,
    content: Content,
    *,
    sender_leaf: int | None = None,
    generation: int = 0,
    tail: bytes = b"",
    signing_key: bytes | None = None,
) -> bytes:
    """Make a private message in that generation of the sender's ratchet, with that padding."""
    state = state_of(group)
    leaf = state.own_index if sender_leaf is None else sender_leaf
    framed = FramedContent(
        state.context.group_id, state.context.epoch, Sender.member(leaf), b"", content
    )
    signed = AuthenticatedContent(WireFormat.PRIVATE_MESSAGE, framed).sign(
        state.suite, signing_key or state.signing_key, state.context
    )
    ratchets = state.secret_tree.copy()
    ratchets._limits = [1 << 20, 1 << 20]
    for _ in range(generation):
        ratchets.send(framed.content_type)
    used, (key, key_nonce) = ratchets.send(framed.content_type)
    head = PrivateMessage(framed.group_id, framed.epoch, framed.content_type, b"", b"", b"")
    plaintext = encode_content(content) + signed.encode_auth() + tail
    ciphertext = state.suite.seal(key, key_nonce, head._content_aad(), plaintext)
    key, key_nonce = sender_data_key(state.suite, state.secrets.sender_data_secret, ciphertext)
    sender_data = SenderData(leaf, used, bytes(4)).encode()
    sealed = state.suite.seal(key, key_nonce, head._sender_data_aad(), sender_data)
    return encode_message(replace(head, encrypted_sender_data=sealed, ciphertext=ciphertext))


# leaves and key packages


def forge_update(
    group: Group,
    edit: Callable[[LeafNode], LeafNode] = same,
    *,
    group_id: bytes | None = None,
    signing_key: bytes | None = None,
) -> Update:
    """Make an Update of a member's leaf, signed after it was edited."""
    state = state_of(group)
    leaf = group.leaf(state.own_index)
    assert leaf is not None
    _, public_key = state.suite.kem.generate(os.urandom)
    fresh = replace(
        leaf,
        encryption_key=public_key,
        source=LeafNodeSource.UPDATE,
        lifetime=None,
        parent_hash=b"",
    )
    signed = edit(fresh).sign(
        state.suite,
        signing_key or state.signing_key,
        state.context.group_id if group_id is None else group_id,
        state.own_index,
    )
    return Update(signed)


def forge_key_package(
    edit_leaf: Callable[[LeafNode], LeafNode] = same,
    edit: Callable[[KeyPackage], KeyPackage] = same,
    edit_signed: Callable[[KeyPackage], KeyPackage] = same,
    *,
    identity: SigningIdentity | None = None,
    policy: Policy | None = None,
) -> KeyPackage:
    """Make a key package; leaf and package are signed after they were edited."""
    owner = identity or new_identity(b"newcomer")
    good = new_bundle(policy=policy, identity=owner).key_package
    leaf = edit_leaf(good.leaf_node).sign(SUITE, owner.private_key)
    return edit_signed(edit(replace(good, leaf_node=leaf)).sign(SUITE, owner.private_key))


def unsupporting(group_policy: Policy) -> Callable[[LeafNode], LeafNode]:
    """Take the extensions and proposals of a policy out of a leaf's capabilities."""

    def edit(leaf: LeafNode) -> LeafNode:
        return replace(
            leaf,
            capabilities=replace(
                leaf.capabilities,
                extensions=tuple(
                    number
                    for number in leaf.capabilities.extensions
                    if number not in group_policy.supported_extensions
                ),
            ),
        )

    return edit


def expired(leaf: LeafNode) -> LeafNode:
    """End a leaf's lifetime a second ago."""
    return replace(leaf, lifetime=Lifetime(NOW - 10, NOW - 1))


# commits


@dataclass(frozen=True)
class Forgery:
    """How a forged commit differs from a good one; what is left out is as it should be."""

    sender: Sender | None = None
    path: bool = True
    identity: SigningIdentity | None = None
    edit_leaf: Callable[[LeafNode], LeafNode] = same
    edit_keys: Callable[[list[bytes]], list[bytes]] = same
    edit_path: Callable[[UpdatePath], UpdatePath] = same
    edit_tag: Callable[[bytes], bytes] = same
    kem_output: bytes | None = None


def _apply(state: GroupState, items: Sequence[ProposalOrReference], by: Sender) -> AppliedProposals:
    """Do what proposals say, whether they go together or not."""
    sent = []
    for item in items:
        if not isinstance(item, ProposalReference):
            sent.append(SentProposal(item, by))
        elif item.value in state.pending:
            sent.append(state.pending[item.value].sent)
    psk_ids = tuple(s.proposal.psk_id for s in sent if isinstance(s.proposal, PreSharedKey))
    applied = AppliedProposals(state.tree.copy(), state.context, sent, psk_ids, needs_path=True)
    tree = applied.tree
    for item in sent:
        match item.proposal:
            case GroupContextExtensions(extensions):
                applied.context = replace(applied.context, extensions=extensions)
            case Update(leaf):
                tree.update(item.origin.index, leaf)
            case Remove(index) if tree.leaf(index) is not None:
                tree.remove(index)
            case Add(key_package):
                applied.added.append((tree.add(key_package.leaf_node), key_package))
            case _:
                pass
    return applied


def forge_commit(
    group: Group, items: Sequence[ProposalOrReference] = (), how: Forgery | None = None
) -> bytes:
    """Make a public commit by a member, or by somebody who joins with it, without any check."""
    how = how or Forgery()
    state = state_of(group)
    suite = state.suite
    sender = how.sender or Sender.member(state.own_index)
    external = sender.type == SenderType.NEW_MEMBER_COMMIT
    init_secret, items = state.secrets.init_secret, list(items)
    if external:
        _, external_key = state.secrets.external_key_pair(suite)
        kem_output, init_secret = suite.hpke.send_export(
            external_key, b"", EXTERNAL_INIT_LABEL, suite.hash_length, os.urandom
        )
        output = kem_output if how.kem_output is None else how.kem_output
        items = [
            ExternalInit(output) if item == ExternalInit(b"") else item  # what it stands for
            for item in items
        ]
    applied = _apply(state, items, sender)
    path, commit_secret = None, bytes(suite.hash_length)
    if how.path:
        path, commit_secret = _forge_path(state, applied, sender, how)
    framed = FramedContent(
        state.context.group_id, state.context.epoch, sender, b"", Commit(tuple(items), path)
    )
    key = how.identity.private_key if external and how.identity else state.signing_key
    signed = AuthenticatedContent(WireFormat.PUBLIC_MESSAGE, framed).sign(suite, key, state.context)
    epoch = start_epoch(state, applied, signed, init_secret, commit_secret)
    confirmed = replace(signed, confirmation_tag=how.edit_tag(epoch.confirmation_tag(applied.tree)))
    if external:
        return encode_message(PublicMessage(confirmed))
    return encode_message(
        PublicMessage.protect(confirmed, suite, state.context, state.secrets.membership_key)
    )


def _forge_path(
    state: GroupState, applied: AppliedProposals, sender: Sender, how: Forgery
) -> tuple[UpdatePath, bytes]:
    suite, tree = state.suite, applied.tree
    identity = how.identity
    _, encryption_key = suite.kem.generate(os.urandom)
    external = sender.type == SenderType.NEW_MEMBER_COMMIT
    if external:
        assert identity is not None
        leaf = identity.unsigned_leaf(
            encryption_key,
            LeafNodeSource.COMMIT,
            state.environment.policy.leaf_capabilities(suite),
            (),
        )
        own_index = tree.add(leaf)
    else:
        own_index = sender.index
        current = tree.leaf(own_index) or state.tree.leaf(own_index)
        assert current is not None
        leaf = replace(
            current,
            encryption_key=encryption_key,
            source=LeafNodeSource.COMMIT,
            lifetime=None,
        )
        if identity is not None:
            leaf = replace(leaf, signature_key=identity.public_key)
    filtered = tree.filtered_direct_path(own_index)
    derived = derive_path(suite, [at for at, _, _ in filtered], os.urandom(suite.hash_length))
    keys = how.edit_keys(list(derived.public_keys.values()))
    derived = replace(derived, public_keys=dict(zip(derived.public_keys, keys, strict=True)))
    parent_hash = merge_path(tree, own_index, filtered, keys)
    leaf = how.edit_leaf(replace(leaf, parent_hash=parent_hash)).sign(
        suite,
        state.signing_key if identity is None else identity.private_key,
        state.context.group_id,
        own_index,
    )
    tree.set(2 * own_index, leaf)
    nodes = encrypt_path(
        tree,
        filtered,
        derived,
        applied.added_positions,
        provisional_context(applied),
        os.urandom,
    )
    return how.edit_path(UpdatePath(leaf, nodes)), derived.commit_secret


def joiner(identity: SigningIdentity | None = None, **changes: object) -> Forgery:
    """A forgery by somebody who joins from outside."""
    how = Forgery(
        Sender(SenderType.NEW_MEMBER_COMMIT), identity=identity or new_identity(b"outsider")
    )
    return replace(how, **changes)  # type: ignore[arg-type]


INIT = ExternalInit(b"")
"""Stands for an ExternalInit with the group's external key in a forged commit."""


# group infos, trees and welcomes


def decoded_group_info(group: Group) -> GroupInfo:
    """A member's group info, to be edited."""
    info = decode_message(group.group_info())
    assert isinstance(info, GroupInfo)
    return info


def signed_group_info(group: Group, info: GroupInfo) -> bytes:
    """Sign an edited group info as that member."""
    state = state_of(group)
    return encode_message(info.sign(state.suite, state.signing_key))


def with_extension(info: GroupInfo, extension_type: int, data: bytes | None) -> GroupInfo:
    """Replace or take out an extension of a group info."""
    kept = [extension for extension in info.extensions if extension.type != extension_type]
    added = [] if data is None else [Extension(extension_type, data)]
    return replace(info, extensions=(*kept, *added))


def forge_tree(group: Group, edit: Callable[[RatchetTree], None]) -> bytes:
    """Make a group info whose tree is edited, and whose tree hash is that of the edited tree."""
    tree = state_of(group).tree.copy()
    edit(tree)
    tree.hashes = [None] * len(tree.nodes)
    info = with_extension(decoded_group_info(group), ExtensionType.RATCHET_TREE, tree.encode())
    context = replace(info.context, tree_hash=tree_hash(tree))
    return signed_group_info(group, replace(info, context=context))


def join(group_info: bytes, identity: SigningIdentity | None = None) -> None:
    """Try to join from outside by a group info."""
    Group.join_external(
        identity or new_identity(b"outsider"), group_info, environment(), psk_ids=[PSK_ID]
    )


@dataclass(frozen=True)
class Invitation:
    """A Welcome with the key package it is for, opened; its parts may be replaced."""

    identity: SigningIdentity
    bundle: KeyPackageBundle
    welcome: Welcome
    info: GroupInfo
    secrets: GroupSecrets
    signing_key: bytes

    def seal(self) -> bytes:
        """Sign, confirm and encrypt the parts as they are now."""
        suite = SUITE
        keys = [(psk_id, PSKS[PSK_ID]) for psk_id in self.secrets.psk_ids]
        psk_secret = derive_psk_secret(suite, keys)
        joiner_secret = self.secrets.joiner_secret
        info = self.info.sign(suite, self.signing_key)
        key, key_nonce = derive_welcome_key(suite, joiner_secret, psk_secret)
        sealed_info = suite.seal(key, key_nonce, b"", info.encode())
        package = self.bundle.key_package
        sealed = encrypt_with_label(
            suite, package.init_key, b"Welcome", sealed_info, self.secrets.encode(), os.urandom
        )
        entry = EncryptedGroupSecrets(package.reference(suite), HpkeCiphertext(*sealed))
        return encode_message(Welcome(self.welcome.cipher_suite, (entry,), sealed_info))

    def confirmed(self) -> "Invitation":
        """Give the group info the confirmation tag that goes with its context and secrets."""
        suite = SUITE
        keys = [(psk_id, PSKS[PSK_ID]) for psk_id in self.secrets.psk_ids]
        secrets, _ = derive_epoch_from_joiner(
            suite,
            self.secrets.joiner_secret,
            derive_psk_secret(suite, keys),
            self.info.context,
        )
        tag = suite.mac(secrets.confirmation_key, self.info.context.confirmed_transcript_hash)
        return replace(self, info=replace(self.info, confirmation_tag=tag))

    def accept(self, policy: Policy | None = None) -> Group:
        """Try to join by the parts as they are now."""
        known = replace(environment(policy), psks=lambda _psk_id: PSKS[PSK_ID])
        return Group.join_welcome(self.identity, self.seal(), self.bundle, known)


def invite(room: Room, *, path: bool = True) -> Invitation:
    """Let the first member add somebody, and open the Welcome."""
    identity = new_identity(b"invited")
    bundle = new_bundle(identity=identity)
    pending = room.groups[0].commit([Add(bundle.key_package)], force_path=path)
    assert pending.welcome is not None
    welcome = decode_message(pending.welcome)
    assert isinstance(welcome, Welcome)
    sealed = welcome.secrets[0].ciphertext
    opened = decrypt_with_label(
        SUITE,
        bundle.init_private_key,
        b"Welcome",
        welcome.encrypted_group_info,
        sealed.kem_output,
        sealed.ciphertext,
    )
    secrets = decode_all(GroupSecrets.decode, opened)
    key, key_nonce = derive_welcome_key(SUITE, secrets.joiner_secret, bytes(SUITE.hash_length))
    info = decode_all(
        GroupInfo.decode, SUITE.open(key, key_nonce, b"", welcome.encrypted_group_info)
    )
    signing_key = state_of(room.groups[0]).signing_key
    return Invitation(identity, bundle, welcome, info, secrets, signing_key)
