"""Each promise of the threat model names tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
_TESTS = re.compile(r"^\s*(?:async )?def (test_\w+)", re.MULTILINE)


def test_every_test_and_file_that_the_threat_model_names_exists() -> None:
    text = (ROOT / "docs" / "threat-model.md").read_text("utf-8")
    tests = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in _TESTS.findall(path.read_text("utf-8"))
    }
    named = set(re.findall(r"`(test_\w+)`", text))
    assert len(named) > 60
    assert named <= tests, named - tests
    for file in re.findall(r"`(tests/[\w/]+\.py)`", text):
        assert (ROOT / file).is_file(), file


def test_every_table_of_what_somebody_cannot_do_names_what_shows_it() -> None:
    text = (ROOT / "docs" / "threat-model.md").read_text("utf-8")
    rows = [line.split("|")[1:-1] for line in text.splitlines() if line.startswith("| ")]
    promises = [row for row in rows if len(row) == 2 and row[1].strip() != "shown by"]
    assert len(promises) > 40
    for promise, shown in promises:
        assert re.search(r"`[\w./ -]+`|the same|as for", shown), promise
