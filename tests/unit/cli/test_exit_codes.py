import re
from pathlib import Path

import pytest

from roomkey import errors
from roomkey.cli import exit_codes

DOCUMENT = Path(__file__).parents[3] / "docs" / "command-line.md"


def every_error(root: type[errors.RoomkeyError] = errors.RoomkeyError) -> list[type]:
    here = [root] if root.__module__ == "roomkey.errors" else []
    return here + [error for child in root.__subclasses__() for error in every_error(child)]


@pytest.mark.parametrize("error", every_error())
def test_each_error_class_has_its_own_exit_code(error: type[errors.RoomkeyError]) -> None:
    assert error in exit_codes.EXIT_CODES


def test_no_two_errors_share_an_exit_code() -> None:
    numbers = [number for number, _, _ in exit_codes.table()]
    assert len(numbers) == len(set(numbers))
    assert all(0 <= number < 256 for number in numbers)


def test_an_error_outside_the_table_takes_the_code_of_the_class_above() -> None:
    class NewKind(errors.StorageFull):
        pass

    assert exit_codes.exit_code(NewKind()) == exit_codes.EXIT_CODES[errors.StorageFull]


def test_an_error_with_a_rule_has_its_code() -> None:
    assert exit_codes.exit_code(errors.ValidationError("valn0001")) == 31


def test_the_document_holds_the_table_of_the_code() -> None:
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \| (.*) \|$", DOCUMENT.read_text(), re.MULTILINE)
    assert [(int(number), name, meaning) for number, name, meaning in rows] == exit_codes.table()
