"""Messages that break a rule of framing are refused, by that rule, and change nothing."""

import pytest

from roomkey.mls import Add, Commit, Remove, Sender, SenderType
from roomkey.mls.secret_tree import MAX_FORWARD

from .forged_commits import forge_commit
from .forged_messages import forge_message, forge_private
from .rooms import breach, make_room, new_bundle, new_identity, psk_proposal


def test_the_toolkit_makes_messages_that_are_accepted_as_long_as_no_rule_is_broken() -> None:
    sender, receiver = make_room(2).groups
    proposal = psk_proposal()
    assert receiver.process(forge_message(sender, proposal)).proposal == proposal
    assert receiver.process(forge_private(sender, b"hello", tail=bytes(9))).data == b"hello"
    assert receiver.process(forge_commit(sender)).group.epoch == receiver.epoch + 1


def test_a_message_to_another_group_is_refused() -> None:
    sender, receiver = make_room(2).groups
    with breach("msg-01", receiver):
        receiver.process(forge_message(sender, psk_proposal(), group_id=b"another"))


def test_a_message_from_a_blank_leaf_is_refused() -> None:
    room = make_room(3)
    room.turn(0, [Remove(1)])
    sender, receiver = room.groups
    with breach("msg-02", receiver):
        receiver.process(forge_message(sender, psk_proposal(), sender=Sender.member(1)))
    with breach("msg-02", receiver):
        receiver.process(forge_private(sender, b"hello", sender_leaf=1))


def test_a_message_that_another_key_signed_is_refused() -> None:
    sender, receiver = make_room(2).groups
    other = new_identity(b"other").private_key
    with breach("msg-03", receiver):
        receiver.process(forge_message(sender, psk_proposal(), signing_key=other))
    with breach("msg-03", receiver):
        receiver.process(forge_private(sender, b"hello", signing_key=other))


@pytest.mark.parametrize(
    "edit", [lambda _tag: b"", lambda tag: bytes(len(tag)), lambda tag: tag[1:]]
)
def test_a_members_public_message_without_a_good_membership_tag_is_refused(edit) -> None:
    sender, receiver = make_room(2).groups
    with breach("msg-04", receiver):
        receiver.process(forge_message(sender, psk_proposal(), edit_tag=edit))


def test_application_data_in_the_clear_is_refused() -> None:
    sender, receiver = make_room(2).groups
    with breach("msg-05", receiver):
        receiver.process(forge_message(sender, b"hello"))


@pytest.mark.parametrize("tail", [b"\1", b"\0\0\1", b"\1\0\0"])
def test_padding_that_is_not_zero_is_refused(tail: bytes) -> None:
    sender, receiver = make_room(2).groups
    with breach("msg-06", receiver):
        receiver.process(forge_private(sender, b"hello", tail=tail))


def test_an_external_sender_that_the_group_does_not_list_is_refused() -> None:
    sender, receiver = make_room(2).groups
    outside = Sender(SenderType.EXTERNAL, 0)
    with breach("msg-07", receiver):
        receiver.process(forge_message(sender, Remove(1), sender=outside))


def test_a_new_member_that_proposes_anything_but_an_add_is_refused() -> None:
    sender, receiver = make_room(2).groups
    newcomer = Sender(SenderType.NEW_MEMBER_PROPOSAL)
    with breach("msg-08", receiver):
        receiver.process(forge_message(sender, Remove(0), sender=newcomer))


def test_a_joiner_from_outside_that_sends_anything_but_a_commit_is_refused() -> None:
    sender, receiver = make_room(2).groups
    newcomer = Sender(SenderType.NEW_MEMBER_COMMIT)
    with breach("msg-09", receiver):
        receiver.process(forge_message(sender, Add(new_bundle().key_package), sender=newcomer))


def test_an_external_sender_that_commits_is_refused() -> None:
    sender, receiver = make_room(2).groups
    outside = Sender(SenderType.EXTERNAL, 0)
    with breach("msg-10", receiver):
        receiver.process(forge_message(sender, Commit(()), sender=outside))


def test_a_generation_too_far_ahead_is_refused_and_the_last_one_allowed_is_not() -> None:
    sender, receiver = make_room(2).groups
    with breach("msg-11", receiver):
        receiver.process(forge_private(sender, b"far", generation=MAX_FORWARD + 1))
    assert receiver.process(forge_private(sender, b"near", generation=MAX_FORWARD)).data == b"near"
