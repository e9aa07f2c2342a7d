"""The browser client says what the Python code says: errors, rules, limits, labels, layers."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

from roomkey import errors
from roomkey.crypto.suite import X25519_SUITE, XWING_SUITE
from roomkey.keys import labels, room_key, root, sealed_name
from roomkey.mls import RULES
from roomkey.wire import limits, room_code, transcripts

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / "src" / "roomkey"
WEB = ROOT / "web" / "src"

_CLASS = re.compile(r"^export class (\w+) extends (\w+) \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(
    r"static (?:override )?readonly (code|sentence|nextStep): string =\s*(\".*?\");"
)
_RULE = re.compile(r"\"([a-z]+-\d\d)\": rule\(\s*(\".*?\"),\s*\"(.*?)\",?\s*\)", re.DOTALL)
_CONSTANT = re.compile(r"^(?:export )?const ([A-Z][A-Z0-9_]*) =\s*(.*?);$", re.MULTILINE)
_SOURCE_OF_BYTES = re.compile(r"utf8\((\".*\")\)")


class Error(NamedTuple):
    """What an error class says, its own or inherited."""

    base: str
    code: str
    sentence: str
    next_step: str


_IMPORT = re.compile(r"(?:from|import|import\() ?\"([^\"]+)\"")

# Each layer may import those before it.
_LAYERS = ["errors", "crypto", "wire", "mls", "keys"]
_PRIMITIVES = ("@noble/", "argon2id/")


def read(*path: str) -> str:
    return WEB.joinpath(*path).read_text("utf-8")


def python_errors() -> dict[str, Error]:
    return {
        name: Error(cls.__bases__[0].__name__, cls.code, cls.sentence, cls.next_step)
        for name, cls in vars(errors).items()
        if isinstance(cls, type) and issubclass(cls, errors.RoomkeyError)
    }


def web_errors() -> dict[str, Error]:
    found: dict[str, Error] = {}
    for name, base, body in _CLASS.findall(read("errors.ts")):
        own = {field: ast.literal_eval(text) for field, text in _FIELD.findall(body)}
        above = found.get(base, Error("", "", "", ""))
        found[name] = Error(
            "Exception" if base == "Error" else base,
            own.get("code", above.code),
            own.get("sentence", above.sentence),
            own.get("nextStep", above.next_step),
        )
    return found


def web_constants(*path: str) -> dict[str, Any]:
    """Give the constants of a file that are numbers, texts, or texts as bytes."""
    found: dict[str, Any] = {}
    for name, written in _CONSTANT.findall(read(*path)):
        encoded = _SOURCE_OF_BYTES.fullmatch(written)
        value = encoded[1] if encoded else re.sub(r"\b(\d[\d_]*)n\b", r"\1", written)
        try:
            number = eval(value, {"__builtins__": {}}, found)
        except (NameError, SyntaxError, TypeError):
            continue
        found[name] = number.encode() if encoded else number
    return found


def python_constants(module: ModuleType) -> dict[str, Any]:
    """Give the public constants that a module itself defines, where they are one value."""
    tree = ast.parse(Path(module.__file__ or "").read_text("utf-8"))
    targets = [
        target
        for statement in tree.body
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        for target in (
            statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        )
    ]
    values = {t.id: getattr(module, t.id) for t in targets if isinstance(t, ast.Name)}
    return {
        name: value
        for name, value in values.items()
        if not name.startswith("_") and isinstance(value, int | str | bytes)
    }


def modules(package: str) -> Iterator[str]:
    for path in sorted((PYTHON / package).glob("*.py")):
        if path.stem != "__init__":
            yield path.stem


def test_both_have_the_same_errors_with_the_same_words() -> None:
    assert web_errors() == python_errors()


def test_both_draw_the_same_tree_of_errors() -> None:
    drawn = re.findall(r"[│├└].*", errors.__doc__ or "")
    assert drawn
    assert re.findall(r"[│├└].*", read("errors.ts")) == drawn


def test_both_enforce_the_same_rules() -> None:
    found = {
        rule: (ast.literal_eval(sentence), section)
        for rule, sentence, section in _RULE.findall(read("mls", "rules.ts"))
    }
    assert found == {rule: (about.sentence, about.section) for rule, about in RULES.items()}


@pytest.mark.parametrize(
    ("path", "module"),
    [
        (("wire", "limits.ts"), limits),
        (("wire", "room_code.ts"), room_code),
        (("wire", "transcripts.ts"), transcripts),
        (("keys", "labels.ts"), labels),
        (("keys", "root.ts"), root),
        (("keys", "room_key.ts"), room_key),
        (("keys", "sealed_name.ts"), sealed_name),
    ],
    ids=lambda value: "/".join(value) if isinstance(value, tuple) else "",
)
def test_both_have_the_same_limits_and_labels(path: tuple[str, ...], module: ModuleType) -> None:
    expected = python_constants(module)
    found = web_constants(*path)
    assert expected
    assert {name: found.get(name) for name in expected} == expected


def test_both_name_the_suites_of_rooms_alike() -> None:
    found = web_constants("crypto", "suite.ts")
    assert (found["X25519_SUITE"], found["XWING_SUITE"]) == (X25519_SUITE, XWING_SUITE)


@pytest.mark.parametrize(
    ("package", "module"),
    [
        (package, name)
        for package in ("crypto", "dh", "wire", "mls", "keys")
        for name in modules(package)
    ],
)
def test_each_module_has_its_namesake(package: str, module: str) -> None:
    assert (WEB / package / f"{module}.ts").is_file()


@pytest.mark.parametrize("layer", _LAYERS)
def test_imports_of_the_layers_go_one_way(layer: str) -> None:
    allowed = _LAYERS[: _LAYERS.index(layer) + 1]
    for path in [*(WEB / layer).glob("*.ts")] or [WEB / f"{layer}.ts"]:
        for target in _IMPORT.findall(path.read_text("utf-8")):
            if target.startswith("."):
                found = (path.parent / target).resolve().relative_to(WEB).parts[0]
                assert found.removesuffix(".ts") in allowed, f"{path.name} imports {target}"


def test_only_crypto_imports_primitives() -> None:
    importers = {
        path.relative_to(WEB).parts[0]
        for path in WEB.rglob("*.ts*")
        for target in _IMPORT.findall(path.read_text("utf-8"))
        if target.startswith(_PRIMITIVES)
    }
    assert importers == {"crypto"}
