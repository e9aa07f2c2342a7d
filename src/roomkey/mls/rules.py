"""Every validation rule of RFC 9420 that this code enforces: its id, its sentence, its section."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from roomkey.errors import CryptoError, ValidationError


@dataclass(frozen=True, slots=True)
class Rule:
    """What must hold, and where RFC 9420 says so."""

    sentence: str
    section: str


RULES: Final[dict[str, Rule]] = {
    # messages
    "msg-01": Rule("A message names the group it is processed by.", "6.1"),
    "msg-02": Rule("A member that sends is at a leaf that is not blank.", "6.1"),
    "msg-03": Rule("A message's signature verifies with its sender's signature key.", "6.1"),
    "msg-04": Rule("A member's PublicMessage has a valid membership tag.", "6.2"),
    "msg-05": Rule("Application data is sent only as a PrivateMessage.", "6.2"),
    "msg-06": Rule("The padding of a PrivateMessage is all zero.", "6.3.1"),
    "msg-07": Rule("An external sender's index is in the external_senders extension.", "12.1.8.1"),
    "msg-08": Rule("A new_member_proposal sender sends an Add proposal and nothing else.", "6"),
    "msg-09": Rule("A new_member_commit sender sends a Commit and nothing else.", "6"),
    "msg-10": Rule("An external sender sends proposals and nothing else.", "6"),
    "msg-11": Rule("A message's generation is not further ahead than is worth deriving.", "9.1"),
    # leaf nodes
    "leaf-01": Rule("A leaf node's source is that of the place it is in.", "7.3"),
    "leaf-02": Rule("A leaf node's signature verifies with its signature key.", "7.3"),
    "leaf-03": Rule("A leaf node from a key package is used within its lifetime.", "7.3"),
    "leaf-04": Rule("A leaf node's capabilities list the extensions in it.", "7.3"),
    "leaf-05": Rule("A leaf node supports the group's required capabilities.", "7.3"),
    "leaf-06": Rule("A leaf node supports the extensions in the group context.", "7.3"),
    "leaf-07": Rule("A leaf node's credential type is supported by all members.", "7.3"),
    "leaf-08": Rule("A leaf node supports the credential types that members use.", "7.3"),
    "leaf-09": Rule("A signature key is in one leaf only.", "7.3"),
    "leaf-10": Rule("An encryption key is in one leaf only.", "7.3"),
    "leaf-11": Rule("A leaf node's encryption key is a public key of the suite's KEM.", "5.1.1"),
    "leaf-12": Rule("A leaf node's capabilities list its own credential type.", "7.2"),
    "leaf-13": Rule("A list of extensions holds each type at most once.", "13.4"),
    "leaf-14": Rule("A key package's lifetime is no longer than the application allows.", "7.2"),
    # key packages
    "keypkg-01": Rule("A key package is of the group's protocol version.", "10.1"),
    "keypkg-02": Rule("A key package is of the group's cipher suite.", "10.1"),
    "keypkg-03": Rule("A key package's init key differs from its leaf's encryption key.", "10.1"),
    "keypkg-04": Rule("A key package's signature verifies with its leaf's signature key.", "10.1"),
    "keypkg-05": Rule("A key package's init key is a public key of the suite's KEM.", "5.1.1"),
    # single proposals
    "update-02": Rule("An Update brings a new encryption key.", "12.1.2"),
    "update-03": Rule(
        "A leaf's successor has a credential acceptable for the same member.", "5.3.1"
    ),
    "remove-01": Rule("A Remove names a leaf that is not blank.", "12.1.3"),
    "psk-01": Rule("A PreSharedKey proposal's nonce is as long as a hash.", "12.1.4"),
    "psk-02": Rule("A resumption key for reinitialization is used only for that.", "12.1.4"),
    "psk-03": Rule("A resumption key for branching is used only for that.", "12.1.4"),
    "psk-04": Rule("A pre-shared key that a commit or Welcome names is known.", "8.4"),
    "reinit-01": Rule("A ReInit does not lower the protocol version.", "12.1.5"),
    "extinit-01": Rule("An ExternalInit's KEM output opens with the external key pair.", "8.3"),
    "gce-01": Rule("All members support the required capabilities that are set.", "12.1.7"),
    "gce-02": Rule("All members support the group context extensions that are set.", "12.1.7"),
    "gce-03": Rule("Group context extensions that RFC 9420 defines are well formed.", "12.1.7"),
    "extprop-01": Rule("A proposal from outside is of a type allowed from outside.", "12.1.8"),
    "extprop-02": Rule("A proposal from outside is accepted by the application.", "12.1.8"),
    # the list of proposals in a member's commit
    "proplist-01": Rule("No Update is the committer's own.", "12.2"),
    "proplist-02": Rule("No Remove names the committer.", "12.2"),
    "proplist-03": Rule("At most one Update or Remove applies to one leaf.", "12.2"),
    "proplist-04": Rule("No two Adds are of the same client.", "12.2"),
    "proplist-05": Rule("No Add is of a client that stays in the group.", "12.2"),
    "proplist-06": Rule("No two PreSharedKey proposals name the same key.", "12.2"),
    "proplist-07": Rule("At most one proposal sets the group context extensions.", "12.2"),
    "proplist-08": Rule("A ReInit stands alone.", "12.2"),
    "proplist-09": Rule("No ExternalInit is in a member's commit.", "12.2"),
    "proplist-10": Rule("Proposals of other than the default types are supported by all.", "12.2"),
    "proplist-11": Rule("A reference names a proposal received in this epoch.", "12.4.2"),
    # external commits
    "extcommit-01": Rule("An external commit has exactly one ExternalInit.", "12.2"),
    "extcommit-02": Rule("An external commit has at most one Remove.", "12.2"),
    "extcommit-03": Rule(
        "An external commit has only ExternalInit, Remove and PreSharedKey proposals.", "12.2"
    ),
    "extcommit-04": Rule("An external commit has no proposal by reference.", "12.4.3.2"),
    "extcommit-05": Rule("An external commit has a path.", "12.4.3.2"),
    "extcommit-06": Rule("An external commit removes only the joiner's own earlier leaf.", "12.2"),
    # commits
    "commit-01": Rule("A commit has a path if its proposals need one.", "12.4"),
    "commit-02": Rule("A path's leaf has another encryption key than the committer's.", "12.4.2"),
    "commit-03": Rule("A path has one node for each of the filtered direct path.", "12.4.2"),
    "commit-04": Rule("A path's keys are nowhere else in the tree.", "12.4.2"),
    "commit-05": Rule("A path node has one ciphertext for each node to encrypt to.", "12.4.2"),
    "commit-06": Rule("A path's leaf has the parent hash that follows from the path.", "7.9.2"),
    "commit-07": Rule("A path's keys are public keys of the suite's KEM.", "5.1.1"),
    "commit-08": Rule("A path's public keys follow from its path secrets.", "7.5"),
    "commit-09": Rule("A path secret opens for those it is encrypted to.", "7.5"),
    "commit-10": Rule("A commit's confirmation tag is that of the epoch it starts.", "12.4.2"),
    # group infos
    "groupinfo-01": Rule("The ratchet tree comes with the group info or beside it.", "12.4.3.3"),
    "groupinfo-02": Rule("The ratchet tree has the tree hash in the group context.", "12.4.3.1"),
    "groupinfo-03": Rule("A group info's signer is at a leaf that is not blank.", "12.4.3.1"),
    "groupinfo-04": Rule("A group info's signature verifies with its signer's key.", "12.4.3.1"),
    "groupinfo-05": Rule("A group info for an external commit has an external_pub.", "12.4.3.2"),
    "groupinfo-06": Rule("An external_pub is a public key of the suite's KEM.", "12.4.3.2"),
    "groupinfo-07": Rule("A group info in a Welcome has the epoch's confirmation tag.", "12.4.3.1"),
    "groupinfo-08": Rule("A group info is of the joiner's cipher suite.", "12.4.3.1"),
    # welcomes
    "welcome-01": Rule("A Welcome has secrets for the key package.", "12.4.3.1"),
    "welcome-02": Rule("A Welcome is of the key package's cipher suite.", "12.4.3.1"),
    "welcome-03": Rule("A Welcome has at most one reinitialization or branch key.", "12.4.3.1"),
    "welcome-04": Rule(
        "A group that follows another by its key is in its first epoch.", "12.4.3.1"
    ),
    "welcome-05": Rule("The key package's leaf is in the tree.", "12.4.3.1"),
    "welcome-06": Rule("The path's public keys follow from the Welcome's path secret.", "12.4.3.1"),
    "welcome-07": Rule(
        "A group that follows another is what its ReInit or branching says.", "12.4.3.1"
    ),
    # ratchet trees
    "tree-01": Rule("A tree's last node is not blank.", "12.4.3.3"),
    "tree-02": Rule("Leaves have even positions in a tree, parents odd ones.", "12.4.3.3"),
    "tree-03": Rule("Every parent's hash is in exactly one node of a child's resolution.", "7.9.2"),
    "tree-04": Rule("Unmerged leaves are in ascending order, each once.", "12.4.3.1"),
    "tree-05": Rule(
        "An unmerged leaf is not blank, and below the parent that lists it.", "12.4.3.1"
    ),
    "tree-06": Rule("Every parent between lists an unmerged leaf too.", "12.4.3.1"),
    "tree-07": Rule("An encryption key is in one node only.", "12.4.3.1"),
    "tree-08": Rule("A parent's encryption key is a public key of the suite's KEM.", "5.1.1"),
}


def require(condition: bool, rule: str, detail: str = "") -> None:
    """Raise ValidationError for the rule unless the condition holds."""
    assert rule in RULES
    if not condition:
        raise ValidationError(rule, detail)


@contextmanager
def enforcing(rule: str) -> Iterator[None]:
    """Turn a primitive's refusal within the block into the breach of a rule."""
    assert rule in RULES
    try:
        yield
    except CryptoError as error:
        raise ValidationError(rule, error.detail) from error
