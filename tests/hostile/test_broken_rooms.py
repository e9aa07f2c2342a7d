"""What people read of a change that nobody can follow, whoever is said to have sent it."""

from collections.abc import Iterator

import pytest
from company import AtPage, AtTerminal, Company
from lying_relay import LyingRelay
from playwright.sync_api import Browser
from told import Told

from roomkey.errors import ChangeUndone, RoomBroken

Reader = AtPage | AtTerminal


@pytest.fixture(scope="module", params=[True, False], ids=["host at page", "host at terminal"])
def company(
    request: pytest.FixtureRequest,
    lying: LyingRelay,
    chromium: Browser,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Company]:
    """The room of both tests; who is removed in the first is in again at its end."""
    company = Company(
        lying, chromium, tmp_path_factory.mktemp("people"), host_is_at_page=request.param
    )
    company.gather()
    yield company
    company.close()


def test_an_honest_member_is_blamed_for_a_change_that_nobody_can_follow(
    company: Company, told: Told
) -> None:
    def words(reader: Reader) -> tuple[str, ...]:
        return told.page if isinstance(reader, AtPage) else told.terminal

    ann, bob, cleo = company.ann, company.bob, company.cleo
    company.break_the_room(company.dan, blamed="Bob")
    to_the_removed, *_ = words(bob)
    bob.is_out(to_the_removed)
    _, to_the_host, to_all = words(ann)
    ann.is_told_until_it_is_read(to_the_host)
    ann.is_told_for_good(f"Bob {to_all}")
    *_, to_all = words(cleo)
    cleo.is_told_for_good(f"Bob {to_all}")
    bob.join_again(company.code)
    bob.say("Bob is in again")
    for one in (ann, cleo):
        one.sees("Bob is in again")


def test_a_room_waits_for_its_host_and_all_are_told_why_and_who_was_removed(
    company: Company,
) -> None:
    ann, bob, cleo = company.ann, company.bob, company.cleo
    ann.go_away()
    company.break_the_room(company.eva)
    for one in (bob, cleo):
        one.is_told(RoomBroken.sentence, RoomBroken.next_step)
    cleo.say("Cleo wrote meanwhile")
    ann.come_back(company.code)
    ann.is_told_until_it_is_read(ChangeUndone.sentence, ChangeUndone.next_step)
    for one in (ann, bob, cleo):
        how = "was removed by a host" if isinstance(one, AtPage) else "was removed"
        one.is_told_for_good(f"Eva {how}")
    for one in (ann, bob):
        one.sees("Cleo wrote meanwhile")
