"""Commits whose path or confirmation is wrong are refused."""

import os
from dataclasses import replace

import pytest

from roomkey.mls import Remove
from roomkey.mls.update_path import HpkeCiphertext, UpdatePath, UpdatePathNode

from .forged_commits import Forgery, forge_commit
from .rooms import SUITE, breach, make_room


def _fresh_key() -> bytes:
    return SUITE.kem.generate(os.urandom)[1]


def test_a_remove_without_a_path_is_refused() -> None:
    sender, receiver, _ = make_room(3).groups
    with breach("commit-01", receiver):
        receiver.process(forge_commit(sender, [Remove(2)], Forgery(path=False)))


def test_a_commit_without_proposals_or_path_is_refused() -> None:
    sender, receiver = make_room(2).groups
    with breach("commit-01", receiver):
        receiver.process(forge_commit(sender, how=Forgery(path=False)))


def test_a_path_that_keeps_the_committers_encryption_key_is_refused() -> None:
    sender, receiver = make_room(2).groups
    current = sender.leaf(0)
    assert current is not None
    how = Forgery(edit_leaf=lambda leaf: replace(leaf, encryption_key=current.encryption_key))
    with breach("commit-02", receiver):
        receiver.process(forge_commit(sender, how=how))


def _shorter(path: UpdatePath) -> UpdatePath:
    return replace(path, nodes=path.nodes[:-1])


def _longer(path: UpdatePath) -> UpdatePath:
    return replace(path, nodes=(*path.nodes, UpdatePathNode(_fresh_key(), ())))


@pytest.mark.parametrize("edit", [_shorter, _longer])
def test_a_path_with_too_few_or_too_many_nodes_is_refused(edit) -> None:
    room = make_room(4, filled=True)
    with breach("commit-03", room.groups[1]):
        room.groups[1].process(forge_commit(room.groups[0], how=Forgery(edit_path=edit)))


def test_a_path_with_a_key_that_is_in_the_tree_is_refused() -> None:
    room = make_room(4, filled=True)
    taken = room.groups[0].leaf(3)
    assert taken is not None
    how = Forgery(edit_keys=lambda keys: [keys[0], taken.encryption_key])
    with breach("commit-04", room.groups[1]):
        room.groups[1].process(forge_commit(room.groups[0], how=how))


def test_a_path_with_one_key_twice_is_refused() -> None:
    room = make_room(4, filled=True)
    how = Forgery(edit_keys=lambda keys: [keys[0], keys[0]])
    with breach("commit-04", room.groups[1]):
        room.groups[1].process(forge_commit(room.groups[0], how=how))


def _fewer(sealed: tuple[HpkeCiphertext, ...]) -> tuple[HpkeCiphertext, ...]:
    return sealed[:-1]


def _more(sealed: tuple[HpkeCiphertext, ...]) -> tuple[HpkeCiphertext, ...]:
    return (*sealed, sealed[-1])


@pytest.mark.parametrize("change", [_fewer, _more])
def test_a_path_with_a_ciphertext_too_few_or_too_many_is_refused(change) -> None:
    room = make_room(4, filled=True)

    def edit(path: UpdatePath) -> UpdatePath:
        *rest, top = path.nodes
        sealed = change(top.encrypted_path_secrets)
        return replace(path, nodes=(*rest, replace(top, encrypted_path_secrets=sealed)))

    with breach("commit-05", room.groups[1]):
        room.groups[1].process(forge_commit(room.groups[0], how=Forgery(edit_path=edit)))


@pytest.mark.parametrize("parent_hash", [b"", bytes(32)])
def test_a_path_whose_leaf_has_another_parent_hash_is_refused(parent_hash: bytes) -> None:
    sender, receiver = make_room(2).groups
    how = Forgery(edit_leaf=lambda leaf: replace(leaf, parent_hash=parent_hash))
    with breach("commit-06", receiver):
        receiver.process(forge_commit(sender, how=how))


@pytest.mark.parametrize("key", [b"", b"\5" * 31, b"\5" * 33])
def test_a_path_with_something_that_is_no_public_key_is_refused(key: bytes) -> None:
    sender, receiver = make_room(2).groups
    how = Forgery(edit_keys=lambda keys: [key, *keys[1:]])
    with breach("commit-07", receiver):
        receiver.process(forge_commit(sender, how=how))


def test_a_path_whose_public_key_does_not_follow_from_its_secret_is_refused() -> None:
    sender, receiver = make_room(2).groups
    how = Forgery(edit_keys=lambda keys: [_fresh_key(), *keys[1:]])
    with breach("commit-08", receiver):
        receiver.process(forge_commit(sender, how=how))


def _spoilt(path: UpdatePath) -> UpdatePath:
    node = path.nodes[0]
    sealed = node.encrypted_path_secrets[0]
    spoilt = replace(sealed, ciphertext=sealed.ciphertext[:-1] + bytes([sealed.ciphertext[-1] ^ 1]))
    return replace(
        path,
        nodes=(replace(node, encrypted_path_secrets=(spoilt,)), *path.nodes[1:]),
    )


def test_a_path_secret_that_does_not_open_is_refused() -> None:
    sender, receiver = make_room(2).groups
    with breach("commit-09", receiver):
        receiver.process(forge_commit(sender, how=Forgery(edit_path=_spoilt)))


@pytest.mark.parametrize(
    "edit", [lambda _tag: b"", lambda tag: bytes(len(tag)), lambda tag: tag[1:]]
)
def test_a_commit_with_another_confirmation_tag_is_refused(edit) -> None:
    sender, receiver = make_room(2).groups
    with breach("commit-10", receiver):
        receiver.process(forge_commit(sender, how=Forgery(edit_tag=edit)))
