"""The table of lies in docs/threat-model.md and the tests are about the same lies."""

import ast
from pathlib import Path

from told import rows


def test_each_lie_of_the_table_has_its_test_and_each_test_its_lie() -> None:
    tests = [
        node.name
        for path in Path(__file__).parent.glob("test_lies_*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    assert sorted(tests) == sorted(rows())
