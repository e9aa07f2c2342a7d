"""A short seeded set of what `make faults` runs long: nothing is lost, doubled or seen apart."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from .__main__ import run_all
from .plan import draw

SEEDS = list(range(5, 13))


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
    assert counts["kill relay"]
    assert counts["kill client"]


def test_a_seed_always_draws_the_same_plan() -> None:
    assert str(draw(7)) == str(draw(7)) != str(draw(8))
