"""A short seeded set of what `make faults` runs long: nothing is lost, doubled or seen apart."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from .__main__ import run_all
from .plan import KINDS, Plan, draw, losing_pushes

SEEDS = list(range(5, 13))
BROWSER_SEEDS = [60, 100, 160]
LISTENERS = {"no-gap-check": KINDS.index("python"), "web:no-gap-check": KINDS.index("web")}
"""The mistakes that are looked for each time, with a client that makes them."""


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a short name: a Unix socket's has at most 107 bytes."""
    return tmp_path_factory.mktemp("f")


@pytest.mark.timeout(600)
def test_whatever_breaks_everybody_comes_to_see_the_same(folder: Path) -> None:
    counts: Counter[str] = Counter()
    reports = asyncio.run(run_all(SEEDS, 2, counts, folder))
    assert {report.seed: report.violations for report in reports if report.violations} == {}
    assert sorted(report.seed for report in reports) == SEEDS
    assert sum(report.messages for report in reports) > len(SEEDS)
    assert counts["kill relay"] + counts["stop relay"]
    assert counts["kill client"]


@pytest.mark.timeout(600)
def test_a_browser_that_is_killed_and_cut_off_shows_what_everybody_shows(folder: Path) -> None:
    counts: Counter[str] = Counter()
    assert all(draw(seed).has_browser for seed in BROWSER_SEEDS)
    reports = asyncio.run(run_all(BROWSER_SEEDS, 2, counts, folder))
    assert {report.seed: report.violations for report in reports if report.violations} == {}
    assert sorted(report.seed for report in reports) == BROWSER_SEEDS
    assert sum(report.messages for report in reports) > len(BROWSER_SEEDS)
    assert counts["kill client"]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("mutant", LISTENERS)
def test_a_client_that_does_not_miss_what_was_lost_is_found(folder: Path, mutant: str) -> None:
    def planned(seed: int) -> Plan:
        return losing_pushes(seed, LISTENERS[mutant])

    clean, mutated = folder / "c", folder / "m"
    clean.mkdir()
    mutated.mkdir()
    honest = run_all([1], 1, Counter(), clean, planned=planned)
    assert [report.violations for report in asyncio.run(honest)] == [[]]
    seeds = range(1, 13)
    work = run_all(seeds, 1, Counter(), mutated, [mutant], until_failed=True, planned=planned)
    assert any(report.violations for report in asyncio.run(work))


def test_a_seed_always_draws_the_same_plan() -> None:
    assert str(draw(7)) == str(draw(7)) != str(draw(8))
