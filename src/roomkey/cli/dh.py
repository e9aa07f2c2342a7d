"""`roomkey dh`: the exchange that Roomkey grew out of, shown with numbers."""

import textwrap
from typing import Final

from roomkey import dh
from roomkey.cli import output
from roomkey.errors import ExchangeRefused

_EXAMPLE: Final = (23, 9, 4, 3)
_WIDTH: Final = 72
_SHOWN_IN_DECIMAL: Final = 1 << 64
_WHO: Final = {"both": "both", "a": "first", "b": "second"}
_WARNING: Final = (
    "This shows the idea with plain numbers. Nothing in Roomkey is protected by it: "
    "rooms use curves, a post-quantum KEM and MLS."
)


def chosen(
    group_name: str | None, p: str | None, g: str | None, a: str | None, b: str | None
) -> dh.Exchange:
    """Make the exchange that the options ask for; private keys that are not given are drawn.

    Without any option it is p = 23, g = 9, a = 4, b = 3. Raises UsageError for options that do not
    go together and text that is no number, ExchangeRefused for numbers that must not be used.
    """
    if all(option is None for option in (group_name, p, g, a, b)):
        prime, generator, first, second = _EXAMPLE
        return dh.Exchange(dh.Group(prime, generator), first, second)
    group = _chosen_group(group_name, p, g)
    return dh.Exchange(
        group,
        dh.generate_private_key(group) if a is None else _number("--a", a),
        dh.generate_private_key(group) if b is None else _number("--b", b),
    )


def show(exchange: dh.Exchange, *, eavesdrop: bool, as_json: bool) -> None:
    """Print the seven steps, what to know of the group and, to `eavesdrop`, how it is broken."""
    if eavesdrop and not dh.is_within_reach(exchange.group):
        raise ExchangeRefused(
            "out_of_reach", "trying every private key of this group would take longer than a life"
        )
    if as_json:
        _print_records(exchange, eavesdrop=eavesdrop)
        return
    for step in dh.steps(exchange):
        seen = "everybody sees" if step.is_public else "stays secret"
        output.answer(f"{step.number}  {step.text}  [{_WHO[step.who]}; {seen}]")
        for letter, value in step.values:
            formula = f"{step.formula} = " if step.formula else ""
            working = f"{step.working} = " if formula and value < _SHOWN_IN_DECIMAL else ""
            output.answer(_wrapped(f"{letter} = {formula}{working}", value))
    output.answer(_wrapped("\nBoth have the same secret: ", exchange.secret, indent=""))
    output.answer()
    for remark in dh.remarks(exchange.group):
        output.answer(textwrap.fill(f"- {remark.sentence}", _WIDTH, subsequent_indent="  "))
    if eavesdrop:
        tries = dh.find_private_key(exchange.group, exchange.public_a)
        output.answer(
            f"- Somebody who listens sees p, g, A and B, and tries 1, 2, 3 ...: "
            f"after {tries:,} {'try' if tries == 1 else 'tries'}, a = {tries}."
        )
    output.note(textwrap.fill(_WARNING, _WIDTH))


def _chosen_group(name: str | None, p: str | None, g: str | None) -> dh.Group:
    if name is not None:
        if p is not None or g is not None:
            raise output.UsageError("Give either --group, or --p and --g.")
        return dh.named_group(name)
    if p is None or g is None:
        raise output.UsageError("Give both --p and --g, or --group.")
    return dh.Group(_number("--p", p), _number("--g", g))


def _number(option: str, text: str) -> int:
    try:
        return int(text, 0)
    except ValueError:
        raise output.UsageError(
            f"{option} is a whole number, in decimal or as 0x and hexadecimal digits."
        ) from None


def _wrapped(before: str, value: int, indent: str = "     ") -> str:
    """Write a number after some words, a large one in hexadecimal on as many lines as it needs."""
    if value < _SHOWN_IN_DECIMAL:
        return f"{indent}{before}{value}"
    lines = textwrap.wrap(f"{value:x}", _WIDTH - len(indent) - 2)
    return "\n".join([f"{indent}{before}0x", *(f"{indent}  {line}" for line in lines)])


def _print_records(exchange: dh.Exchange, *, eavesdrop: bool) -> None:
    """Print a record a step; numbers are text in decimal, as not every program takes large ones."""
    for step in dh.steps(exchange):
        values = {letter: str(value) for letter, value in step.values}
        output.record(
            "step",
            number=step.number,
            who=_WHO[step.who],
            text=step.text,
            formula=step.formula,
            values=values,
            public=step.is_public,
        )
    for remark in dh.remarks(exchange.group):
        output.record("remark", id=remark.id, sentence=remark.sentence)
    if eavesdrop:
        output.record("found", a=str(dh.find_private_key(exchange.group, exchange.public_a)))
