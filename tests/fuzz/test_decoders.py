"""No bytes from outside make a decoder do anything but read them or refuse them, as documented."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

import msgpack
import pytest

from .decoder import Prepared
from .room_world import folder, world
from .run import found_inputs
from .table import DECODERS

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "src" / "roomkey"
INPUTS = os.environ.get("ROOMKEY_FUZZ_INPUTS", "50000")
PATIENCE = 900

READING = ("decode", "parse", "open", "read", "load", "unpad", "unpack", "from_bytes", "verify")
OUTSIDE = {"bytes", "str", "Any", "Reader", "Map"}

SIGNATURE = "a signature, checked by crypto against bytes made here"
TYPED = "what the person at this device types; its bytes are read by what it calls"
INSIDE_ONLY = {
    "cli/directory.py:": TYPED,
    "cli/session.py:": TYPED,
    "cli/verify.py:verify": TYPED,
    "client/policy.py:verify_leave": SIGNATURE,
    "client/room_policy.py:verify_next": SIGNATURE,
    "crypto/": "keys whose length was checked, handed to libraries; Wycheproof tests those",
    "keys/admission.py:verify_admission": SIGNATURE,
    "mls/state.py:_decode_reinit": "the own state of a group that is replaced, as rooms never are",
    "relay/app.py:_open_peers": "a connection to the operator's own Redis, by its address",
    "relay/store/": "the relay's own database, by its address",
}

# Lists of lists and maps of maps are made where a decoder may be tempted to go down into them.
ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    -1,
    0,
    2**31,
    2**32,
    2**53,
    2**63 - 1,
    2**63,
    2**64 - 1,
    -(2**63),
    1.5,
    float("nan"),
    float("inf"),
    "",
    "x" * 5000,
    "\ud7ff\u202e\x00",
    b"",
    b"\x00",
    b"\xff" * 32,
    bytes(5000),
    [],
    [[]],
    [[], {}, None],
    {},
    {"": {}},
    {"key_id": [], "epoch": {}, "leaf": []},
)


@cache
def _prepared(name: str) -> Prepared:
    return DECODERS[name].prepare()


@pytest.fixture(scope="module", params=sorted(DECODERS))
def decoder(request: pytest.FixtureRequest) -> tuple[str, Prepared]:
    return request.param, _prepared(request.param)


def test_no_example_or_input_found_before_breaks_a_decoder(decoder: tuple[str, Prepared]) -> None:
    name, prepared = decoder
    for data in (*prepared.examples, *found_inputs(DECODERS[name].slug), b""):
        _reads_or_refuses(name, prepared, data)


def test_no_field_of_another_kind_breaks_a_decoder(decoder: tuple[str, Prepared]) -> None:
    name, prepared = decoder
    for example in prepared.examples:
        try:
            value = msgpack.unpackb(example, strict_map_key=False)
        except Exception:
            return
        for changed in _changed(value):
            _reads_or_refuses(name, prepared, msgpack.packb(changed))


def _reads_or_refuses(name: str, prepared: Prepared, data: bytes) -> None:
    try:
        prepared.read(data)
    except DECODERS[name].refusals:
        return


def _changed(value: Any) -> Iterator[Any]:
    """Give a value with each of its parts replaced, left out or doubled, one at a time."""
    yield from ODD_VALUES
    if isinstance(value, dict):
        for key, part in value.items():
            yield {other: kept for other, kept in value.items() if other != key}
            for changed in _changed(part):
                yield {**value, key: changed}
    elif isinstance(value, list):
        yield value * 2
        for place, part in enumerate(value):
            for changed in _changed(part):
                yield [*value[:place], changed, *value[place + 1 :]]


BATCHES = 4


@pytest.mark.timeout(PATIENCE + 20)
@pytest.mark.parametrize("batch", range(BATCHES))
def test_the_fuzzer_finds_nothing(batch: int) -> None:
    names = sorted(DECODERS)[batch::BATCHES]
    run = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.run", INPUTS, *names],
        cwd=ROOT,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=PATIENCE,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-5000:]


def test_everything_that_reads_bytes_is_in_the_table() -> None:
    reached = _reached()
    missing = [
        name
        for name in _readers()
        if name not in reached and not any(name.startswith(inside) for inside in INSIDE_ONLY)
    ]
    assert missing == []


def test_what_is_left_out_of_the_table_is_there() -> None:
    readers = list(_readers())
    for inside in INSIDE_ONLY:
        assert any(name.startswith(inside) for name in readers), inside


def _readers() -> Iterator[str]:
    """Name the functions whose name says that they read, and that take what may be from outside."""
    for path in sorted(SOURCES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if not node.name.lstrip("_").startswith(READING):
                continue
            given = (*node.args.args, *node.args.kwonlyargs)
            kinds = {ast.unparse(each.annotation) for each in given if each.annotation}
            if kinds & OUTSIDE:
                yield f"{path.relative_to(SOURCES).as_posix()}:{node.name}"


def _reached() -> set[str]:
    """Name the functions that the examples of all decoders come through."""
    reached: set[str] = set()

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(str(SOURCES)):
            file = Path(frame.f_code.co_filename).relative_to(SOURCES).as_posix()
            reached.add(f"{file}:{frame.f_code.co_name}")

    # other inputs may have led a room of before to where an example is refused early
    for made in (world, folder):
        made.cache_clear()
    prepared = [(name, DECODERS[name].prepare()) for name in DECODERS]
    sys.setprofile(note)
    try:
        for name, ready in prepared:
            for example in ready.examples:
                _reads_or_refuses(name, ready, example)
    finally:
        sys.setprofile(None)
    return reached
