"""What each of the two does: raise the generator to a private key, and the other's value too."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from roomkey.errors import ExchangeRefused

from .group import Group


def generate_private_key(
    group: Group, *, randbelow: Callable[[int], int] = secrets.randbelow
) -> int:
    """Draw a private key evenly from those below the order of g, or p - 1 if that is unknown."""
    while True:
        private_key = 1 + randbelow((group.order or group.p - 1) - 1)
        if pow(group.g, private_key, group.p) not in (1, group.p - 1):
            return private_key


def public_value(group: Group, private_key: int) -> int:
    """Compute g^private_key mod p, which everybody may see.

    Raises ExchangeRefused if the private key is not from 1 to p - 2, or if its public value would
    be 1 or p - 1, which give it away.
    """
    if not 1 <= private_key <= group.p - 2:
        raise ExchangeRefused("private_key_out_of_range", "a private key must be from 1 to p - 2")
    value = pow(group.g, private_key, group.p)
    if value in (1, group.p - 1):
        raise ExchangeRefused(
            "private_key_gives_itself_away",
            "g to the power of this private key is 1 or p - 1, which everybody recognises",
        )
    return value


def check_public_value(group: Group, value: int) -> None:
    """Refuse a public value that would lead to a secret of few possibilities.

    Raises ExchangeRefused if it is not from 2 to p - 2 (RFC 7919, section 5.1) or, where the order
    of g is known, no power of g (NIST SP 800-56A revision 3, section 5.6.2.3.1).
    """
    if not 2 <= value <= group.p - 2:
        raise ExchangeRefused("public_value_out_of_range", "a public value must be from 2 to p - 2")
    if group.order is not None and pow(value, group.order, group.p) != 1:
        raise ExchangeRefused(
            "public_value_outside_group",
            "this public value is no power of g: it was not made as agreed",
        )


def shared_secret(group: Group, private_key: int, others_public_value: int) -> int:
    """Compute others_public_value^private_key mod p, the number that both arrive at.

    Raises ExchangeRefused if either number is one that must not be used.
    """
    check_public_value(group, others_public_value)
    public_value(group, private_key)
    return pow(others_public_value, private_key, group.p)


@dataclass(frozen=True)
class Exchange:
    """One exchange with everything in sight, as no eavesdropper has it.

    Raises ExchangeRefused if any of its numbers must not be used.
    """

    group: Group
    a: int
    b: int

    def __post_init__(self) -> None:
        shared_secret(self.group, self.a, self.public_b)

    @property
    def public_a(self) -> int:
        """Give A = g^a mod p."""
        return public_value(self.group, self.a)

    @property
    def public_b(self) -> int:
        """Give B = g^b mod p."""
        return public_value(self.group, self.b)

    @property
    def secret(self) -> int:
        """Give B^a mod p, which is A^b mod p."""
        return shared_secret(self.group, self.a, self.public_b)
