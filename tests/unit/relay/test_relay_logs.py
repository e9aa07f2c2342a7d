"""What the relay's log can say is what docs/operations.md says of it, and names nobody."""

import ast
import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import roomkey.relay

RELAY = Path(roomkey.relay.__file__).parent
DOCUMENT = Path(__file__).parents[3] / "docs" / "operations.md"
LEVELS = ("info", "warning", "error")
# Whatever else a line held could name somebody.
HARMLESS = {
    "code", "connections", "envelopes", "fault", "peers", "request", "source", "unsent_bytes",
}  # fmt: skip
_ROW = re.compile(r"^\| `([a-z_]+)` \| (\w+) \| ([^|]*)\|", re.MULTILINE)

Vocabulary = dict[tuple[str, str], set[str]]


def is_logging(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Call)
        and isinstance(node.func.value.func, ast.Name)
        and node.func.value.func.id == "logger"
    )


def said_in_code() -> Vocabulary:
    found: Vocabulary = defaultdict(set)
    for path in RELAY.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if is_logging(node):
                call: Any = node
                assert len(call.args) == 1, f"{path.name} logs a text of its own"
                event = ast.literal_eval(call.args[0])
                found[event, call.func.attr] |= {keyword.arg for keyword in call.keywords}
    return found


def said_in_the_document() -> Vocabulary:
    section = DOCUMENT.read_text("utf-8").partition("### The log")[2].partition("\n## ")[0]
    return {
        (event, level): set(re.findall(r"`(\w+)`", fields))
        for event, level, fields in _ROW.findall(section)
    }


def test_the_log_says_what_the_document_says_it_can() -> None:
    assert said_in_code() == said_in_the_document()


def test_the_log_has_events_and_counts_and_nobodys_name() -> None:
    spoken = said_in_code()
    assert len(spoken) > 10
    assert {level for _, level in spoken} == set(LEVELS)
    assert set().union(*spoken.values()) == HARMLESS


def test_what_a_library_says_is_left_out_but_for_where_and_what_kind() -> None:
    program = (
        "import logging; from roomkey.relay.logs import configure; configure()\n"
        "try: int('Ann')\n"
        "except ValueError: logging.getLogger('somewhere').exception('of %s', 'Ann')\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    (line,) = ended.stderr.splitlines()
    assert json.loads(line).pop("timestamp")
    assert "Ann" not in line
    assert json.loads(line)["source"] == "somewhere"
    assert json.loads(line)["fault"] == "ValueError"
