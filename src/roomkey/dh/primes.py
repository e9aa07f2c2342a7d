"""Is a number prime, and what divides it."""

import secrets
from collections.abc import Callable
from typing import Final

# Trial division up to the root of this takes a tenth of a second.
FACTORABLE_BELOW: Final = 1 << 40
_ROUNDS: Final = 40
_SMALL_PRIMES: Final = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)


def is_prime(number: int, *, randbelow: Callable[[int], int] = secrets.randbelow) -> bool:
    """Say whether a number is prime.

    Miller-Rabin with 40 random bases: a composite passes with probability below 2^-80, whoever
    chose it (FIPS 186-5, appendix B.3.1). Against fixed bases one can be built that always passes.
    """
    if number < 2:
        return False
    for prime in _SMALL_PRIMES:
        if number % prime == 0:
            return number == prime
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    return not any(
        _is_witness(2 + randbelow(number - 3), number, odd, twos) for _ in range(_ROUNDS)
    )


def _is_witness(base: int, number: int, odd: int, twos: int) -> bool:
    """Say whether a base shows that a number is composite; number - 1 is odd * 2^twos."""
    power = pow(base, odd, number)
    if power in (1, number - 1):
        return False
    for _ in range(twos - 1):
        power = power * power % number
        if power == number - 1:
            return False
    return True


def smallest_divisor(number: int) -> int:
    """Find the least divisor above 1 of a number from 2 to 2^40, by trying them all."""
    divisor = 2
    while divisor * divisor <= number:
        if number % divisor == 0:
            return divisor
        divisor += 1 if divisor == 2 else 2
    return number


def prime_factors(number: int) -> tuple[int, ...]:
    """List the different primes that divide a number from 1 to 2^40, smallest first."""
    found = []
    while number > 1:
        prime = smallest_divisor(number)
        found.append(prime)
        while number % prime == 0:
            number //= prime
    return tuple(found)
