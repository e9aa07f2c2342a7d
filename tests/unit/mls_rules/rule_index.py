"""Where each rule is enforced and where it is tested, read from the sources themselves."""

import ast
from collections.abc import Iterator
from pathlib import Path

from roomkey.mls import RULES

ROOT = Path(__file__).parents[3]
SOURCES = ROOT / "src/roomkey/mls"
TESTS = Path(__file__).parent
DOCUMENT = ROOT / "docs/requirements.md"

RAISING = {"require", "enforcing", "ValidationError", "check_public_keys"}
"""The calls that name the rule they enforce."""

HEAD = """# Requirements of the group protocol

Every validation rule of RFC 9420 that Roomkey enforces, where it is enforced, and the tests that
break it. `tests/unit/test_requirements.py` holds this table to code and tests; after a change it is
written again by `python -m tests.unit.mls_rules.rule_index`.

A broken rule raises `ValidationError` with the rule's id, and changes nothing in the group.

| Rule | RFC 9420 | What must hold | Code | Tests |
| --- | --- | --- | --- | --- |
"""


def _calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id, node


def _strings(call: ast.Call) -> set[str]:
    return {
        argument.value
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }


def _collect(found: dict[str, list[str]], rule: str, place: str) -> None:
    places = found.setdefault(rule, [])
    if place not in places:
        places.append(place)


def enforced() -> dict[str, list[str]]:
    """The modules that raise each rule."""
    found: dict[str, list[str]] = {}
    for path in sorted(SOURCES.glob("*.py")):
        for name, call in _calls(ast.parse(path.read_text())):
            if name in RAISING:
                named = _strings(call)
                for rule in sorted(named & RULES.keys() or {n for n in named if _is_id(n)}):
                    _collect(found, rule, path.name)
    return found


def _is_id(text: str) -> bool:
    family, _, number = text.rpartition("-")
    return family.isalpha() and number.isdigit()


def broken() -> dict[str, list[str]]:
    """The tests that expect each rule to refuse, as `file::test`."""
    found: dict[str, list[str]] = {}
    for path in sorted(TESTS.glob("test_*.py")):
        for function in ast.parse(path.read_text()).body:
            if isinstance(function, ast.FunctionDef) and function.name.startswith("test_"):
                for name, call in _calls(function):
                    if name == "breach":
                        first = call.args[0]
                        assert isinstance(first, ast.Constant), f"{path}: {function.name}"
                        _collect(found, str(first.value), f"{path.name}::{function.name}")
    return found


def document() -> str:
    """What docs/requirements.md has to say."""
    modules, tests = enforced(), broken()
    rows = [
        "| {} | §{} | {} | {} | {} |".format(
            rule,
            about.section,
            about.sentence,
            ", ".join(f"`{module}`" for module in modules.get(rule, [])),
            ", ".join(f"`{test}`" for test in tests.get(rule, [])),
        )
        for rule, about in RULES.items()
    ]
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(document())
