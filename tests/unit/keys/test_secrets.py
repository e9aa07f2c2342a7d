"""The exchange with the relay, and that keys stay apart and out of sight."""

import os
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roomkey.crypto import oprf
from roomkey.crypto.randomness import system_random
from roomkey.crypto.signature import ED25519
from roomkey.errors import BadSignature, DecodeError, DecryptionFailed, InvalidKey
from roomkey.keys import admission, archive, history, labels, new_root, sealed_name
from roomkey.keys.client_exchange import blind, finish
from roomkey.keys.labels import u32, u64
from roomkey.keys.root import derive_root, derive_secrets
from roomkey.keys.safety_code import safety_code
from roomkey.keys.sealing import seal
from roomkey.wire.transcripts import close_transcript, leave_transcript, transcript

ROOM_ID = bytes(16)
LEAF = bytes(32)
SECRETS = derive_secrets(bytes(range(32)), 1)


def test_different_blindings_lead_to_the_same_keys_and_another_room_to_others() -> None:
    key, _ = oprf.derive_key_pair(bytes(32), b"room")
    found = []
    for room_id in (ROOM_ID, ROOM_ID, b"x" * 16):
        exchange, blinded = blind(" open sesame ", room_id)
        found.append((blinded, finish(exchange, oprf.evaluate(key, blinded))))
    assert found[0][0] != found[1][0]
    assert found[0][1] == found[1][1]
    assert found[0][1] != found[2][1]


def test_the_four_keys_differ_and_the_key_id_changes_none() -> None:
    assert len({SECRETS.admission, SECRETS.psk, SECRETS.names, SECRETS.history}) == 4
    later = SECRETS.with_key_id(2)
    assert later.key_id == 2
    assert later.psk == SECRETS.psk


def test_no_key_shows_in_a_repr_and_none_can_be_replaced() -> None:
    exchange, _ = blind("open sesame", ROOM_ID)
    assert repr(SECRETS) == "RoomSecrets(key_id=1)"
    assert repr(exchange) == "Exchange()"
    with pytest.raises(FrozenInstanceError):
        SECRETS.psk = bytes(32)  # type: ignore[misc]


def test_wrong_lengths_are_refused_before_anything_is_derived() -> None:
    with pytest.raises(InvalidKey):
        derive_root(bytes(63), ROOM_ID)
    with pytest.raises(InvalidKey):
        derive_root(bytes(64), bytes(15))
    with pytest.raises(InvalidKey):
        derive_secrets(bytes(31))
    with pytest.raises(InvalidKey):
        blind("open sesame", bytes(15))
    with pytest.raises(InvalidKey):
        history.seal_epoch_secret(SECRETS, ROOM_ID, 1, bytes(31))
    with pytest.raises(InvalidKey):
        new_root.seal_new_root(bytes(32), 2, ROOM_ID, bytes(31))
    with pytest.raises(InvalidKey):
        new_root.seal_new_root(bytes(31), 2, ROOM_ID, bytes(32))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_what_opens_and_has_another_form_is_refused(length: int) -> None:
    """Whoever knows the keys can seal anything under them."""
    epoch = (ROOM_ID, u32(1), u64(7))
    sealed = seal(SECRETS.history, labels.EPOCH_HISTORY, epoch, bytes(length), system_random)
    with pytest.raises(DecryptionFailed, match="length"):
        history.open_epoch_secret(SECRETS.history, 1, ROOM_ID, 7, sealed)
    sealed = seal(
        SECRETS.history, labels.KEY_CHAIN, (ROOM_ID, u32(1)), bytes(length), system_random
    )
    with pytest.raises(DecryptionFailed, match="form"):
        history.open_key_chain(SECRETS.history, 1, ROOM_ID, sealed)
    copy = transcript(bytes(16), bytes(32), bytes(length), b"name", b"content", bytes(64))
    sealed = seal(bytes(32), labels.ARCHIVE, (ROOM_ID, u64(7)), copy, system_random)
    with pytest.raises(DecryptionFailed, match="form"):
        archive.open_archive(bytes(32), ROOM_ID, 7, sealed)


def test_no_key_comes_before_the_first() -> None:
    sealed = seal(SECRETS.history, labels.KEY_CHAIN, (ROOM_ID, u32(0)), bytes(64), system_random)
    with pytest.raises(DecryptionFailed, match="form"):
        history.open_key_chain(SECRETS.history, 0, ROOM_ID, sealed)


@given(st.lists(st.binary(max_size=5), max_size=4), st.lists(st.binary(max_size=5), max_size=4))
def test_different_fields_never_share_a_transcript(one: list[bytes], other: list[bytes]) -> None:
    assert (transcript(b"label", *one) == transcript(b"label", *other)) == (one == other)


@pytest.mark.parametrize("other", [close_transcript, leave_transcript])
def test_a_signature_for_another_purpose_does_not_admit(
    other: Callable[[bytes, bytes], bytes],
) -> None:
    signature = ED25519.sign(SECRETS.admission, other(ROOM_ID, LEAF))
    public = SECRETS.admission_public_key
    with pytest.raises(BadSignature):
        admission.verify_admission(public, ROOM_ID, bytes(32), LEAF, signature)


@given(st.text(max_size=64))
def test_a_name_comes_back_as_it_was_and_hides_its_length(name: str) -> None:
    sealed = sealed_name.seal_name(SECRETS, ROOM_ID, LEAF, name)
    assert (len(sealed) - 48) % 64 == 0
    assert sealed_name.open_name(SECRETS.names, 1, ROOM_ID, LEAF, sealed) == name


@given(st.data())
def test_no_changed_bit_of_a_sealed_name_goes_unseen(data: st.DataObject) -> None:
    sealed = bytearray(sealed_name.seal_name(SECRETS, ROOM_ID, LEAF, "Ada"))
    bit = data.draw(st.integers(0, 8 * len(sealed) - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(DecryptionFailed):
        sealed_name.open_name(SECRETS.names, 1, ROOM_ID, LEAF, bytes(sealed))


@pytest.mark.parametrize("name", ["n" * 257, "\ud800"])
def test_a_name_that_cannot_be_sealed_is_refused(name: str) -> None:
    with pytest.raises(DecodeError):
        sealed_name.seal_name(SECRETS, ROOM_ID, LEAF, name)


def test_two_seals_of_one_name_have_nothing_in_common() -> None:
    one, other = (sealed_name.seal_name(SECRETS, ROOM_ID, LEAF, "Ada") for _ in range(2))
    assert one[:32] != other[:32]
    assert one[32:] != other[32:]


def test_the_chain_of_room_keys_reaches_the_first() -> None:
    keys = [derive_secrets(os.urandom(32), number) for number in range(4)]
    links = {new.key_id: history.seal_key_chain(new, old, ROOM_ID) for old, new in pairwise(keys)}
    key, number = keys[3].history, 3
    while number:
        past = history.open_key_chain(key, number, ROOM_ID, links[number])
        key, number = past.history, past.key_id
        assert (past.names, past.history) == (keys[number].names, keys[number].history)


def test_a_chain_link_does_not_skip_a_room_key() -> None:
    with pytest.raises(InvalidKey):
        history.seal_key_chain(SECRETS.with_key_id(3), SECRETS, ROOM_ID)


@given(st.binary(max_size=300), st.integers(0, 2**64 - 1))
def test_an_archive_copy_comes_back_as_it_was(content: bytes, epoch: int) -> None:
    copy = archive.make_archive_copy(bytes(32), ROOM_ID, epoch, b"p", 1, b"name", content)
    sealed = archive.seal_archive(bytes(32), ROOM_ID, epoch, copy)
    assert archive.open_archive(bytes(32), ROOM_ID, epoch, sealed) == copy


def test_a_member_cannot_archive_words_nobody_signed() -> None:
    copy = archive.make_archive_copy(bytes(32), ROOM_ID, 1, b"p", 1, b"name", b"said")
    forged = archive.ArchiveCopy(
        copy.pseudonym, copy.signature_key, 1, copy.sealed_name, b"not said", copy.signature
    )
    with pytest.raises(BadSignature):
        archive.open_archive(
            bytes(32), ROOM_ID, 1, archive.seal_archive(bytes(32), ROOM_ID, 1, forged)
        )
    assert ED25519.public_key(bytes(32)) == copy.signature_key


def test_a_safety_code_differs_between_groups_and_has_its_form() -> None:
    one, other = safety_code(bytes(32)), safety_code(b"\x01" + bytes(31))
    assert one == safety_code(bytes(32))
    assert one.digits != other.digits
    assert one.words != other.words
    assert [len(group) for group in one.digits] == [5] * 6
    assert str(one).replace(" ", "").isdigit()
