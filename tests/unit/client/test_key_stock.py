"""The stock of key packages that one leaves at the relay."""

import pytest
from correspondents import BOB, DAY, EVE, RELAY, PublishingRelay, Stocked

from roomkey.client.conversation import read_package
from roomkey.client.room_policy import SEALED_NAME_EXTENSION
from roomkey.errors import BadSignature, PolicyViolation, RelayUnreachable
from roomkey.mls import LAST_RESORT_EXTENSION, find_extension


def test_a_stock_is_filled_and_only_then_left_alone(stocked: Stocked) -> None:
    relay = PublishingRelay()
    stocked.fill(relay)
    one_time, last = relay.packages(last_resort=False), relay.packages(last_resort=True)
    assert (len(set(one_time)), len(last)) == (20, 1)
    stocked.fill(relay, 10, 1)
    assert relay.packages(last_resort=False) == one_time
    stocked.fill(relay, 9, 1)
    assert len(set(relay.packages(last_resort=False))) == 31
    assert relay.packages(last_resort=True) == last


def test_packages_say_whose_they_are_and_what_they_are_for(stocked: Stocked) -> None:
    relay = PublishingRelay()
    stocked.fill(relay)
    leaves = set()
    for last_resort in (False, True):
        for encoded in relay.packages(last_resort=last_resort):
            package, contact = read_package(encoded, "bob", RELAY)
            assert contact.identity == BOB.identity
            is_last = find_extension(package.extensions, LAST_RESORT_EXTENSION) is not None
            assert is_last is last_resort
            assert package.leaf_node.extensions == ()
            assert SEALED_NAME_EXTENSION not in package.leaf_node.capabilities.extensions
            leaves.add(package.leaf_node.signature_key)
            lifetime = package.leaf_node.lifetime
            assert lifetime is not None
            assert lifetime.not_after - stocked.now == (60 if last_resort else 30) * DAY
    assert len(leaves) == 21
    with pytest.raises(PolicyViolation):
        read_package(relay.packages(last_resort=True)[0], "eve", RELAY)
    with pytest.raises(BadSignature):
        read_package(relay.packages(last_resort=True)[0], "bob", EVE.identity)


def test_what_was_not_published_goes_out_the_next_time_as_it_was(stocked: Stocked) -> None:
    with pytest.raises(RelayUnreachable):
        stocked.fill(PublishingRelay(answers=0))
    made = stocked.store.unpublished(last_resort=False)
    relay = PublishingRelay()
    stocked.fill(relay)
    published = relay.packages(last_resort=False)
    assert published == [package.bundle.key_package.encode() for package in made]


def test_the_package_of_last_resort_is_replaced_and_its_key_kept_while_it_may_be_used(
    stocked: Stocked,
) -> None:
    relay = PublishingRelay()
    stocked.fill(relay)
    stocked.now += 14 * DAY
    stocked.fill(relay, 20, 1)
    [first] = relay.packages(last_resort=True)
    stocked.now += 2 * DAY
    stocked.fill(relay, 20, 1)
    _, second = relay.packages(last_resort=True)
    assert second != first
    # it may be used for 60 days, and its Welcome lie in the inbox for 30
    stocked.own(first)
    stocked.now += 73 * DAY
    stocked.fill(relay, 20, 1)
    stocked.own(first)
    stocked.now += 2 * DAY
    stocked.fill(relay, 20, 1)
    with pytest.raises(AssertionError):
        stocked.own(first)
    stocked.own(second)
