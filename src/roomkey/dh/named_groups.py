"""The groups of RFC 7919, made from the formula that its appendix A gives for each."""

from functools import cache
from typing import Final

from roomkey.errors import ExchangeRefused

from .group import SafePrimeGroup

# p = 2^b - 2^(b-64) + (floor(2^(b-130) e) + X) 2^64 - 1, with the least X >= 0 that makes p and
# (p - 1) / 2 prime: digits of e leave nobody a choice in which a weakness could be hidden.
_OFFSETS: Final = {2048: 560316, 3072: 2625351, 4096: 5736041, 6144: 15705020, 8192: 10965728}

NAMED_GROUPS: Final = tuple(f"ffdhe{bits}" for bits in _OFFSETS)


@cache
def named_group(name: str) -> SafePrimeGroup:
    """Give a group by its name, "ffdhe2048" to "ffdhe8192"; g is 2, and (p - 1) / 2 is prime.

    Raises ExchangeRefused for any other name. Source: RFC 7919, appendix A.
    """
    if name not in NAMED_GROUPS:
        raise ExchangeRefused("unknown_group", f"the named groups are {', '.join(NAMED_GROUPS)}")
    bits = int(name.removeprefix("ffdhe"))
    middle = _floor_of_e_times_power_of_two(bits - 130) + _OFFSETS[bits]
    return SafePrimeGroup((1 << bits) - (1 << (bits - 64)) + (middle << 64) - 1, 2)


def _floor_of_e_times_power_of_two(exponent: int) -> int:
    """Compute floor(2^exponent * e) from the sum of 1/n!, with 64 bits more than are asked for."""
    spare = 64
    term = 1 << (exponent + spare)
    total, n = 0, 0
    while term:
        total, n = total + term, n + 1
        term //= n
    return total >> spare
