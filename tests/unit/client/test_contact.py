"""Who somebody is in the directory: a handle, an identity key, and when they are believed."""

from dataclasses import replace

import pytest
from correspondents import ALICE, EVE, RELAY, Stocked

from roomkey.client.contact import Contact, parse_handle, safety_number
from roomkey.errors import BadSignature, DecodeError, IdentityChanged
from roomkey.mls.codec import decode_all, opaque

KNOWN_NUMBER = "01804 85818 96522 92338 51680 58956 93355 59524 88110 93212 61346 27428"


def test_a_handle_is_read_as_people_type_it() -> None:
    assert parse_handle(" @Al.ice-7 ") == "al.ice-7"
    for wrong in ("", "@", "al", "a b", "al..ice", "alice-", "älice", "a" * 33, "@@alice"):
        with pytest.raises(DecodeError):
            parse_handle(wrong)


def test_a_contact_has_a_handle_of_the_one_form() -> None:
    contact = ALICE.introduce(b"l" * 32)
    encoded = contact.encode()
    assert decode_all(Contact.decode, encoded) == contact
    for wrong in (b"al\xe4ce", b"Alice", b"al", b"alice ", b"a" * 33, b""):
        with pytest.raises(DecodeError):
            decode_all(Contact.decode, encoded.replace(opaque(b"alice"), opaque(wrong), 1))


def test_a_safety_number_is_the_same_for_both_and_for_nobody_else() -> None:
    mine = safety_number("alice", b"a" * 32, "bob", b"b" * 32)
    assert mine == safety_number("bob", b"b" * 32, "alice", b"a" * 32)
    assert " ".join(mine) == KNOWN_NUMBER
    others = (
        safety_number("alice", b"a" * 32, "bob", b"c" * 32),
        safety_number("alice", b"a" * 32, "rob", b"b" * 32),
        safety_number("bob", b"a" * 32, "alice", b"b" * 32),
    )
    assert len({tuple(number) for number in (mine, *others)}) == 4


def test_a_contact_is_believed_only_as_relay_and_identity_signed_it() -> None:
    contact, leaf = ALICE.introduce(b"l" * 32), b"l" * 32
    contact.verify(RELAY, leaf)
    other = EVE.introduce(leaf)
    for wrong in (
        replace(contact, handle="eve"),
        replace(contact, identity=other.identity),
        replace(contact, certificate=other.certificate),
        replace(contact, signature=other.signature),
        replace(contact, certificate=b""),
        replace(contact, identity=b"short"),
        replace(contact, signature=ALICE.introduce(b"m" * 32).signature),
    ):
        with pytest.raises(BadSignature):
            wrong.verify(RELAY, leaf)
    with pytest.raises(BadSignature):
        contact.verify(EVE.identity, leaf)


def test_the_first_key_is_trusted_and_another_only_when_a_person_says_so(stocked: Stocked) -> None:
    store = stocked.store
    for _ in range(2):
        store.trust("alice", ALICE.identity)
    with pytest.raises(IdentityChanged):
        store.trust("alice", EVE.identity)
    store.trust("alice", ALICE.identity)
    assert store.contacts() == {"alice": ALICE.identity}
    assert store.offered("alice") == EVE.identity
    store.accept("alice")
    store.accept("alice")
    assert store.contacts() == {"alice": EVE.identity}
    with pytest.raises(IdentityChanged):
        store.trust("alice", ALICE.identity)
