"""What is worth knowing of a group before one relies on it."""

from dataclasses import dataclass
from typing import Literal

from .group import Group

RemarkId = Literal[
    "toy", "not_primitive", "primitive", "order_unknown", "order_composite", "short", "safe_prime"
]
_ENOUGH_BITS = 2048
_TOY_BITS = 64


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark: a stable id and a sentence for a person."""

    id: RemarkId
    sentence: str


def remarks(group: Group) -> tuple[Remark, ...]:
    """Say how large a group is, what its generator reaches, and what that means."""
    said = [_of_the_size(group)] if group.p.bit_length() < _ENOUGH_BITS else []
    order, is_safe = group.order, group.is_safe
    if order is None:
        said.append(
            Remark(
                "order_unknown",
                "How many powers g has is not known, so public values cannot be checked fully.",
            )
        )
        return tuple(said)
    if group.is_primitive:
        said.append(
            Remark(
                "primitive",
                "g is a primitive root: its powers are all numbers from 1 to p - 1. "
                "Whether a private key is even or odd can then be seen from its public value.",
            )
        )
    else:
        said.append(Remark("not_primitive", _not_primitive(group, order)))
    if is_safe:
        said.append(
            Remark(
                "safe_prime",
                "(p - 1) / 2 is prime too: p - 1 is the only harmful value with few powers.",
            )
        )
    else:
        said.append(
            Remark(
                "order_composite",
                "(p - 1) / 2 is not prime: more numbers have few powers, "
                "so that public values must be checked.",
            )
        )
    return tuple(said)


def _of_the_size(group: Group) -> Remark:
    bits = group.p.bit_length()
    if bits <= _TOY_BITS:
        return Remark(
            "toy", f"p has {bits} bits: a toy, in which trying all private keys takes no time."
        )
    return Remark(
        "short", f"p has {bits:,} bits: too few to protect anything; RFC 7919 begins at 2,048."
    )


def _not_primitive(group: Group, order: int) -> str:
    share = (group.p - 1) // order
    if group.p.bit_length() > _TOY_BITS:
        return f"g is not a primitive root: its powers are one in {share:,} of the numbers below p."
    return (
        f"g = {group.g} is not a primitive root modulo {group.p}: it has {order:,} different "
        f"powers, one in {share:,} of the numbers below p, "
        f"where {group.least_primitive_root} would reach them all. "
        "The exchange works all the same, among fewer numbers."
    )
