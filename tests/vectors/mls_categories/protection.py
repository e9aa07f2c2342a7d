"""Messages sealed and opened, and Welcomes."""

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from roomkey.crypto.suite import cipher_suite
from roomkey.mls import (
    Commit,
    GroupInfo,
    KeyPackage,
    PrivateMessage,
    PublicMessage,
    Sender,
    Welcome,
    decode_message,
    encode_message,
)
from roomkey.mls.codec import Reader, decode_all
from roomkey.mls.framing import AuthenticatedContent, FramedContent, WireFormat, encode_content
from roomkey.mls.key_schedule import derive_epoch_from_joiner, derive_welcome_key
from roomkey.mls.labels import decrypt_with_label
from roomkey.mls.proposal import decode_proposal
from roomkey.mls.secret_tree import RESERVED, SecretTree
from roomkey.mls.welcome import GroupSecrets

from .case import Case, context_of, private_key, unhex


class TwoMembers:
    """As much of a group as protects a message: two leaves with one signature key."""

    def __init__(self, case: Case, own_index: int) -> None:
        self.suite = suite = cipher_suite(case["cipher_suite"])
        self.own_index = own_index
        self.context = context_of(
            suite, case, case["epoch"], case["tree_hash"], case["confirmed_transcript_hash"]
        )
        self.private_key = private_key(suite, case["signature_priv"])
        self.public_key = unhex(case["signature_pub"])
        self.sender_data_secret = unhex(case["sender_data_secret"])
        self.membership_key = unhex(case["membership_key"])
        self.secret_tree = SecretTree.create(
            suite, 2, unhex(case["encryption_secret"]), own_index, allowance=RESERVED
        )

    def open(self, data: bytes) -> bytes:
        message = decode_message(data)

        def key_of(_leaf: int) -> bytes:
            return self.public_key

        if isinstance(message, PublicMessage):
            verified = message.verify(self.suite, self.context, self.membership_key, key_of)
        else:
            assert isinstance(message, PrivateMessage)
            verified, _ = message.open(
                self.suite,
                self.context,
                self.sender_data_secret,
                self.secret_tree,
                key_of,
                self.own_index,
            )
        content = verified.framed.content
        return content if isinstance(content, bytes) else encode_content(content)

    def protect(self, content: Any, *, public: bool) -> bytes:
        framed = FramedContent(
            self.context.group_id,
            self.context.epoch,
            Sender.member(self.own_index),
            b"",
            content,
        )
        wire_format = WireFormat.PUBLIC_MESSAGE if public else WireFormat.PRIVATE_MESSAGE
        signed = AuthenticatedContent(wire_format, framed).sign(
            self.suite, self.private_key, self.context
        )
        if isinstance(content, Commit):
            signed = replace(signed, confirmation_tag=b"tag")
        if public:
            return encode_message(
                PublicMessage.protect(signed, self.suite, self.context, self.membership_key)
            )
        return encode_message(
            PrivateMessage.protect(
                signed, self.suite, self.sender_data_secret, self.secret_tree, os.urandom, 16
            )
        )


def message_protection(case: Case) -> None:
    decoders: dict[str, Callable[[Reader], Any]] = {
        "proposal": decode_proposal,
        "commit": Commit.decode,
    }
    for kind, decode in decoders.items():
        content = unhex(case[kind])
        assert TwoMembers(case, 0).open(unhex(case[f"{kind}_pub"])) == content
        assert TwoMembers(case, 0).open(unhex(case[f"{kind}_priv"])) == content
        for public in (True, False):
            data = TwoMembers(case, 1).protect(decode_all(decode, content), public=public)
            assert TwoMembers(case, 0).open(data) == content
    content = unhex(case["application"])
    assert TwoMembers(case, 0).open(unhex(case["application_priv"])) == content
    data = TwoMembers(case, 1).protect(content, public=False)
    assert TwoMembers(case, 0).open(data) == content


def welcome(case: Case) -> None:
    suite = cipher_suite(case["cipher_suite"])
    message, key_package = map(decode_message, map(unhex, (case["welcome"], case["key_package"])))
    assert isinstance(message, Welcome)
    assert isinstance(key_package, KeyPackage)
    key_package.verify_signature(suite)
    key_package.leaf_node.verify_signature(suite)
    reference = key_package.reference(suite)
    sealed = next(item for item in message.secrets if item.new_member == reference).ciphertext
    secrets = decode_all(
        GroupSecrets.decode,
        decrypt_with_label(
            suite,
            private_key(suite, case["init_priv"]),
            b"Welcome",
            message.encrypted_group_info,
            sealed.kem_output,
            sealed.ciphertext,
        ),
    )
    no_psk = bytes(suite.hash_length)
    key, nonce = derive_welcome_key(suite, secrets.joiner_secret, no_psk)
    info = decode_all(GroupInfo.decode, suite.open(key, nonce, b"", message.encrypted_group_info))
    info.verify_signature(suite, unhex(case["signer_pub"]))
    epoch, _ = derive_epoch_from_joiner(suite, secrets.joiner_secret, no_psk, info.context)
    confirmed = info.context.confirmed_transcript_hash
    suite.verify_mac(epoch.confirmation_key, confirmed, info.confirmation_tag)
