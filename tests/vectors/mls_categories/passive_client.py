"""A client that joins by Welcome and follows all that happens."""

from roomkey.crypto.suite import cipher_suite
from roomkey.mls import (
    Environment,
    Group,
    GroupSnapshot,
    KeyPackage,
    KeyPackageBundle,
    LeafNode,
    Policy,
    PreSharedKeyId,
    PskType,
    SigningIdentity,
    decode_message,
)

from .case import Case, private_key, unhex


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
