"""The table of lies in docs/threat-model.md and the tests are about the same lies."""

import ast
from pathlib import Path

from told import rows


def test_each_lie_of_the_table_has_its_test_and_each_test_its_lie() -> None:
    lies, tests = _tests_in("test_lies_*.py"), _tests_in("test_*.py")
    assert lies <= rows().keys() <= tests


def _tests_in(files: str) -> set[str]:
    return {
        node.name
        for path in Path(__file__).parent.glob(files)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
