"""The official test vectors of MLS (github.com/mlswg/mls-implementations), all of them.

`ROOMKEY_MLS_VECTORS` names the directory that holds their JSON files.
"""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from roomkey.crypto.suite import CipherSuite, cipher_suite
from roomkey.mls import (
    Add,
    Commit,
    Environment,
    Group,
    GroupContext,
    GroupInfo,
    GroupSnapshot,
    KeyPackage,
    KeyPackageBundle,
    LeafNode,
    LeafNodeSource,
    Policy,
    PreSharedKeyId,
    PrivateMessage,
    PskType,
    PublicMessage,
    Remove,
    Sender,
    SigningIdentity,
    Update,
    Welcome,
    decode_message,
    encode_message,
    tree_math,
)
from roomkey.mls.codec import Reader, decode_all, encode_length, opaque
from roomkey.mls.framing import AuthenticatedContent, FramedContent, WireFormat, encode_content
from roomkey.mls.key_schedule import (
    derive_epoch_from_joiner,
    derive_joiner_secret,
    derive_welcome_key,
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
from roomkey.mls.parent_hash import verify_parent_hashes
from roomkey.mls.pre_shared_key import derive_psk_secret
from roomkey.mls.private_message import sender_data_key
from roomkey.mls.proposal import decode_proposal, decode_proposal_body
from roomkey.mls.ratchet_tree import RatchetTree, decode_node, encode_node
from roomkey.mls.secret_tree import RESERVED, SecretTree
from roomkey.mls.transcript import confirmed_transcript_hash, interim_transcript_hash
from roomkey.mls.tree_hash import tree_hash
from roomkey.mls.tree_validation import validate_structure
from roomkey.mls.treekem import decrypt_path, derive_path, encrypt_path, merge_path
from roomkey.mls.update_path import UpdatePath
from roomkey.mls.welcome import GroupSecrets

DIRECTORY = os.environ.get("ROOMKEY_MLS_VECTORS", "")
Case = dict[str, Any]
unhex = bytes.fromhex
NOBODY: frozenset[int] = frozenset()


SCALAR_LENGTHS = {2: 32, 5: 66, 7: 48}


def private_key(suite: CipherSuite, encoded: str) -> bytes:
    """Read a private key; the vectors leave out the leading zeros of a NIST curve's scalar."""
    return unhex(encoded).rjust(SCALAR_LENGTHS.get(suite.id, 0), b"\x00")


def context_of(
    suite: CipherSuite, case: Case, epoch: int, tree: str, confirmed: str
) -> GroupContext:
    return GroupContext(suite.id, unhex(case["group_id"]), epoch, unhex(tree), unhex(confirmed))


def deserialization(case: Case) -> None:
    header = unhex(case["vlbytes_header"])
    reader = Reader(header)
    assert reader.length() == case["length"]
    reader.finish()
    assert encode_length(case["length"]) == header


def tree_positions(case: Case) -> None:
    leaves = case["n_leaves"]
    root = tree_math.root(leaves)
    assert tree_math.node_width(leaves) == case["n_nodes"]
    assert root == case["root"]
    for node in range(case["n_nodes"]):
        assert (tree_math.left(node) if node % 2 else None) == case["left"][node]
        assert (tree_math.right(node) if node % 2 else None) == case["right"][node]
        assert (tree_math.parent(node) if node != root else None) == case["parent"][node]
        assert (tree_math.sibling(node) if node != root else None) == case["sibling"][node]


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


EPOCH_NAMES = {
    "init_secret": "init_secret",
    "sender_data_secret": "sender_data_secret",
    "exporter_secret": "exporter_secret",
    "epoch_authenticator": "epoch_authenticator",
    "external_secret": "external_secret",
    "confirmation_key": "confirmation_key",
    "membership_key": "membership_key",
    "resumption_psk": "resumption_psk",
}


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
        for ours, theirs in EPOCH_NAMES.items():
            assert getattr(secrets, ours) == unhex(item[theirs]), ours
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


def tree_operations(case: Case) -> None:
    tree = RatchetTree.decode(cipher_suite(case["cipher_suite"]), unhex(case["tree_before"]))
    assert tree_hash(tree) == unhex(case["tree_hash_before"])
    match decode_all(decode_proposal, unhex(case["proposal"])):
        case Add(key_package):
            tree.add(key_package.leaf_node)
        case Remove(removed):
            tree.remove(removed)
        case Update(leaf):
            tree.update(case["proposal_sender"], leaf)
    assert tree.encode() == unhex(case["tree_after"])
    assert tree_hash(tree) == unhex(case["tree_hash_after"])


def tree_validation(case: Case) -> None:
    suite = cipher_suite(case["cipher_suite"])
    tree = RatchetTree.decode(suite, unhex(case["tree"]))
    assert tree.encode() == unhex(case["tree"])
    for position in range(len(tree.nodes)):
        assert tree.resolution(position) == case["resolutions"][position]
        assert tree_hash(tree, position) == unhex(case["tree_hashes"][position])
    validate_structure(tree)
    verify_parent_hashes(tree)
    for index, leaf in tree.leaves():
        leaf.verify_signature(suite, unhex(case["group_id"]), index)


class TreeCase:
    """A member's view of the tree of a TreeKEM case."""

    def __init__(self, case: Case, own_index: int) -> None:
        self.suite = suite = cipher_suite(case["cipher_suite"])
        self.case = case
        self.own_index = own_index
        self.tree = RatchetTree.decode(suite, unhex(case["ratchet_tree"]))
        member = next(item for item in case["leaves_private"] if item["index"] == own_index)
        self.signing_key = private_key(suite, member["signature_priv"])
        own_private = private_key(suite, member["encryption_priv"])
        leaf = self.tree.leaf(own_index)
        assert leaf is not None
        assert suite.kem.public_key(own_private) == leaf.encryption_key
        self.private_keys = {2 * own_index: own_private}
        for item in member["path_secrets"]:
            derived = derive_path(suite, [item["node"]], unhex(item["path_secret"]))
            node = self.tree.nodes[item["node"]]
            assert node is not None
            assert derived.public_keys[item["node"]] == node.encryption_key
            self.private_keys |= derived.private_keys

    def context(self) -> GroupContext:
        case = self.case
        context = context_of(self.suite, case, case["epoch"], "", case["confirmed_transcript_hash"])
        return replace(context, tree_hash=tree_hash(self.tree))

    def receive(self, sender: int, path: UpdatePath) -> tuple[dict[int, bytes], bytes]:
        filtered = self.tree.filtered_direct_path(sender)
        path.leaf_node.verify_signature(self.suite, unhex(self.case["group_id"]), sender)
        keys = [node.encryption_key for node in path.nodes]
        expected = merge_path(self.tree, sender, filtered, keys)
        assert expected == path.leaf_node.parent_hash
        self.tree.set(2 * sender, path.leaf_node)
        derived = decrypt_path(
            self.tree,
            self.own_index,
            sender,
            path,
            filtered,
            NOBODY,
            self.context(),
            self.private_keys,
        )
        return derived.path_secrets, derived.commit_secret

    def send(self) -> tuple[UpdatePath, bytes]:
        suite, tree = self.suite, self.tree
        filtered = tree.filtered_direct_path(self.own_index)
        positions = [position for position, _, _ in filtered]
        derived = derive_path(suite, positions, os.urandom(suite.hash_length))
        keys = list(derived.public_keys.values())
        parent_hash = merge_path(tree, self.own_index, filtered, keys)
        old = tree.leaf(self.own_index)
        assert old is not None
        leaf = replace(
            old,
            encryption_key=suite.kem.generate(os.urandom)[1],
            source=LeafNodeSource.COMMIT,
            lifetime=None,
            parent_hash=parent_hash,
        ).sign(suite, self.signing_key, unhex(self.case["group_id"]), self.own_index)
        tree.set(2 * self.own_index, leaf)
        nodes = encrypt_path(tree, filtered, derived, NOBODY, self.context(), os.urandom)
        return UpdatePath(leaf, nodes), derived.commit_secret


def treekem(case: Case) -> None:
    members = [item["index"] for item in case["leaves_private"]]
    for item in case["update_paths"]:
        sender = item["sender"]
        path = decode_all(UpdatePath.decode, unhex(item["update_path"]))
        own_path, own_secret = TreeCase(case, sender).send()
        own_path = decode_all(UpdatePath.decode, own_path.encode())
        for member in members:
            if member == sender:
                continue
            view = TreeCase(case, member)
            path_secrets, commit_secret = view.receive(sender, path)
            assert tree_hash(view.tree) == unhex(item["tree_hash_after"])
            assert next(iter(path_secrets.values())) == unhex(item["path_secrets"][member])
            assert commit_secret == unhex(item["commit_secret"])
            assert TreeCase(case, member).receive(sender, own_path)[1] == own_secret


MESSAGES = (
    "mls_welcome",
    "mls_group_info",
    "mls_key_package",
    "public_message_application",
    "public_message_proposal",
    "public_message_commit",
    "private_message",
)
PROPOSALS = (
    "add_proposal",
    "update_proposal",
    "remove_proposal",
    "pre_shared_key_proposal",
    "re_init_proposal",
    "external_init_proposal",
    "group_context_extensions_proposal",
)


def messages(case: Case) -> None:
    for name in MESSAGES:
        assert encode_message(decode_message(unhex(case[name]))) == unhex(case[name]), name
    secrets = unhex(case["group_secrets"])
    assert decode_all(GroupSecrets.decode, secrets).encode() == secrets
    commit = unhex(case["commit"])
    assert decode_all(Commit.decode, commit).encode() == commit
    tree = unhex(case["ratchet_tree"])
    nodes = decode_all(lambda reader: reader.vector(decode_node), tree)
    assert opaque(b"".join(map(encode_node, nodes))) == tree
    for number, name in enumerate(PROPOSALS, start=1):
        reader = Reader(unhex(case[name]))
        proposal = decode_proposal_body(number, reader)
        reader.finish()
        assert proposal.encode_body() == unhex(case[name]), name


class AnySuccessor(Policy):
    """The cases change credentials at will, and let key packages live as long as they like."""

    maximum_lifetime = 1 << 64

    def check_successor(self, old: LeafNode, new: LeafNode) -> None:
        pass


def passive_client(case: Case) -> None:
    suite = cipher_suite(case["cipher_suite"])
    external = {unhex(psk["psk_id"]): unhex(psk["psk"]) for psk in case["external_psks"]}
    resumption: dict[tuple[bytes, int], bytes] = {}

    def psks(psk_id: PreSharedKeyId) -> bytes | None:
        if psk_id.type == PskType.EXTERNAL:
            return external.get(psk_id.id)
        return resumption.get((psk_id.group_id, psk_id.epoch))

    key_package = decode_message(unhex(case["key_package"]))
    assert isinstance(key_package, KeyPackage)
    leaf = key_package.leaf_node
    init_private = private_key(suite, case["init_priv"])
    leaf_private = private_key(suite, case["encryption_priv"])
    assert suite.kem.public_key(init_private) == key_package.init_key
    assert suite.kem.public_key(leaf_private) == leaf.encryption_key
    assert leaf.lifetime is not None
    start = leaf.lifetime.not_before
    environment = Environment(lambda: start, psks=psks, policy=AnySuccessor())
    identity = SigningIdentity(
        suite, private_key(suite, case["signature_priv"]), leaf.signature_key, leaf.credential
    )
    group = Group.join_welcome(
        identity,
        unhex(case["welcome"]),
        KeyPackageBundle(key_package, init_private, leaf_private),
        environment,
        tree=unhex(case["ratchet_tree"]) if case["ratchet_tree"] else None,
    )
    assert group.epoch_authenticator == unhex(case["initial_epoch_authenticator"])
    for epoch in case["epochs"]:
        resumption[group.group_id, group.epoch] = group.resumption_psk
        stored = GroupSnapshot.decode(group.encode().encode())
        group = Group.decode(stored, environment)
        for proposal in epoch["proposals"]:
            group.process(unhex(proposal))
        processed = group.process(unhex(epoch["commit"]))
        group = processed.group  # type: ignore[union-attr]
        assert group.epoch_authenticator == unhex(epoch["epoch_authenticator"])


CATEGORIES: dict[str, Callable[[Case], None]] = {
    "deserialization": deserialization,
    "tree-math": tree_positions,
    "crypto-basics": crypto_basics,
    "key-schedule": key_schedule,
    "psk_secret": psk_secret,
    "secret-tree": secret_tree,
    "message-protection": message_protection,
    "transcript-hashes": transcript_hashes,
    "welcome": welcome,
    "tree-operations": tree_operations,
    "tree-validation": tree_validation,
    "treekem": treekem,
    "messages": messages,
    "passive-client-welcome": passive_client,
    "passive-client-handling-commit": passive_client,
    "passive-client-random": passive_client,
}

needs_vectors = pytest.mark.skipif(
    not DIRECTORY, reason="ROOMKEY_MLS_VECTORS does not name the directory of the vectors"
)


@cache
def cases(category: str) -> list[Case]:
    """Read the cases of one file."""
    loaded: list[Case] = json.loads((Path(DIRECTORY) / f"{category}.json").read_text())
    return loaded


def numbered_cases() -> list[tuple[str, int]]:
    if not DIRECTORY:
        return []
    return [(category, at) for category in CATEGORIES for at in range(len(cases(category)))]


@needs_vectors
@pytest.mark.parametrize(("category", "number"), numbered_cases())
def test_official_vector(category: str, number: int) -> None:
    CATEGORIES[category](cases(category)[number])


@needs_vectors
def test_all_official_vectors_are_run() -> None:
    assert len(numbered_cases()) == 785
