"""Commits whose proposals do not go together are refused."""

from dataclasses import replace

import pytest

from roomkey.mls import (
    Add,
    ExternalInit,
    GroupContextExtensions,
    ProposalReference,
    ReInit,
    Remove,
    UnknownProposal,
)
from roomkey.mls.proposal import Proposal

from .forged_commits import INIT, forge_commit, joiner
from .forged_leaves import forge_update
from .rooms import breach, make_room, new_bundle, new_identity, psk_proposal


def _newcomer() -> Add:
    return Add(new_bundle().key_package)


# by members


def test_a_commit_of_the_committers_own_update_is_refused() -> None:
    sender, receiver = make_room(2).groups
    with breach("proplist-01", receiver):
        receiver.process(forge_commit(sender, [forge_update(sender)]))
    reference = receiver.process(sender.propose_update()).reference
    with breach("proplist-01", receiver):
        receiver.process(forge_commit(sender, [ProposalReference(reference)]))


def test_a_commit_that_removes_the_committer_is_refused() -> None:
    sender, receiver = make_room(2).groups
    with breach("proplist-02", receiver):
        receiver.process(forge_commit(sender, [Remove(0)]))


def test_a_commit_that_removes_one_member_twice_is_refused() -> None:
    sender, receiver, _ = make_room(3).groups
    with breach("proplist-03", receiver):
        receiver.process(forge_commit(sender, [Remove(2), Remove(2)]))


def test_a_commit_that_updates_and_removes_one_member_is_refused() -> None:
    sender, receiver, third = make_room(3).groups
    proposal = third.propose_update()
    reference = ProposalReference(receiver.process(proposal).reference)
    sender.process(proposal)
    with breach("proplist-03", receiver):
        receiver.process(forge_commit(sender, [reference, Remove(2)]))


def test_a_commit_that_adds_one_client_twice_is_refused() -> None:
    sender, receiver = make_room(2).groups
    identity = new_identity(b"twin")
    adds = [Add(new_bundle(identity=identity).key_package) for _ in range(2)]
    with breach("proplist-04", receiver):
        receiver.process(forge_commit(sender, adds))


def test_a_commit_that_adds_a_member_is_refused_unless_it_removes_that_member() -> None:
    room = make_room(3)
    sender, receiver, _ = room.groups
    add = Add(new_bundle(identity=room.identities[2]).key_package)
    with breach("proplist-05", receiver):
        receiver.process(forge_commit(sender, [add]))
    assert receiver.process(forge_commit(sender, [Remove(2), add])).added == [2]


def test_a_commit_that_names_one_key_twice_is_refused() -> None:
    sender, receiver = make_room(2).groups
    with breach("proplist-06", receiver):
        receiver.process(forge_commit(sender, [psk_proposal(), psk_proposal()]))


def test_a_commit_that_sets_the_groups_extensions_twice_is_refused() -> None:
    sender, receiver = make_room(2).groups
    with breach("proplist-07", receiver):
        receiver.process(forge_commit(sender, [GroupContextExtensions(())] * 2))


def test_a_commit_of_a_reinit_and_something_else_is_refused() -> None:
    sender, receiver = make_room(2).groups
    with breach("proplist-08", receiver):
        receiver.process(forge_commit(sender, [ReInit(b"next", 1, 3), psk_proposal()]))


def test_a_members_commit_of_an_external_init_is_refused() -> None:
    sender, receiver = make_room(2).groups
    with breach("proplist-09", receiver):
        receiver.process(forge_commit(sender, [ExternalInit(bytes(32))]))


def test_a_commit_of_a_proposal_type_that_a_member_does_not_know_is_refused() -> None:
    sender, receiver = make_room(2).groups
    with breach("proplist-10", receiver):
        receiver.process(forge_commit(sender, [UnknownProposal(0xF00C, b"?")]))


def test_a_commit_that_refers_to_a_proposal_that_nobody_received_is_refused() -> None:
    sender, receiver = make_room(2).groups
    with breach("proplist-11", receiver):
        receiver.process(forge_commit(sender, [ProposalReference(bytes(32))]))


# from outside


def test_the_toolkit_joins_from_outside_as_long_as_no_rule_is_broken() -> None:
    sender, receiver = make_room(2).groups
    message = forge_commit(sender, [INIT, psk_proposal()], joiner())
    assert receiver.process(message).added == [2]


@pytest.mark.parametrize("inits", [[], [INIT, INIT]])
def test_an_external_commit_without_exactly_one_external_init_is_refused(
    inits: list[Proposal],
) -> None:
    sender, receiver = make_room(2).groups
    with breach("extcommit-01", receiver):
        receiver.process(forge_commit(sender, [*inits, psk_proposal()], joiner()))


def test_an_external_commit_with_two_removes_is_refused() -> None:
    room = make_room(4)
    how = joiner(room.identities[2])
    with breach("extcommit-02", room.groups[1]):
        room.groups[1].process(forge_commit(room.groups[0], [INIT, Remove(2), Remove(3)], how))


@pytest.mark.parametrize("extra", [_newcomer(), GroupContextExtensions(()), ReInit(b"n", 1, 3)])
def test_an_external_commit_with_another_kind_of_proposal_is_refused(extra: Proposal) -> None:
    sender, receiver = make_room(2).groups
    with breach("extcommit-03", receiver):
        receiver.process(forge_commit(sender, [INIT, extra], joiner()))


def test_an_external_commit_that_refers_to_a_proposal_is_refused() -> None:
    sender, receiver = make_room(2).groups
    message = sender.propose(psk_proposal())
    reference = ProposalReference(receiver.process(message).reference)
    with breach("extcommit-04", receiver):
        receiver.process(forge_commit(sender, [INIT, reference], joiner()))


def test_an_external_commit_without_a_path_is_refused() -> None:
    sender, receiver = make_room(2).groups
    with breach("extcommit-05", receiver):
        receiver.process(forge_commit(sender, [INIT], replace(joiner(), path=False)))


def test_an_external_commit_that_removes_somebody_of_the_same_name_is_refused() -> None:
    room = make_room(3)
    impostor = new_identity(room.identities[2].credential.identity)
    with breach("extcommit-06", room.groups[1]):
        room.groups[1].process(forge_commit(room.groups[0], [INIT, Remove(2)], joiner(impostor)))


def test_an_external_commit_that_removes_the_joiners_own_leaf_is_accepted() -> None:
    room = make_room(3)
    message = forge_commit(room.groups[0], [INIT, Remove(2)], joiner(room.identities[2]))
    assert room.groups[1].process(message).removed == [2]
