"""Creating a group, and joining one by Welcome or from outside (RFC 9420 §11, §12.4.3)."""

import hmac
from collections.abc import Sequence
from dataclasses import replace

from roomkey.crypto.suite import CipherSuite

from .capabilities import Capabilities
from .codec import PROTOCOL_VERSION, Reader, decode_all, opaque
from .commit import ProposalOrReference
from .committing import CommitOptions, MadeCommit, make_commit
from .extension import Extension, ExtensionType
from .framing import Sender, SenderType
from .group_context import GroupContext
from .group_info import GroupInfo
from .group_state import NOT_IN_TREE, GroupState
from .key_package import KeyPackage, KeyPackageBundle
from .key_schedule import (
    EXTERNAL_INIT_LABEL,
    EpochSecrets,
    derive_epoch,
    derive_epoch_from_joiner,
    derive_welcome_key,
)
from .labels import decrypt_with_label
from .leaf_node import LeafNode, LeafNodeSource, Lifetime
from .leaf_validation import check_extensions_unique, check_leaf_supports_group
from .policy import Environment
from .pre_shared_key import (
    PreSharedKeyId,
    PskType,
    ResumptionUsage,
    collect_psks,
    derive_psk_secret,
)
from .proposal import ExternalInit, PreSharedKey, Remove
from .ratchet_tree import RatchetTree
from .rules import enforcing, require
from .secret_tree import SecretTree
from .signing_identity import SigningIdentity
from .transcript import interim_transcript_hash
from .tree_hash import tree_hash
from .tree_math import common_ancestor, direct_path
from .tree_validation import validate_tree
from .treekem import check_public_keys, derive_path
from .welcome import EncryptedGroupSecrets, GroupSecrets, Welcome

CLOCK_TOLERANCE = 3600
"""How many seconds before now a new leaf's lifetime starts, for those whose clocks are behind."""

LAST_RESORT_EXTENSION = 0x000A
"""The last_resort_key_package extension of draft-ietf-mls-extensions."""

CREATOR_LIFETIME = 84 * 86400
"""The lifetime, in seconds, of the leaf that a group's creator starts with."""


def _lifetime(environment: Environment, seconds: int) -> Lifetime:
    now = environment.clock()
    return Lifetime(max(0, now - CLOCK_TOLERANCE), now + seconds)


def create_key_package(
    identity: SigningIdentity,
    environment: Environment,
    *,
    lifetime_seconds: int,
    leaf_extensions: Sequence[Extension] = (),
    extensions: Sequence[Extension] = (),
    last_resort: bool = False,
) -> KeyPackageBundle:
    """Make a key package for others to add this client with, and its private keys (§10).

    One of last resort says so by an extension, as its owner may be added with it repeatedly.
    """
    said = (Extension(LAST_RESORT_EXTENSION, b""),) if last_resort else ()
    suite, random = identity.suite, environment.random
    init_private_key, init_key = suite.kem.generate(random)
    leaf_private_key, encryption_key = suite.kem.generate(random)
    leaf = identity.unsigned_leaf(
        encryption_key,
        LeafNodeSource.KEY_PACKAGE,
        environment.policy.leaf_capabilities(suite),
        leaf_extensions,
        _lifetime(environment, lifetime_seconds),
    ).sign(suite, identity.private_key)
    key_package = KeyPackage(PROTOCOL_VERSION, suite.id, init_key, leaf, (*extensions, *said))
    return KeyPackageBundle(
        key_package.sign(suite, identity.private_key), init_private_key, leaf_private_key
    )


def create_group(
    identity: SigningIdentity,
    group_id: bytes,
    environment: Environment,
    extensions: Sequence[Extension],
    leaf_extensions: Sequence[Extension],
    capabilities: Capabilities | None,
) -> GroupState:
    """Start a group with one member (§11)."""
    suite, random = identity.suite, environment.random
    private_key, encryption_key = suite.kem.generate(random)
    leaf = identity.unsigned_leaf(
        encryption_key,
        LeafNodeSource.KEY_PACKAGE,
        capabilities or environment.policy.leaf_capabilities(suite),
        leaf_extensions,
        _lifetime(environment, CREATOR_LIFETIME),
    ).sign(suite, identity.private_key)
    tree = RatchetTree(suite)
    tree.add(leaf)
    context = GroupContext(suite.id, group_id, 0, tree_hash(tree), b"", tuple(extensions))
    check_extensions_unique(context.extensions)
    check_leaf_supports_group(leaf, context)
    environment.policy.check_leaf(leaf, 0, context)
    secrets, encryption_secret = derive_epoch(suite, random(suite.hash_length))
    tag = suite.mac(secrets.confirmation_key, b"")
    return GroupState(
        environment,
        suite,
        context,
        tree,
        secrets,
        SecretTree.create(suite, tree.leaf_count, encryption_secret, 0),
        interim_transcript_hash(suite, b"", tag),
        tag,
        0,
        identity.private_key,
        {0: private_key},
    )


def load_tree(
    suite: CipherSuite, group_info: GroupInfo, tree: bytes | None, environment: Environment
) -> RatchetTree:
    """Get and check the tree of a group info, and the group info's signature with it."""
    require(group_info.context.cipher_suite == suite.id, "groupinfo-08")
    check_extensions_unique(group_info.extensions)
    check_extensions_unique(group_info.context.extensions)
    encoded = group_info.extension(ExtensionType.RATCHET_TREE)
    if encoded is None:
        encoded = tree
    require(encoded is not None, "groupinfo-01")
    assert encoded is not None
    ratchet_tree = RatchetTree.decode(suite, encoded)
    same = hmac.compare_digest(tree_hash(ratchet_tree), group_info.context.tree_hash)
    require(same, "groupinfo-02")
    signer = ratchet_tree.leaf(group_info.signer)
    require(signer is not None, "groupinfo-03", f"leaf {group_info.signer}")
    assert signer is not None
    with enforcing("groupinfo-04"):
        group_info.verify_signature(suite, signer.signature_key)
    validate_tree(ratchet_tree, group_info.context, environment.policy)
    return ratchet_tree


def join_by_welcome(
    identity: SigningIdentity,
    welcome: Welcome,
    bundle: KeyPackageBundle,
    environment: Environment,
    tree: bytes | None,
) -> GroupState:
    """Become a member that a commit has added (§12.4.3.1)."""
    suite, key_package = identity.suite, bundle.key_package
    secrets, psk_secret, group_info = open_welcome(identity, welcome, bundle, environment)
    following = _following_psks(secrets.psk_ids)
    require(not following or group_info.context.epoch == 1, "welcome-04")
    ratchet_tree = load_tree(suite, group_info, tree, environment)
    members = [leaf for _, leaf in ratchet_tree.leaves()]
    for psk_id in following:
        environment.policy.check_following_group(psk_id, group_info.context, members)
    own_index = _find_leaf(ratchet_tree, key_package.leaf_node)
    private_keys = {2 * own_index: bundle.leaf_private_key}
    if secrets.path_secret is not None:
        private_keys |= _open_path(ratchet_tree, own_index, group_info.signer, secrets.path_secret)
    epoch_secrets, encryption_secret = derive_epoch_from_joiner(
        suite, secrets.joiner_secret, psk_secret, group_info.context
    )
    confirmed = group_info.context.confirmed_transcript_hash
    with enforcing("groupinfo-07"):
        suite.verify_mac(epoch_secrets.confirmation_key, confirmed, group_info.confirmation_tag)
    return GroupState(
        environment,
        suite,
        group_info.context,
        ratchet_tree,
        epoch_secrets,
        # the same Welcome may be opened again after a restart: see `processing`
        SecretTree.create(
            suite, ratchet_tree.leaf_count, encryption_secret, own_index, allowance=0
        ),
        interim_transcript_hash(suite, confirmed, group_info.confirmation_tag),
        group_info.confirmation_tag,
        own_index,
        identity.private_key,
        private_keys,
    )


def open_welcome(
    identity: SigningIdentity,
    welcome: Welcome,
    bundle: KeyPackageBundle,
    environment: Environment,
) -> tuple[GroupSecrets, bytes, GroupInfo]:
    """Decrypt a Welcome: its secrets, the PSK secret and the group info, of which none is checked.

    That is for `join_by_welcome`, which checks the group.
    """
    suite, key_package = identity.suite, bundle.key_package
    require(welcome.cipher_suite == key_package.cipher_suite == suite.id, "welcome-02")
    sealed = _secrets_for(welcome, key_package.reference(suite))
    opened = decrypt_with_label(
        suite,
        bundle.init_private_key,
        b"Welcome",
        welcome.encrypted_group_info,
        sealed.ciphertext.kem_output,
        sealed.ciphertext.ciphertext,
    )
    secrets = decode_all(GroupSecrets.decode, opened)
    require(len(_following_psks(secrets.psk_ids)) <= 1, "welcome-03")
    psk_secret = derive_psk_secret(suite, collect_psks(secrets.psk_ids, environment.psks))
    key, nonce = derive_welcome_key(suite, secrets.joiner_secret, psk_secret)
    group_info = decode_all(
        GroupInfo.decode, suite.open(key, nonce, b"", welcome.encrypted_group_info)
    )
    return secrets, psk_secret, group_info


def _secrets_for(welcome: Welcome, reference: bytes) -> EncryptedGroupSecrets:
    found = [item for item in welcome.secrets if item.new_member == reference]
    require(bool(found), "welcome-01")
    return found[0]


def _following_psks(psk_ids: Sequence[PreSharedKeyId]) -> list[PreSharedKeyId]:
    return [
        psk_id
        for psk_id in psk_ids
        if psk_id.type == PskType.RESUMPTION and psk_id.usage != ResumptionUsage.APPLICATION
    ]


def _find_leaf(tree: RatchetTree, leaf: LeafNode) -> int:
    encoded = leaf.encode()
    found = [index for index, other in tree.leaves() if other.encode() == encoded]
    require(bool(found), "welcome-05")
    return found[0]


def _open_path(
    tree: RatchetTree, own_index: int, signer: int, path_secret: bytes
) -> dict[int, bytes]:
    require(signer != own_index, "welcome-06", "from oneself")
    meeting = common_ancestor(2 * own_index, 2 * signer)
    positions = [
        position
        for position in (meeting, *direct_path(meeting, tree.leaf_count))
        if tree.nodes[position] is not None
    ]
    require(bool(positions) and positions[0] == meeting, "welcome-06")
    derived = derive_path(tree.suite, positions, path_secret)
    check_public_keys(tree, derived, "welcome-06")
    return derived.private_keys


def join_from_outside(
    identity: SigningIdentity,
    group_info: GroupInfo,
    environment: Environment,
    psk_ids: Sequence[bytes],
    resync: int | None,
    leaf_extensions: Sequence[Extension],
    authenticated_data: bytes,
    tree: bytes | None,
) -> MadeCommit:
    """Make an external commit, with keys to bring and an own earlier leaf to go (§12.4.3.2)."""
    suite, random, context = identity.suite, environment.random, group_info.context
    ratchet_tree = load_tree(suite, group_info, tree, environment)
    external_pub = group_info.extension(ExtensionType.EXTERNAL_PUB)
    require(external_pub is not None, "groupinfo-05")
    assert external_pub is not None
    external_key = decode_all(Reader.opaque, external_pub)
    with enforcing("groupinfo-06"):
        suite.kem.check_public_key(external_key)
        kem_output, init_secret = suite.hpke.send_export(
            external_key, b"", EXTERNAL_INIT_LABEL, suite.hash_length, random
        )
    items: list[ProposalOrReference] = [ExternalInit(kem_output)]
    if resync is not None:
        items.append(Remove(resync))
    names = [PreSharedKeyId.external(psk_id, random(suite.hash_length)) for psk_id in psk_ids]
    items += [PreSharedKey(name) for name in names]
    leaf = identity.unsigned_leaf(
        b"",
        LeafNodeSource.COMMIT,
        environment.policy.leaf_capabilities(suite),
        leaf_extensions,
    )
    removed = None if resync is None else ratchet_tree.leaf(resync)
    if removed is not None:
        environment.policy.check_successor(removed, leaf)
        require(removed.signature_key == leaf.signature_key, "extcommit-06")
    environment.policy.check_external_commit(names, removed, leaf, context)
    made = make_commit(
        _state_from_outside(identity, group_info, ratchet_tree, environment),
        items,
        Sender(SenderType.NEW_MEMBER_COMMIT),
        CommitOptions(identity, leaf, authenticated_data=authenticated_data),
        init_secret,
    )
    return replace(made, state=replace(made.state, past={}))


def _state_from_outside(
    identity: SigningIdentity, group_info: GroupInfo, tree: RatchetTree, environment: Environment
) -> GroupState:
    """Give the state of somebody who sees the group and is not in it yet: it holds no secrets."""
    suite, context, tag = identity.suite, group_info.context, group_info.confirmation_tag
    return GroupState(
        environment,
        suite,
        context,
        tree,
        EpochSecrets.none(),
        SecretTree(suite, tree.leaf_count, {}, NOT_IN_TREE, 0),
        interim_transcript_hash(suite, context.confirmed_transcript_hash, tag),
        tag,
        NOT_IN_TREE,
        identity.private_key,
        {},
    )


def encode_external_pub(public_key: bytes) -> Extension:
    """Make the external_pub extension of a group info."""
    return Extension(ExtensionType.EXTERNAL_PUB, opaque(public_key))
