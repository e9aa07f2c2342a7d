"""A case of the official vectors, and what several categories read from one."""

from typing import Any

from roomkey.crypto.suite import CipherSuite
from roomkey.mls import GroupContext

Case = dict[str, Any]
unhex = bytes.fromhex
SCALAR_LENGTHS = {2: 32, 5: 66, 7: 48}


def private_key(suite: CipherSuite, encoded: str) -> bytes:
    """Read a private key; the vectors leave out the leading zeros of a NIST curve's scalar."""
    return unhex(encoded).rjust(SCALAR_LENGTHS.get(suite.id, 0), b"\x00")


def context_of(
    suite: CipherSuite, case: Case, epoch: int, tree: str, confirmed: str
) -> GroupContext:
    return GroupContext(suite.id, unhex(case["group_id"]), epoch, unhex(tree), unhex(confirmed))
