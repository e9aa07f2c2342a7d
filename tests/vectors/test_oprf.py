"""The vectors of RFC 9497 for OPRF(ristretto255, SHA-512), mode 0 (appendix A.1.1)."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from roomkey.crypto import oprf

VARIABLE = "ROOMKEY_OPRF_VECTORS"


@pytest.fixture(scope="module")
def group() -> dict[str, Any]:
    path = os.environ.get(VARIABLE)
    if not path:
        pytest.skip(f"{VARIABLE} does not name the file of RFC 9497's vectors")
    (found,) = (
        group
        for group in json.loads(Path(path).read_text())
        if group["identifier"] == "ristretto255-SHA512" and group["mode"] == 0
    )
    return dict(found)


def test_a_key_pair_follows_from_its_seed(group: dict[str, Any]) -> None:
    seed, info = bytes.fromhex(group["seed"]), bytes.fromhex(group["keyInfo"])
    assert oprf.derive_key_pair(seed, info)[0].hex() == group["skSm"]


def test_blind_evaluate_and_finalize_give_the_published_bytes(group: dict[str, Any]) -> None:
    key = bytes.fromhex(group["skSm"])
    assert group["vectors"]
    for vector in group["vectors"]:
        # A scalar that is reduced already comes through the reduction unchanged.
        uniform = bytes.fromhex(vector["Blind"]) + bytes(32)
        state, blinded = oprf.blind(bytes.fromhex(vector["Input"]), lambda _, u=uniform: u)
        assert blinded.hex() == vector["BlindedElement"]
        evaluated = oprf.evaluate(key, blinded)
        assert evaluated.hex() == vector["EvaluationElement"]
        assert oprf.finalize(state, evaluated).hex() == vector["Output"]
