"""A member's room keys: the newest whole, older ones as far as the chain leads."""

import pytest

from roomkey.keys.history import PastKeys, seal_key_chain
from roomkey.keys.key_ring import KeyRing
from roomkey.keys.root import RoomSecrets, derive_secrets

ROOM = bytes(16)
KEYS = [derive_secrets(bytes((number,)) * 32, number) for number in range(4)]
LINKS = {n: seal_key_chain(KEYS[n], KEYS[n - 1], ROOM) for n in range(1, 4)}


def reading(secrets: RoomSecrets) -> PastKeys:
    return PastKeys(secrets.key_id, secrets.names, secrets.history)


def test_a_ring_keeps_of_an_older_key_only_what_reads_the_past() -> None:
    ring = KeyRing(KEYS[0]).turn(KEYS[1]).turn(KEYS[2])
    assert ring.current == KEYS[2]
    assert ring.past == [reading(KEYS[0]), reading(KEYS[1])]
    assert ring.find(2) == reading(KEYS[2])
    assert ring.find(3) is None
    assert not hasattr(ring.past[0], "psk")


def test_who_holds_the_newest_key_reads_all_that_came_before() -> None:
    ring = KeyRing(KEYS[3]).follow_chain(ROOM, LINKS)
    assert ring.past == [reading(secrets) for secrets in KEYS[:3]]


@pytest.mark.parametrize("missing", [1, 2, 3])
def test_a_link_that_is_missing_or_forged_ends_the_chain(missing: int) -> None:
    without = {n: link for n, link in LINKS.items() if n != missing}
    forged = {**LINKS, missing: LINKS[missing][:-1] + bytes((LINKS[missing][-1] ^ 1,))}
    for links in (without, forged):
        ring = KeyRing(KEYS[3]).follow_chain(ROOM, links)
        assert [keys.key_id for keys in ring.past] == list(range(missing, 3))


def test_a_gap_between_known_keys_is_closed_by_the_chain() -> None:
    ring = KeyRing(KEYS[0]).turn(KEYS[3])
    assert [keys.key_id for keys in ring.past] == [0]
    assert ring.follow_chain(ROOM, LINKS).past == [reading(secrets) for secrets in KEYS[:3]]


def test_a_chain_replaces_nothing_that_is_known() -> None:
    other = derive_secrets(b"other" + bytes(27), 0)
    forged = {1: seal_key_chain(KEYS[1], other, ROOM)}
    ring = KeyRing(KEYS[0]).turn(KEYS[1]).follow_chain(ROOM, forged)
    assert ring.past == [reading(KEYS[0])]


def test_a_ring_shows_no_key() -> None:
    assert repr(KeyRing(KEYS[0]).turn(KEYS[1])) == "KeyRing(key_id=1)"
