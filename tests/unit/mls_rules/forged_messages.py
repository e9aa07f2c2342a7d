"""Messages of a member who cheats: signed, tagged and encrypted, whatever they say."""

from collections.abc import Callable
from dataclasses import replace

from roomkey.mls import Commit, Group, PrivateMessage, PublicMessage, Sender, encode_message
from roomkey.mls.framing import (
    AuthenticatedContent,
    Content,
    FramedContent,
    WireFormat,
    encode_content,
)
from roomkey.mls.private_message import (
    SenderData,
    content_aad,
    sender_data_aad,
    sender_data_key,
)

from .edits import same
from .rooms import state_of


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
    plaintext = encode_content(content) + signed.encode_auth() + tail
    ciphertext = state.suite.seal(key, key_nonce, content_aad(framed), plaintext)
    key, key_nonce = sender_data_key(state.suite, state.secrets.sender_data_secret, ciphertext)
    sender_data = SenderData(leaf, used, bytes(4)).encode()
    sealed = state.suite.seal(key, key_nonce, sender_data_aad(framed), sender_data)
    return encode_message(
        PrivateMessage(framed.group_id, framed.epoch, framed.content_type, b"", sealed, ciphertext)
    )
