"""Delivery as it is modelled keeps what it promises, and the model sees when it does not."""

import re

import pytest
from tests.scripts import load_script

check = load_script("models/check.py")

pytestmark = pytest.mark.skipif(
    bool(check.missing()), reason="needs spin and gcc, which `make test` installs"
)


def test_every_property_holds_with_any_two_faults_at_any_place() -> None:
    found = check.search(check.Bounds(messages=1, faults=2))
    assert found.violated is None
    # it has not become so small that there is nothing to find
    assert found.states > 1_000_000


def test_every_run_ends_with_both_clients_at_the_same_place() -> None:
    found = check.search(check.Bounds(messages=1, faults=1), looking_for=check.LIVENESS)
    assert found.violated is None


@pytest.mark.parametrize(("fault", "broken"), check.SEEDED)
def test_a_seeded_fault_breaks_its_property(fault: str, broken: str) -> None:
    assert check.search(check.Bounds(), fault=fault, looking_for=broken).violated == broken


def test_every_seeded_fault_and_every_property_of_the_model_is_among_those_tried() -> None:
    model = check.MODEL.read_text()
    faults = set(re.findall(r"^#ifndef (\w+)\n#define \1 0$", model, re.MULTILINE))
    properties = set(re.findall(r"must\((\w+), ", model)) - {"property"}
    assert {fault for fault, _ in check.SEEDED} == faults
    assert {broken for _, broken in check.SEEDED} == properties | {check.LIVENESS}
    explained = (check.MODEL.parent / "README.md").read_text()
    assert [name for name in sorted(faults | properties) if f"`{name}`" not in explained] == []
