"""`roomkey dh`, as a person and as a program reads it."""

import json
import re

import pytest
from tests.unit.cli.program import run


def test_without_options_the_worked_example_is_shown_in_seven_steps() -> None:
    shown = run("dh")
    assert shown.returncode == 0
    assert re.findall(r"^\d", shown.stdout, re.MULTILINE) == list("1234567")
    assert "A = g^a mod p = 9^4 mod 23 = 6" in shown.stdout
    assert "B = g^b mod p = 9^3 mod 23 = 16" in shown.stdout
    assert "Both have the same secret: 9" in shown.stdout
    assert "not a primitive root" in shown.stdout
    assert run("dh", "--p", "23", "--g", "9", "--a", "4", "--b", "3").stdout == shown.stdout


def test_a_listener_finds_the_private_key_of_the_example() -> None:
    assert "after 4 tries, a = 4" in " ".join(run("dh", "--eavesdrop").stdout.split())


def test_a_program_reads_one_record_a_step() -> None:
    lines = [json.loads(line) for line in run("dh", "--json", "--eavesdrop").stdout.splitlines()]
    steps = [line for line in lines if line["type"] == "step"]
    assert [step["number"] for step in steps] == [1, 2, 3, 4, 5, 6, 7]
    assert steps[6]["values"] == {"s": "9"}
    assert {"type": "found", "a": "4"} in lines
    assert "toy" in {line["id"] for line in lines if line["type"] == "remark"}


def test_a_named_group_takes_drawn_keys_and_fits_a_terminal() -> None:
    first, second = run("dh", "--group", "ffdhe2048"), run("dh", "--group", "ffdhe2048")
    assert first.returncode == second.returncode == 0
    assert first.stdout != second.stdout
    assert max(map(len, first.stdout.splitlines())) <= 80


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--p", "24", "--g", "5"], 67, "24 = 2 × 12"),
        (["--p", "23", "--g", "9", "--a", "0"], 67, "from 1 to p - 2"),
        (["--group", "ffdhe2048", "--eavesdrop"], 67, "longer than a life"),
        (["--group", "ffdhe9"], 67, "ffdhe2048"),
        (["--p", "23"], 2, "both --p and --g"),
        (["--group", "ffdhe2048", "--p", "23"], 2, "either --group"),
        (["--p", "twenty", "--g", "9"], 2, "whole number"),
        (["--p", "9" * 5000, "--g", "9"], 2, "whole number"),
    ],
)
def test_numbers_that_cannot_be_used_are_refused_with_the_reason(
    options: list[str], code: int, said: str
) -> None:
    shown = run("dh", *options)
    assert shown.returncode == code
    assert said in shown.stderr
    assert len(shown.stderr.splitlines()) == 1
    assert shown.stdout == ""
