"""What is kept of a relay's directory: facts, private keys until they are used, and contacts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from correspondents import ALICE, EVE, PublishingRelay, Stocked

from roomkey.client.directory_store import DirectoryStore
from roomkey.errors import IdentityChanged, StateCorrupt

KEY = bytes(32)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "some.directory"


@pytest.fixture
def store(path: Path) -> Iterator[DirectoryStore]:
    opened = DirectoryStore(path, KEY)
    yield opened
    opened.close()


def test_a_fact_takes_the_place_of_the_one_before_and_outlives_the_process(
    path: Path, store: DirectoryStore
) -> None:
    assert store.get("handle") is None
    for value in (b"bob", b"bobby"):
        store.set("handle", value)
    store.close()
    again = DirectoryStore(path, KEY)
    assert again.get("handle") == b"bobby"
    assert again.get("identity") is None
    again.close()
    with pytest.raises(StateCorrupt):
        DirectoryStore(path, bytes([1]) * 32)


def test_what_fails_half_way_changes_nothing(store: DirectoryStore) -> None:
    store.trust("alice", ALICE.identity)

    def fail() -> None:
        with store.transaction():
            store.set("handle", b"bob")
            store.trust("eve", EVE.identity)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert store.get("handle") is None
    assert store.contacts() == {"alice": ALICE.identity}


def test_the_private_keys_of_a_package_that_was_used_are_gone_and_no_others(
    stocked: Stocked,
) -> None:
    relay = PublishingRelay()
    stocked.fill(relay)
    used, other = (stocked.own(package) for package in relay.packages(last_resort=False)[:2])
    stocked.store.drop_package(used.reference)
    assert stocked.store.find_package(used.reference) is None
    assert stocked.store.find_package(other.reference) is not None


def test_another_identity_is_kept_apart_until_a_person_accepts_it(store: DirectoryStore) -> None:
    store.trust("alice", ALICE.identity)
    store.accept("alice")
    assert (store.contacts(), store.offered("alice")) == ({"alice": ALICE.identity}, None)
    with pytest.raises(IdentityChanged):
        store.trust("alice", EVE.identity)
    assert (store.contacts(), store.offered("alice")) == ({"alice": ALICE.identity}, EVE.identity)
    store.accept("alice")
    assert (store.contacts(), store.offered("alice")) == ({"alice": EVE.identity}, None)
    assert store.offered("nobody") is None
