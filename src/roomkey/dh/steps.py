"""The exchange in seven steps: who does what, what it comes to, and who can see it."""

from dataclasses import dataclass
from typing import Literal

from .exchange import Exchange

Person = Literal["both", "a", "b"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its number from 1, who takes it, and what is done in words, letters and numbers.

    `values` are the numbers that it brings forth, by letter.
    """

    number: int
    who: Person
    text: str
    formula: str
    working: str
    values: tuple[tuple[str, int], ...]
    is_public: bool


def steps(exchange: Exchange) -> tuple[Step, ...]:
    """Take an exchange apart into its seven steps."""
    p, g = exchange.group.p, exchange.group.g
    a, b = exchange.a, exchange.b
    public_a, public_b = exchange.public_a, exchange.public_b
    secret_of_a, secret_of_b = pow(public_b, a, p), pow(public_a, b, p)
    return (
        Step(
            1,
            "both",
            "Both agree on a prime p and a generator g.",
            "",
            "",
            (("p", p), ("g", g)),
            True,
        ),
        Step(2, "a", "The first draws a private key a.", "", "", (("a", a),), False),
        Step(3, "b", "The second draws a private key b.", "", "", (("b", b),), False),
        Step(
            4, "a", "The first sends A.", "g^a mod p", f"{g}^{a} mod {p}", (("A", public_a),), True
        ),
        Step(
            5, "b", "The second sends B.", "g^b mod p", f"{g}^{b} mod {p}", (("B", public_b),), True
        ),
        Step(
            6,
            "a",
            "The first raises B to a.",
            "B^a mod p",
            f"{public_b}^{a} mod {p}",
            (("s", secret_of_a),),
            False,
        ),
        Step(
            7,
            "b",
            "The second raises A to b.",
            "A^b mod p",
            f"{public_a}^{b} mod {p}",
            (("s", secret_of_b),),
            False,
        ),
    )
