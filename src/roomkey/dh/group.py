"""The public numbers p and g that two people agree on, and the powers of g, where they meet."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from roomkey.errors import ExchangeRefused

from .primes import FACTORABLE_BELOW, is_prime, prime_factors, smallest_divisor

MOST_BITS: Final = 4096
_LEAST_PRIME: Final = 5


@dataclass(frozen=True)
class Group:
    """The powers of the generator g modulo the prime p.

    Raises ExchangeRefused if p is not a prime from 5 up to 4,096 bits, or g not from 2 to p - 2:
    the powers of 1 and of p - 1 are one number or two, so nothing would be secret.
    """

    p: int
    g: int

    def __post_init__(self) -> None:
        if self.p < _LEAST_PRIME:
            raise ExchangeRefused("p_too_small", f"p is {self.p}, but must be at least 5")
        if self.p.bit_length() > MOST_BITS:
            raise ExchangeRefused("p_too_large", f"p has more than {MOST_BITS:,} bits")
        if not 2 <= self.g <= self.p - 2:
            raise ExchangeRefused("g_out_of_range", "g must be from 2 to p - 2")
        if not is_prime(self.p):
            raise ExchangeRefused("p_not_prime", _why_not_prime(self.p))

    @cached_property
    def order(self) -> int | None:
        """Count the different powers of g; None if p - 1 is too large to be taken apart.

        The order divides p - 1. It is found where p - 1 is below 2^40, and where (p - 1) / 2 is
        prime, as in all groups of RFC 7919.
        """
        factors = self._factors
        if factors is None:
            return None
        order = self.p - 1
        for prime in factors:
            while order % prime == 0 and pow(self.g, order // prime, self.p) == 1:
                order //= prime
        return order

    @cached_property
    def is_safe(self) -> bool:
        """Say whether (p - 1) / 2 is prime: then only 1 and p - 1 have few powers."""
        return is_prime((self.p - 1) // 2)

    @property
    def is_primitive(self) -> bool | None:
        """Say whether g is a primitive root: every number from 1 to p - 1 is a power of it."""
        return None if self.order is None else self.order == self.p - 1

    @cached_property
    def least_primitive_root(self) -> int | None:
        """Find the least primitive root modulo p; None if p - 1 is too large to be taken apart."""
        factors = self._factors
        if factors is None:
            return None
        exponents = [(self.p - 1) // prime for prime in factors]
        return next(
            root
            for root in range(2, self.p)
            if all(pow(root, exponent, self.p) != 1 for exponent in exponents)
        )

    @cached_property
    def _factors(self) -> tuple[int, ...] | None:
        if self.p <= FACTORABLE_BELOW:
            return prime_factors(self.p - 1)
        return (2, (self.p - 1) // 2) if self.is_safe else None


@dataclass(frozen=True)
class SafePrimeGroup(Group):
    """A group of a standard: p and (p - 1) / 2 are known to be prime, and not tried again."""

    def __post_init__(self) -> None:
        """Take the standard's word, which the tests hold it to."""

    @cached_property
    def is_safe(self) -> bool:
        """Say that (p - 1) / 2 is prime too."""
        return True


def _why_not_prime(number: int) -> str:
    if number > FACTORABLE_BELOW:
        return "p is not a prime number"
    divisor = smallest_divisor(number)
    return f"p is not a prime number: {number} = {divisor} × {number // divisor}"
