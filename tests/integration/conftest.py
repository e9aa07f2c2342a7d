"""A relay for tests of clients, and the toolkits beside the tests imported by name."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from client_toolkit import Relay, a_relay


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Relay]:
    """A relay that runs, and can be killed and started again."""
    with a_relay(tmp_path) as running:
        yield running
