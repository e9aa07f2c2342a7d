"""Lets the tests here import the fakes beside them by name, and gives them two correspondents."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from correspondents import Scene, Stocked


@pytest.fixture
def stocked(tmp_path: Path) -> Stocked:
    return Stocked(tmp_path)


@pytest.fixture
def scene(tmp_path: Path, stocked: Stocked) -> Scene:
    return Scene(tmp_path, stocked)
