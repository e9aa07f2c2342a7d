"""What is derived: labelled primitives, epochs, pre-shared keys, message keys, transcripts."""

import os

from roomkey.crypto.suite import cipher_suite
from roomkey.mls import PreSharedKeyId
from roomkey.mls.codec import decode_all
from roomkey.mls.framing import AuthenticatedContent
from roomkey.mls.key_schedule import (
    derive_epoch_from_joiner,
    derive_joiner_secret,
    derive_welcome_secret,
)
from roomkey.mls.labels import (
    decrypt_with_label,
    derive_secret,
    derive_tree_secret,
    encrypt_with_label,
    expand_with_label,
    make_reference,
    sign_with_label,
    verify_with_label,
)
from roomkey.mls.pre_shared_key import derive_psk_secret
from roomkey.mls.private_message import sender_data_key
from roomkey.mls.secret_tree import SecretTree
from roomkey.mls.transcript import confirmed_transcript_hash, interim_transcript_hash

from .case import Case, context_of, private_key, unhex


def crypto_basics(case: Case) -> None:
    suite = cipher_suite(case["cipher_suite"])
    item = case["ref_hash"]
    reference = make_reference(suite, item["label"].encode(), unhex(item["value"]))
    assert reference == unhex(item["out"])
    item = case["expand_with_label"]
    label, secret = item["label"].encode(), unhex(item["secret"])
    expanded = expand_with_label(suite, secret, label, unhex(item["context"]), item["length"])
    assert expanded == unhex(item["out"])
    item = case["derive_secret"]
    derived = derive_secret(suite, unhex(item["secret"]), item["label"].encode())
    assert derived == unhex(item["out"])
    item = case["derive_tree_secret"]
    label, secret = item["label"].encode(), unhex(item["secret"])
    derived = derive_tree_secret(suite, secret, label, item["generation"], item["length"])
    assert derived == unhex(item["out"])
    item = case["sign_with_label"]
    label, public, content = item["label"].encode(), unhex(item["pub"]), unhex(item["content"])
    verify_with_label(suite, public, label, content, unhex(item["signature"]))
    signature = sign_with_label(suite, private_key(suite, item["priv"]), label, content)
    verify_with_label(suite, public, label, content, signature)
    item = case["encrypt_with_label"]
    label, info = item["label"].encode(), unhex(item["context"])
    private = private_key(suite, item["priv"])
    sealed = unhex(item["kem_output"]), unhex(item["ciphertext"])
    plaintext = unhex(item["plaintext"])
    assert decrypt_with_label(suite, private, label, info, *sealed) == plaintext
    sealed = encrypt_with_label(suite, unhex(item["pub"]), label, info, plaintext, os.urandom)
    assert decrypt_with_label(suite, private, label, info, *sealed) == plaintext


EPOCH_SECRETS = (
    "init_secret",
    "sender_data_secret",
    "exporter_secret",
    "epoch_authenticator",
    "external_secret",
    "confirmation_key",
    "membership_key",
    "resumption_psk",
)


def key_schedule(case: Case) -> None:
    suite = cipher_suite(case["cipher_suite"])
    init_secret = unhex(case["initial_init_secret"])
    for number, item in enumerate(case["epochs"]):
        context = context_of(
            suite, case, number, item["tree_hash"], item["confirmed_transcript_hash"]
        )
        assert context.encode() == unhex(item["group_context"])
        joiner = derive_joiner_secret(suite, init_secret, unhex(item["commit_secret"]), context)
        assert joiner == unhex(item["joiner_secret"])
        psk_secret = unhex(item["psk_secret"])
        assert derive_welcome_secret(suite, joiner, psk_secret) == unhex(item["welcome_secret"])
        secrets, encryption = derive_epoch_from_joiner(suite, joiner, psk_secret, context)
        assert encryption == unhex(item["encryption_secret"])
        for name in EPOCH_SECRETS:
            assert getattr(secrets, name) == unhex(item[name]), name
        assert secrets.external_key_pair(suite)[1] == unhex(item["external_pub"])
        wanted = item["exporter"]
        exported = secrets.export(
            suite, wanted["label"].encode(), unhex(wanted["context"]), wanted["length"]
        )
        assert exported == unhex(wanted["secret"])
        init_secret = secrets.init_secret


def psk_secret(case: Case) -> None:
    suite = cipher_suite(case["cipher_suite"])
    keys = [
        (PreSharedKeyId.external(unhex(psk["psk_id"]), unhex(psk["psk_nonce"])), unhex(psk["psk"]))
        for psk in case["psks"]
    ]
    assert derive_psk_secret(suite, keys) == unhex(case["psk_secret"])


def secret_tree(case: Case) -> None:
    suite = cipher_suite(case["cipher_suite"])
    item = case["sender_data"]
    keys = sender_data_key(suite, unhex(item["sender_data_secret"]), unhex(item["ciphertext"]))
    assert keys == (unhex(item["key"]), unhex(item["nonce"]))
    tree = SecretTree.create(suite, len(case["leaves"]), unhex(case["encryption_secret"]), 0)
    for leaf, generations in enumerate(case["leaves"]):
        for item in generations:
            for content_type, name in ((1, "application"), (3, "handshake")):
                staged = tree.receive(leaf, content_type, item["generation"])
                staged.consume()
                assert staged.key == unhex(item[f"{name}_key"])
                assert staged.nonce == unhex(item[f"{name}_nonce"])


def transcript_hashes(case: Case) -> None:
    suite = cipher_suite(case["cipher_suite"])
    commit = decode_all(AuthenticatedContent.decode, unhex(case["authenticated_content"]))
    before = unhex(case["interim_transcript_hash_before"])
    confirmed = confirmed_transcript_hash(suite, before, commit)
    assert confirmed == unhex(case["confirmed_transcript_hash_after"])
    assert commit.confirmation_tag is not None
    suite.verify_mac(unhex(case["confirmation_key"]), confirmed, commit.confirmation_tag)
    interim = interim_transcript_hash(suite, confirmed, commit.confirmation_tag)
    assert interim == unhex(case["interim_transcript_hash_after"])
