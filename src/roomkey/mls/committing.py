"""Making a commit, by a member or by somebody who joins with it (RFC 9420 §12.4.1, §12.4.3.2)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from .commit import Commit, ProposalOrReference
from .extension import Extension, ExtensionType
from .framing import AuthenticatedContent, FramedContent, Sender, SenderType, WireFormat
from .group_info import GroupInfo
from .group_state import GroupState
from .key_schedule import derive_welcome_key
from .labels import encrypt_with_label
from .leaf_node import LeafNode, LeafNodeSource
from .leaf_validation import validate_new_leaf
from .message import encode_message
from .next_epoch import NextEpoch, drop_replaced, keep_valid, provisional_context, start_epoch
from .private_message import PrivateMessage
from .proposal_rules import (
    AppliedProposals,
    apply_proposals,
    check_keys_unique,
    check_new_member,
    resolve_proposals,
)
from .public_message import PublicMessage
from .ratchet_tree import RatchetTree
from .rules import require
from .secret_tree import RESERVED, SecretTree
from .signing_identity import SigningIdentity
from .transcript import interim_transcript_hash
from .tree_math import common_ancestor
from .treekem import DerivedPath, derive_path, encrypt_path, merge_path
from .update_path import HpkeCiphertext, UpdatePath
from .welcome import EncryptedGroupSecrets, GroupSecrets, Welcome


@dataclass(frozen=True, slots=True, repr=False)
class CommitOptions:
    """How a commit is made: who signs, with which leaf, and how it is sent."""

    identity: SigningIdentity
    leaf: LeafNode
    public: bool = False
    force_path: bool = True
    authenticated_data: bytes = b""
    welcome_extensions: tuple[Extension, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class MadeCommit:
    """An own commit: what to send, and the state to be in once it is accepted."""

    message: bytes
    welcome: bytes | None
    state: GroupState


@dataclass(frozen=True, slots=True, repr=False)
class _NewPath:
    path: UpdatePath
    derived: DerivedPath
    leaf_private_key: bytes


def make_commit(
    state: GroupState,
    items: Sequence[ProposalOrReference],
    sender: Sender,
    options: CommitOptions,
    init_secret: bytes,
    approve: Callable[[AppliedProposals], None] | None = None,
) -> MadeCommit:
    """Build a commit, the state after it, and the Welcome for those it adds.

    `approve` may refuse, by raising, what the proposals come to.
    """
    applied = apply_proposals(state, resolve_proposals(state, items, sender), sender)
    if approve is not None:
        approve(applied)
    external = sender.type == SenderType.NEW_MEMBER_COMMIT
    own_index = applied.tree.add(options.leaf) if external else state.own_index
    new_path, commit_secret = None, bytes(state.suite.hash_length)
    if external or options.force_path or applied.needs_path:
        new_path = _make_path(state, applied, own_index, options)
        commit_secret = new_path.derived.commit_secret
    private = not (external or options.public)
    commit = Commit(tuple(items), None if new_path is None else new_path.path)
    authenticated = _sign(state, commit, sender, options, private=private)
    epoch = start_epoch(state, applied, authenticated, init_secret, commit_secret)
    tag = epoch.confirmation_tag(state.suite)
    following = _following_state(state, applied, epoch, tag, own_index, new_path, options)
    welcome = None
    if applied.added:
        extensions = options.welcome_extensions
        welcome = _make_welcome(following, applied, epoch, new_path, extensions)
    return MadeCommit(
        _frame(state, replace(authenticated, confirmation_tag=tag), private=private),
        None if welcome is None else encode_message(welcome),
        following,
    )


def _sign(
    state: GroupState, commit: Commit, sender: Sender, options: CommitOptions, *, private: bool
) -> AuthenticatedContent:
    context, external = state.context, sender.type == SenderType.NEW_MEMBER_COMMIT
    framed = FramedContent(
        context.group_id, context.epoch, sender, options.authenticated_data, commit
    )
    form = WireFormat.PRIVATE_MESSAGE if private else WireFormat.PUBLIC_MESSAGE
    # with the key that the old tree holds: that is what the others can check it against
    signing_key = options.identity.private_key if external else state.signing_key
    return AuthenticatedContent(form, framed).sign(state.suite, signing_key, context)


def _following_state(
    state: GroupState,
    applied: AppliedProposals,
    epoch: NextEpoch,
    tag: bytes,
    own_index: int,
    new_path: _NewPath | None,
    options: CommitOptions,
) -> GroupState:
    """Give the state to be in once the commit is accepted."""
    suite, tree = state.suite, applied.tree
    signing_key, private_keys = state.signing_key, keep_valid(tree, state.private_keys)
    if new_path is not None:
        signing_key = options.identity.private_key
        private_keys = _keys_after(tree, own_index, private_keys, new_path)
    return GroupState(
        state.environment,
        suite,
        epoch.context,
        tree,
        epoch.secrets,
        SecretTree.create(
            suite, tree.leaf_count, epoch.encryption_secret, own_index, allowance=RESERVED
        ),
        interim_transcript_hash(suite, epoch.context.confirmed_transcript_hash, tag),
        tag,
        own_index,
        signing_key,
        private_keys,
        # shared, so that what arrives before the commit is accepted counts as read afterwards
        past=state.as_past(state.secret_tree),
        reinit=applied.reinit,
    )


def _make_path(
    state: GroupState, applied: AppliedProposals, own_index: int, options: CommitOptions
) -> _NewPath:
    suite, tree, random = state.suite, applied.tree, state.environment.random
    filtered = tree.filtered_direct_path(own_index)
    leaf_private_key, leaf_public_key = suite.kem.generate(random)
    derived = derive_path(
        suite, [position for position, _, _ in filtered], random(suite.hash_length)
    )
    parent_hash = merge_path(tree, own_index, filtered, list(derived.public_keys.values()))
    unsigned = replace(
        options.leaf,
        encryption_key=leaf_public_key,
        source=LeafNodeSource.COMMIT,
        lifetime=None,
        parent_hash=parent_hash,
    )
    leaf = unsigned.sign(suite, options.identity.private_key, state.context.group_id, own_index)
    tree.set(2 * own_index, leaf)
    validate_new_leaf(
        leaf, LeafNodeSource.COMMIT, own_index, state.context, state.environment, suite
    )
    check_keys_unique(tree)
    check_new_member(tree, own_index, applied.context)
    nodes = encrypt_path(
        tree, filtered, derived, applied.added_positions, provisional_context(applied), random
    )
    return _NewPath(UpdatePath(leaf, nodes), derived, leaf_private_key)


def _keys_after(
    tree: RatchetTree, own_index: int, private_keys: dict[int, bytes], new_path: _NewPath
) -> dict[int, bytes]:
    kept = drop_replaced(tree, own_index, private_keys)
    return {**kept, **new_path.derived.private_keys, 2 * own_index: new_path.leaf_private_key}


def _frame(state: GroupState, authenticated: AuthenticatedContent, *, private: bool) -> bytes:
    if authenticated.framed.sender.type == SenderType.NEW_MEMBER_COMMIT:
        return encode_message(PublicMessage(authenticated))
    return frame_member_message(state, authenticated, private=private)


def frame_member_message(
    state: GroupState, authenticated: AuthenticatedContent, *, private: bool, padding: int = 0
) -> bytes:
    """Protect own content that is signed, and encode it as an MLSMessage."""
    if private:
        return encode_message(
            PrivateMessage.protect(
                authenticated,
                state.suite,
                state.secrets.sender_data_secret,
                state.secret_tree,
                state.environment.random,
                padding,
            )
        )
    return encode_message(
        PublicMessage.protect(
            authenticated, state.suite, state.context, state.secrets.membership_key
        )
    )


def _make_welcome(
    following: GroupState,
    applied: AppliedProposals,
    epoch: NextEpoch,
    new_path: _NewPath | None,
    extensions: tuple[Extension, ...],
) -> Welcome:
    suite, random = following.suite, following.environment.random
    tree = Extension(ExtensionType.RATCHET_TREE, applied.tree.encode())
    group_info = GroupInfo(
        following.context, (tree, *extensions), following.confirmation_tag, following.own_index
    ).sign(suite, following.signing_key)
    key, nonce = derive_welcome_key(suite, epoch.joiner_secret, epoch.psk_secret)
    encrypted_group_info = suite.seal(key, nonce, b"", group_info.encode())
    secrets = []
    for index, key_package in applied.added:
        path_secret = None
        if new_path is not None:
            meeting = common_ancestor(2 * index, 2 * following.own_index)
            path_secret = new_path.derived.path_secrets.get(meeting)
            require(path_secret is not None, "commit-03")
        plaintext = GroupSecrets(epoch.joiner_secret, path_secret, applied.psk_ids).encode()
        kem_output, ciphertext = encrypt_with_label(
            suite, key_package.init_key, b"Welcome", encrypted_group_info, plaintext, random
        )
        secrets.append(
            EncryptedGroupSecrets(
                key_package.reference(suite), HpkeCiphertext(kem_output, ciphertext)
            )
        )
    return Welcome(suite.id, tuple(secrets), encrypted_group_info)
