"""What somebody who listens can do: try private keys, one after the other."""

from collections.abc import Iterator
from typing import Final

from .exchange import check_public_value
from .group import Group

_REACH: Final = 1 << 24


def is_within_reach(group: Group) -> bool:
    """Say whether trying every private key takes seconds: at most 2^24 of them."""
    return (group.order or group.p - 1) <= _REACH


def powers(group: Group) -> Iterator[tuple[int, int]]:
    """Give (exponent, g^exponent mod p) for 1, 2, 3 ... up to the exponent that leads back to 1."""
    exponent, power = 1, group.g
    while power != 1:
        yield exponent, power
        exponent, power = exponent + 1, power * group.g % group.p
    yield exponent, power


def find_private_key(group: Group, value: int) -> int:
    """Find the least private key of a public value by trying 1, 2, 3 ...; as many tries as it says.

    Raises ExchangeRefused if it is no public value of this group. Takes as long as the group is
    large: ask `is_within_reach` first.
    """
    check_public_value(group, value)
    return next(exponent for exponent, power in powers(group) if power == value)
