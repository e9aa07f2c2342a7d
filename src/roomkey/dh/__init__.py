"""Diffie-Hellman over a finite field, to be looked at: the idea that Roomkey grew out of.

For showing how it works, with small numbers and with real ones. It protects nothing in Roomkey,
whose rooms use the curves and suites of `roomkey.crypto`: Python's integers take a time that
depends on their value.

Sources: Diffie and Hellman, New Directions in Cryptography (1976); RFC 7919 for the named groups
and what a public value must be; NIST SP 800-56A revision 3, section 5.6.2.3.1, for its subgroup.
"""

from .eavesdropper import find_private_key, is_within_reach
from .exchange import Exchange, generate_private_key, public_value, shared_secret
from .group import Group
from .named_groups import NAMED_GROUPS, named_group
from .remarks import Remark, remarks
from .steps import Step, steps

__all__ = [
    "NAMED_GROUPS",
    "Exchange",
    "Group",
    "Remark",
    "Step",
    "find_private_key",
    "generate_private_key",
    "is_within_reach",
    "named_group",
    "public_value",
    "remarks",
    "shared_secret",
    "steps",
]
