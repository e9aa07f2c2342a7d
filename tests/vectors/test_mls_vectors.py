"""The official test vectors of MLS (github.com/mlswg/mls-implementations), all of them.

`ROOMKEY_MLS_VECTORS` names the directory that holds their JSON files.
"""

import json
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from .mls_categories.case import Case
from .mls_categories.encoding import deserialization, messages
from .mls_categories.passive_client import passive_client
from .mls_categories.protection import message_protection, welcome
from .mls_categories.secrets import (
    crypto_basics,
    key_schedule,
    psk_secret,
    secret_tree,
    transcript_hashes,
)
from .mls_categories.treekem import treekem
from .mls_categories.trees import tree_operations, tree_positions, tree_validation

DIRECTORY = os.environ.get("ROOMKEY_MLS_VECTORS", "")
CATEGORIES: dict[str, Callable[[Case], None]] = {
    "deserialization": deserialization,
    "tree-math": tree_positions,
    "crypto-basics": crypto_basics,
    "key-schedule": key_schedule,
    "psk_secret": psk_secret,
    "secret-tree": secret_tree,
    "message-protection": message_protection,
    "transcript-hashes": transcript_hashes,
    "welcome": welcome,
    "tree-operations": tree_operations,
    "tree-validation": tree_validation,
    "treekem": treekem,
    "messages": messages,
    "passive-client-welcome": passive_client,
    "passive-client-handling-commit": passive_client,
    "passive-client-random": passive_client,
}
needs_vectors = pytest.mark.skipif(
    not DIRECTORY, reason="ROOMKEY_MLS_VECTORS does not name the directory of the vectors"
)


@cache
def cases(category: str) -> list[Case]:
    """Read the cases of one file."""
    loaded: list[Case] = json.loads((Path(DIRECTORY) / f"{category}.json").read_text())
    return loaded


def numbered_cases() -> list[tuple[str, int]]:
    if not DIRECTORY:
        return []
    return [(category, at) for category in CATEGORIES for at in range(len(cases(category)))]


@needs_vectors
@pytest.mark.parametrize(("category", "number"), numbered_cases())
def test_official_vector(category: str, number: int) -> None:
    CATEGORIES[category](cases(category)[number])


@needs_vectors
def test_all_official_vectors_are_run() -> None:
    assert len(numbered_cases()) == 785
