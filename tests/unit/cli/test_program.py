import json
import os
import subprocess
import sys

import pytest
from tests.unit.cli.program import run

from roomkey.cli import output


@pytest.mark.parametrize(
    "arguments",
    [
        ["bogus"],
        ["join"],
        ["join", "not-a-code", "--name", "A", "--key-file", "-"],
        ["create", "--name", "A", "--retention", "1s"],
        ["create", "--name", "A", "--size", "huge"],
        ["serve", "--port", "99999"],
        ["create", "--relay", "gopher://x", "--name", "A"],
    ],
)
def test_a_misused_command_gives_one_line_and_code_2(arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.startswith("roomkey: ")
    assert len(result.stderr.splitlines()) == 1


def test_key_prints_six_words() -> None:
    assert len(run("key").stdout.split()) == 6
    assert len(json.loads(run("key", "--json").stdout)["room_key"].split()) == 6


def test_key_check_rates_a_key() -> None:
    result = run("key", "--check", "--key-file", "-", "--json", stdin="password123\n")
    fields = json.loads(result.stdout)
    assert fields["type"] == "strength"
    assert fields["score"] < 2


def test_a_key_that_is_too_short_has_its_exit_code() -> None:
    result = run("key", "--check", "--key-file", "-", stdin="abc\n")
    assert result.returncode == 63
    assert len(result.stderr.splitlines()) == 1


def test_help_does_not_load_the_client() -> None:
    program = (
        "import sys, roomkey.cli.app; "
        "print(*(m for m in sys.modules if m.startswith(('roomkey.client', 'gevent'))))"
    )
    # who measures coverage loads more
    env = {name: value for name, value in os.environ.items() if "COVERAGE" not in name}
    loaded = subprocess.run(
        [sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True
    )
    assert loaded.stdout.split() == []


def test_a_reader_that_stops_is_no_traceback() -> None:
    command = f"{sys.executable} -m roomkey.cli exit-codes | true; echo ${{PIPESTATUS[0]}}"
    result = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, check=False, timeout=120
    )
    assert result.stderr == ""
    assert result.stdout.strip() in ("0", "141")


def test_an_error_stays_on_one_line() -> None:
    line = output.error_line("Bad\nthing \x1b[2J", "Try\nagain.")
    assert line == "roomkey: Bad thing ␛[2J. Try again."
