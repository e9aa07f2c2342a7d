"""Structures read and written: vector lengths and every message."""

from roomkey.mls import Commit, decode_message, encode_message
from roomkey.mls.codec import Reader, decode_all, encode_length, opaque
from roomkey.mls.proposal import decode_proposal_body
from roomkey.mls.ratchet_tree import decode_node, encode_node
from roomkey.mls.welcome import GroupSecrets

from .case import Case, unhex


def deserialization(case: Case) -> None:
    header = unhex(case["vlbytes_header"])
    reader = Reader(header)
    assert reader.length() == case["length"]
    reader.finish()
    assert encode_length(case["length"]) == header


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
