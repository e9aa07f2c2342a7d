"""Group infos and the trees in them, signed after they were edited."""

from collections.abc import Callable
from dataclasses import replace

from roomkey.mls import (
    Extension,
    ExtensionType,
    Group,
    GroupInfo,
    SigningIdentity,
    decode_message,
    encode_message,
)
from roomkey.mls.ratchet_tree import RatchetTree
from roomkey.mls.tree_hash import tree_hash

from .rooms import PSK_ID, environment, new_identity, state_of


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
