"""Random groups of Python and TypeScript members: whatever happens, both make the same of it.

`ROOMKEY_MLS_SEEDS` says how many groups of each suite live; `ROOMKEY_MLS_SEED` names the one to
live again, as the failure of a group gives it.
"""

import os
import shutil
from collections.abc import Iterator

import pytest
from mls_members import PythonMembers
from mls_node_members import WEB, NodeMembers
from mls_world import World

SEEDS = int(os.environ.get("ROOMKEY_MLS_SEEDS", "5"))
ONLY = os.environ.get("ROOMKEY_MLS_SEED")
STEPS = 40

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed"),
    pytest.mark.skipif(
        not (WEB / "node_modules/rolldown").is_dir(),
        reason="the browser client's packages are not installed: run npm ci in web",
    ),
]


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeMembers]:
    """A process with the members that TypeScript has."""
    members = NodeMembers(tmp_path_factory.mktemp("members"))
    yield members
    members.close()


@pytest.mark.parametrize("suite", [0x0001, 0x0002, 0x0003, 0xF00E], ids=lambda suite: f"{suite:x}")
@pytest.mark.parametrize("seed", range(SEEDS) if ONLY is None else [int(ONLY)])
def test_a_group_in_two_languages_holds_together(node: NodeMembers, suite: int, seed: int) -> None:
    world = World(suite, seed, [PythonMembers(), node])
    try:
        world.live(STEPS)
    except BaseException:
        print(f"suite 0x{suite:04x}: ROOMKEY_MLS_SEED={seed}, after {' '.join(world.trace)}")
        raise
    finally:
        world.close()
