"""Commits made without any check, by a member or by somebody who joins with them."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from roomkey.mls import (
    Add,
    Commit,
    ExternalInit,
    Group,
    GroupContextExtensions,
    LeafNode,
    LeafNodeSource,
    PreSharedKey,
    ProposalReference,
    PublicMessage,
    Remove,
    Sender,
    SenderType,
    SentProposal,
    SigningIdentity,
    Update,
    encode_message,
)
from roomkey.mls.commit import ProposalOrReference
from roomkey.mls.framing import AuthenticatedContent, FramedContent, WireFormat
from roomkey.mls.group_state import GroupState
from roomkey.mls.key_schedule import EXTERNAL_INIT_LABEL
from roomkey.mls.next_epoch import provisional_context, start_epoch
from roomkey.mls.proposal_rules import AppliedProposals
from roomkey.mls.treekem import derive_path, encrypt_path, merge_path
from roomkey.mls.update_path import UpdatePath

from .edits import same
from .rooms import new_identity, state_of


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
    confirmed = replace(signed, confirmation_tag=how.edit_tag(epoch.confirmation_tag(suite)))
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
