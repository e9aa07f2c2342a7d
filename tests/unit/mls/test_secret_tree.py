"""A message key is derived by whoever may have it, once, and never again."""

import pytest

from roomkey.crypto.suite import CipherSuite
from roomkey.errors import GenerationConsumed
from roomkey.mls.codec import Reader
from roomkey.mls.framing import ContentType
from roomkey.mls.secret_tree import MAX_SKIPPED, SecretTree


def create(suite: CipherSuite) -> SecretTree:
    return SecretTree.create(suite, 4, b"\x07" * suite.hash_length, 0)


@pytest.mark.parametrize("leaf", [-1, 4, 2**32 - 1])
def test_there_is_no_key_of_a_leaf_that_is_not_in_the_tree(suite: CipherSuite, leaf: int) -> None:
    with pytest.raises(GenerationConsumed):
        create(suite).receive(leaf, ContentType.APPLICATION, 0)


def test_two_keys_found_before_either_was_consumed_are_both_gone_afterwards(
    suite: CipherSuite,
) -> None:
    tree = create(suite)
    types = (ContentType.APPLICATION, ContentType.COMMIT)
    for staged in [tree.receive(2, content_type, 0) for content_type in types]:
        staged.consume()
    for content_type in types:
        with pytest.raises(GenerationConsumed):
            tree.receive(2, content_type, 0)
        assert tree.receive(2, content_type, 1).key


def test_of_a_past_epoch_only_the_others_application_messages_are_opened(
    suite: CipherSuite,
) -> None:
    tree = create(suite)
    tree.send(ContentType.APPLICATION)
    tree.receive(1, ContentType.COMMIT, 0).consume()
    past = tree.without_handshake()
    stored = SecretTree.decode(suite, 0, Reader(past.encode_past()))
    for one in (past, stored):
        with pytest.raises(GenerationConsumed):
            one.receive(1, ContentType.COMMIT, 1)
        assert one.receive(1, ContentType.APPLICATION, 0).key
    with pytest.raises(GenerationConsumed):
        stored.receive(0, ContentType.APPLICATION, 1)


def test_the_newest_skipped_keys_are_kept_however_they_came_to_be_skipped(
    suite: CipherSuite,
) -> None:
    tree = create(suite)
    for generation in (200, 400):
        tree.receive(1, ContentType.APPLICATION, generation).consume()
    oldest = 400 - MAX_SKIPPED - 1
    assert tree.receive(1, ContentType.APPLICATION, oldest).key
    with pytest.raises(GenerationConsumed):
        tree.receive(1, ContentType.APPLICATION, oldest - 1)
