"""A relay for tests of clients, and the toolkits beside the tests imported by name."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import relay_toolkit
from client_toolkit import Relay, a_relay
from postgres_cluster import Cluster, a_cluster


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Relay]:
    """A relay that runs, and can be killed and started again."""
    with a_relay(tmp_path) as running:
        yield running


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL that lives as long as the tests."""
    with a_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="module", params=["SQLite", "PostgreSQL"])
def either_database(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every relay of a module's tests runs on SQLite first, and then on PostgreSQL."""
    if request.param == "PostgreSQL":
        relay_toolkit.postgres = request.getfixturevalue("postgres")
    yield
    relay_toolkit.postgres = None
