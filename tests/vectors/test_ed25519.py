"""The verdicts on Ed25519 signatures that all members of a group share, whatever they run."""

import json
from pathlib import Path
from typing import Any

import pytest

from roomkey.crypto.signature import ED25519
from roomkey.errors import BadSignature

FILE = Path(__file__).parents[2] / "vectors" / "crypto" / "ed25519.json"
VECTORS = json.loads(FILE.read_text("ascii"))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["why"])
def test_a_signature_gets_the_verdict_all_members_reach(vector: dict[str, Any]) -> None:
    public, message, signature = (
        bytes.fromhex(vector[name]) for name in ("public", "message", "signature")
    )
    if vector["result"] == "valid":
        ED25519.verify(public, message, signature)
        return
    with pytest.raises(BadSignature):
        ED25519.verify(public, message, signature)
