"""A relay for people who mean harm; the toolkits are found by name."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))
sys.path.insert(0, str(Path(__file__).parent))

from client_toolkit import Relay, a_relay


@pytest.fixture(scope="module")
def shared_relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relay]:
    """One relay for the rooms of all tests in a file, whose people all have one address."""
    with pytest.MonkeyPatch.context() as environment:
        for rate in ("OPEN_ADDRESS", "ADMIT_ADDRESS", "EVALUATE_ADDRESS", "CREATE_ADDRESS"):
            environment.setenv(f"ROOMKEY_RATE_{rate}", "6000/minute")
        with a_relay(tmp_path_factory.mktemp("shared")) as running:
            yield running


@pytest.fixture
def relay(shared_relay: Relay, tmp_path: Path) -> Relay:
    """The file's relay, with clients that are this test's alone."""
    shared_relay.folder = tmp_path
    return shared_relay
