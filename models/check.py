"""Has Spin search the model of delivery: what it promises holds, and a seeded fault breaks it.

`make model` calls this; README.md explains what is searched for.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

MODEL = Path(__file__).with_name("relay.pml")
NEEDED = ("spin", "gcc")

LIVENESS = "converges"

SEEDED = (
    ("CHECK_THEN_ACT", "one_commit_ends_an_epoch"),
    ("CHECK_THEN_ACT", "the_sequence_is_dense"),
    ("NO_DEDUPLICATION", "no_envelope_is_doubled"),
    ("ACKNOWLEDGE_BEFORE_WRITE", "no_acknowledged_envelope_is_lost"),
    ("ACKNOWLEDGE_BEFORE_WRITE", "only_what_is_on_disk_is_read"),
    ("ANY_EPOCH", "every_envelope_opens"),
    ("HEAD_BEFORE_PUSHES", "both_converge"),
    ("NO_GAP_CHECK", "every_envelope_opens"),
    ("APPLY_BEFORE_ACCEPTANCE", "own_commits_wait_to_be_accepted"),
    ("APPLY_BEFORE_ACCEPTANCE", "every_envelope_opens"),
    ("RETRY_ANEW", "own_envelopes_are_known"),
    ("FORGET_HEAD", "both_converge"),
    ("FORGET_HEAD", LIVENESS),
)
"""Each macro of the model that seeds a fault, and a property that it breaks."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is searched: messages of each client, faults in all."""

    messages: int = 1
    faults: int = 1

    def __str__(self) -> str:
        return f"{self.messages} message(s) of each client, {self.faults} fault(s)"


@dataclass(frozen=True, slots=True)
class Search:
    """What a search found: the property that was violated, or None after all `states`."""

    states: int
    depth: int
    violated: str | None


class SearchFailed(Exception):
    """Spin could not search the model, or not all of it; the text is what it said."""


def missing() -> list[str]:
    """Name the programs a search needs that are not installed."""
    return [name for name in NEEDED if shutil.which(name) is None]


def search(bounds: Bounds, *, fault: str = "", looking_for: str = "") -> Search:
    """Search all states for a violated property, or for the one named; raises SearchFailed.

    `looking_for` LIVENESS searches for a run that goes on without end, or ends elsewhere.
    """
    defined = [f"-DMESSAGES={bounds.messages}", f"-DFAULTS={bounds.faults}"]
    defined += [f"-D{fault}"] if fault else []
    is_liveness = looking_for == LIVENESS
    if looking_for:
        defined.append(f"-DPROPERTY={'true' if is_liveness else looking_for}")
    # What finds a seeded fault soon is compiled soon.
    form = ["-O0" if fault else "-O2", *([] if is_liveness else ["-DSAFETY", "-DNOCLAIM"])]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(MODEL, folder)
        _run(folder, "spin", *defined, "-a", MODEL.name)
        _run(folder, "gcc", "-w", "-DMEMLIM=4096", *form, "-o", "pan", "pan.c")
        said = _run(folder, "./pan", "-m100000", *(["-a"] if is_liveness else []))
    return _read(said)


def _run(folder: Path, program: str, *arguments: str) -> str:
    command = [shutil.which(program) or program, *arguments]
    ended = subprocess.run(  # noqa: S603
        command, cwd=folder, capture_output=True, text=True, check=False
    )
    if ended.returncode != 0:
        raise SearchFailed(ended.stdout + ended.stderr)
    return ended.stdout


def _read(said: str) -> Search:
    errors = re.search(r"depth reached (\d+), errors: (\d+)", said)
    states = re.search(r"(\d+) states, stored", said)
    violated = re.search(r"^pan:1: (?:assertion violated )?(.*?) \(at depth", said, re.MULTILINE)
    is_whole = "Search not completed" not in said and "too small" not in said
    if errors is None or states is None or not (violated or is_whole):
        raise SearchFailed(said)
    if (errors[2] == "0") is not (violated is None):
        raise SearchFailed(said)
    # Spin calls a run that does not do what a formula says a cycle.
    name = violated and violated[1].replace("acceptance cycle", LIVENESS)
    return Search(int(states[1]), int(errors[1]), name)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make every search and print what it found; the exit status is 0 if all is as it must be."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--messages", type=int, default=1, help="of each client; 1 to 3")
    parser.add_argument("--faults", type=int, default=2, help="in one run")
    given = parser.parse_args(arguments)
    if missing():
        print(f"Not installed: {', '.join(missing())}.", file=sys.stderr)
        return 1
    is_right = True
    bounds = Bounds(given.messages, given.faults)
    for looking_for in ("", LIVENESS):
        found = search(bounds, looking_for=looking_for)
        is_right &= found.violated is None
        what = "every run converges" if looking_for else "every property holds"
        result = what if found.violated is None else f"VIOLATED: {found.violated}"
        _say(f"as it is, {bounds}: {result} ({found.states:,} states, {found.depth} deep)")
    for fault, broken in SEEDED:
        found = search(Bounds(), fault=fault, looking_for=broken)
        is_right &= found.violated == broken
        result = "caught by" if found.violated == broken else "NOT CAUGHT by"
        _say(f"{fault}: {result} {broken} ({found.states:,} states)")
    return 0 if is_right else 1


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
