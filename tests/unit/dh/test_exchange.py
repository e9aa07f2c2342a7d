"""Two people arrive at the same number, and numbers that must not be used are refused."""

import hashlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roomkey import dh
from roomkey.dh import eavesdropper
from roomkey.dh.primes import is_prime, prime_factors
from roomkey.errors import ExchangeRefused

PRIMES = [n for n in range(5, 3000) if all(n % d for d in range(2, int(n**0.5) + 1))]

SAFE = 604462909807314587353439
"""The least safe prime of 80 bits."""

# SHA-256 of p, big-endian, as OpenSSL 3.0.19 has it.
OPENSSL = {
    "ffdhe2048": "9cd3b7f336872f46c09428d1bbc19877a4d440512cda8d1c1cf0cd6e33698966",
    "ffdhe3072": "0eaf67db3a839156d5013494a5318a772b5697d270d721f37f092efc69ea5a17",
    "ffdhe4096": "4648414224ac881b3d0dc59b466f96d06a558278776807797ecf1f66ff397b3e",
    "ffdhe6144": "227ac9066b3ddd9e193670cda2388fa884f65ba0cf98b742d1fe77a6687c79c7",
    "ffdhe8192": "770b14efaf6f049929c523113b3fa99a8d11dab1b18af3609590122075d19833",
}


@st.composite
def groups(draw: st.DrawFn) -> dh.Group:
    p = draw(st.sampled_from(PRIMES))
    return dh.Group(p, draw(st.integers(2, p - 2)))


def refusal(action: Callable[[], object]) -> str:
    with pytest.raises(ExchangeRefused) as caught:
        action()
    return caught.value.problem


def powers(group: dh.Group) -> set[int]:
    return {pow(group.g, exponent, group.p) for exponent in range(1, group.p)}


def test_the_worked_example_gives_6_and_16_and_9() -> None:
    exchange = dh.Exchange(dh.Group(23, 9), 4, 3)
    assert (exchange.public_a, exchange.public_b, exchange.secret) == (6, 16, 9)
    results = [dict(step.values) for step in dh.steps(exchange)]
    assert results == [
        {"p": 23, "g": 9}, {"a": 4}, {"b": 3}, {"A": 6}, {"B": 16}, {"s": 9}, {"s": 9}
    ]  # fmt: skip


def test_nine_is_no_primitive_root_modulo_23_but_five_is() -> None:
    nine, five = dh.Group(23, 9), dh.Group(23, 5)
    assert (nine.order, nine.is_primitive, nine.least_primitive_root) == (11, False, 5)
    assert (five.order, five.is_primitive) == (22, True)
    assert "not_primitive" in {remark.id for remark in dh.remarks(nine)}
    assert {"toy", "primitive"} <= {remark.id for remark in dh.remarks(five)}


def test_what_is_remarked_of_a_group_is_its_size_its_generator_and_its_order() -> None:
    def said(p: int, g: int) -> list[str]:
        return [remark.id for remark in dh.remarks(dh.Group(p, g))]

    assert said(23, 9) == ["toy", "not_primitive", "safe_prime"]
    assert said(31, 3) == ["toy", "primitive", "order_composite"]
    assert said(SAFE, 4) == ["short", "not_primitive", "safe_prime"]
    assert dh.remarks(dh.named_group("ffdhe2048"))[0].id != "short"


def test_of_a_group_that_is_no_toy_no_long_number_is_read_out() -> None:
    assert str(SAFE) not in " ".join(r.sentence for r in dh.remarks(dh.Group(SAFE, 4)))


def test_only_what_everybody_may_know_is_marked_public() -> None:
    public = [
        step.values for step in dh.steps(dh.Exchange(dh.Group(23, 9), 4, 3)) if step.is_public
    ]
    assert [letter for values in public for letter, _ in values] == ["p", "g", "A", "B"]


@given(groups())
def test_both_arrive_at_the_same_secret_in_any_group(group: dh.Group) -> None:
    a, b = dh.generate_private_key(group), dh.generate_private_key(group)
    public_a, public_b = dh.public_value(group, a), dh.public_value(group, b)
    secret = dh.shared_secret(group, a, public_b)
    assert secret == dh.shared_secret(group, b, public_a) == dh.Exchange(group, a, b).secret
    assert secret in powers(group)


@settings(max_examples=10)
@given(st.sampled_from(["ffdhe2048", "ffdhe3072"]), st.data())
def test_both_arrive_at_the_same_secret_in_named_groups(name: str, data: st.DataObject) -> None:
    group = dh.named_group(name)
    a, b = (data.draw(st.integers(2, group.p - 2)) for _ in range(2))
    assert dh.shared_secret(group, a, dh.public_value(group, b)) == dh.Exchange(group, a, b).secret


@given(groups())
def test_the_order_counts_the_different_powers(group: dh.Group) -> None:
    assert group.order == len(powers(group))
    assert group.is_primitive == (powers(group) == set(range(1, group.p)))


@given(groups())
def test_the_least_primitive_root_reaches_every_number_and_no_smaller_one_does(
    group: dh.Group,
) -> None:
    root = group.least_primitive_root
    assert root is not None
    reached = [len({pow(g, e, group.p) for e in range(1, group.p)}) for g in range(2, root + 1)]
    assert reached[-1] == group.p - 1
    assert all(count < group.p - 1 for count in reached[:-1])


@given(groups(), st.integers(-3, 3000))
def test_a_public_value_is_taken_if_and_only_if_it_is_a_power_that_hides_its_exponent(
    group: dh.Group, value: int
) -> None:
    key = dh.generate_private_key(group)
    if value in powers(group) - {1, group.p - 1}:
        assert dh.shared_secret(group, key, value) == pow(value, key, group.p)
        return
    problem = refusal(lambda: dh.shared_secret(group, key, value))
    inside = 2 <= value <= group.p - 2
    assert problem == ("public_value_outside_group" if inside else "public_value_out_of_range")


@given(groups())
def test_a_listener_finds_the_private_key_of_a_toy(group: dh.Group) -> None:
    value = dh.public_value(group, dh.generate_private_key(group))
    found = dh.find_private_key(group, value)
    assert pow(group.g, found, group.p) == value
    assert found == next(e for e in range(1, group.p) if pow(group.g, e, group.p) == value)


@pytest.mark.parametrize(
    ("p", "g", "problem"),
    [
        (24, 5, "p_not_prime"),
        (561, 2, "p_not_prime"),
        ((1 << 61) - 3, 2, "p_not_prime"),
        (3, 2, "p_too_small"),
        (-7, 2, "p_too_small"),
        ((1 << 4096) + 1, 2, "p_too_large"),
        (23, 1, "g_out_of_range"),
        (23, 22, "g_out_of_range"),
        (23, 23, "g_out_of_range"),
        (23, 0, "g_out_of_range"),
    ],
)
def test_groups_in_which_nothing_is_secret_are_refused(p: int, g: int, problem: str) -> None:
    assert refusal(lambda: dh.Group(p, g)) == problem


def test_a_divisor_is_named_where_it_is_found_at_once() -> None:
    with pytest.raises(ExchangeRefused, match=r"24 = 2 × 12"):
        dh.Group(24, 5)


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        (0, "private_key_out_of_range"),
        (22, "private_key_out_of_range"),
        (11, "private_key_gives_itself_away"),
    ],
)
def test_private_keys_that_hide_nothing_are_refused(key: int, problem: str) -> None:
    assert refusal(lambda: dh.public_value(dh.Group(23, 5), key)) == problem
    assert refusal(lambda: dh.Exchange(dh.Group(23, 5), key, 3)) == problem
    assert refusal(lambda: dh.Exchange(dh.Group(23, 5), 3, key)) == problem


@given(groups())
def test_drawn_private_keys_are_always_usable(group: dh.Group) -> None:
    key = dh.generate_private_key(group)
    assert 1 <= key <= group.p - 2
    dh.public_value(group, key)


def test_a_private_key_that_leads_back_to_one_is_drawn_again_where_the_order_is_unknown() -> None:
    prime = (1 << 61) - 1
    group = dh.Group(prime, pow(37, (prime - 1) // 3, prime))
    assert group.order is None
    drawn = iter((2, 5, 6))
    key = dh.generate_private_key(group, randbelow=lambda _: next(drawn))
    assert (key, dh.public_value(group, key)) == (7, group.g)


@pytest.mark.parametrize("name", dh.NAMED_GROUPS)
def test_named_groups_are_those_that_other_software_has(name: str) -> None:
    group = dh.named_group(name)
    bits = int(name.removeprefix("ffdhe"))
    assert hashlib.sha256(group.p.to_bytes(bits // 8)).hexdigest() == OPENSSL[name]
    assert group.g == 2
    assert group.order == (group.p - 1) // 2
    assert not dh.is_within_reach(group)


def test_the_smallest_named_group_has_a_safe_prime() -> None:
    group = dh.named_group("ffdhe2048")
    assert dh.Group(group.p, group.g).is_safe
    assert dh.Group(group.p, group.g).order == group.order


def test_an_unknown_name_is_refused() -> None:
    assert refusal(lambda: dh.named_group("ffdhe1024")) == "unknown_group"


def test_the_order_of_a_large_group_of_unknown_structure_is_not_guessed() -> None:
    prime = (1 << 61) - 1
    group = dh.Group(prime, 3)
    assert group.order is None
    assert group.is_primitive is None
    assert group.least_primitive_root is None
    assert "order_unknown" in {remark.id for remark in dh.remarks(group)}
    a, b = dh.generate_private_key(group), dh.generate_private_key(group)
    assert dh.Exchange(group, a, b).secret == pow(3, a * b, prime)


@given(st.integers(0, 100_000))
def test_primes_are_those_that_nothing_divides(number: int) -> None:
    divided = any(number % divisor == 0 for divisor in range(2, int(number**0.5) + 1))
    assert is_prime(number) == (number >= 2 and not divided)


@pytest.mark.parametrize("number", [3215031751, 3825123056546413051, 318665857834031151167461])
def test_composites_that_pass_with_fixed_small_bases_do_not_pass(number: int) -> None:
    assert not is_prime(number)


@given(st.integers(1, 1 << 36))
def test_prime_factors_are_all_the_primes_that_divide(number: int) -> None:
    rest = number
    for prime in prime_factors(number):
        assert is_prime(prime)
        assert rest % prime == 0
        while rest % prime == 0:
            rest //= prime
    assert rest == 1


@pytest.mark.parametrize(("p", "g", "order"), [(23, 5, 22), (23, 9, 11), (7, 2, 3)])
def test_the_powers_are_all_there_are_up_to_the_one_that_leads_back(
    p: int, g: int, order: int
) -> None:
    found = dict(eavesdropper.powers(dh.Group(p, g)))
    assert list(found) == list(range(1, order + 1))
    assert found[order] == 1
    assert len(set(found.values())) == order
