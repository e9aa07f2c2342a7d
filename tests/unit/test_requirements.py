"""Rules, code, tests and docs/requirements.md name the same requirements."""

from roomkey.mls import RULES

from .mls_rules.rule_index import DOCUMENT, broken, document, enforced


def test_every_rule_is_enforced_and_nothing_is_enforced_that_is_no_rule() -> None:
    assert set(enforced()) == set(RULES)


def test_every_rule_has_a_test_that_breaks_it_and_every_such_test_has_a_rule() -> None:
    assert set(broken()) == set(RULES)


def test_the_table_of_requirements_is_that_of_code_and_tests() -> None:
    assert DOCUMENT.read_text() == document()


def test_no_two_rules_say_the_same() -> None:
    assert len({about.sentence for about in RULES.values()}) == len(RULES)
