"""Runs many seeds, and says what happened in them: `make faults RUNS=1000 SEED=1`."""

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .mishaps import KILLS, WORLD
from .mutants import PERSON, RELAY
from .plan import Plan, draw
from .processes import NodeStarter, Nursery
from .proxy import NETWORK
from .scene import Report
from .stand import Stand
from .world import FAKETIME, Clock, Disk

GROUP = 50
WEB = "web:"
"""Before the name of a mistake in the browser's client; the same mistakes as in Python's."""
MUTANTS = (*RELAY, *PERSON, *(f"{WEB}{name}" for name in PERSON))


@contextmanager
def starters(
    folder: Path, mutants: Sequence[str]
) -> Iterator[tuple[Nursery, Nursery, NodeStarter]]:
    """What starts the processes of all stands."""
    preload = Clock(folder / "clock", lambda _: None).preload
    of_web = [name.removeprefix(WEB) for name in mutants if name.startswith(WEB)]
    nodes = NodeStarter(folder, preload, of_web)
    relays, pythons = (Nursery(kind, preload, mutants) for kind in ("relay", "person"))
    try:
        nodes.build()
        relays.await_ready()
        pythons.await_ready()
        yield relays, pythons, nodes
    finally:
        for one in (relays, pythons, nodes):
            one.close()


async def run_all(
    seeds: Iterable[int],
    stands: int,
    counts: Counter[str],
    folder: Path,
    mutants: Sequence[str] = (),
    *,
    until_failed: bool = False,
    planned: Callable[[int], Plan] = draw,
) -> list[Report]:
    """Run seeds on several stands at once; prints each group of them, and each failure.

    With `until_failed` no seed is begun after one that has failed.
    """
    reports: list[Report] = []
    waiting = iter(seeds)
    began = time.monotonic()

    async def work(number: int) -> None:
        stand = Stand(folder / f"stand{number}", relays, pythons, nodes, counts)
        await stand.open()
        try:
            for seed in waiting:
                if until_failed and any(report.violations for report in reports):
                    return
                report = await stand.run(planned(seed))
                reports.append(report)
                if report.violations:
                    print(f"seed {seed} FAILED", *report.violations, sep="\n  ", flush=True)
                if len(reports) % GROUP == 0:
                    _print_group(reports, time.monotonic() - began)
        finally:
            await stand.close()

    with starters(folder, mutants) as (relays, pythons, nodes):
        await asyncio.gather(*(work(number) for number in range(stands)))
    return reports


def _print_group(reports: list[Report], seconds: float) -> None:
    last = reports[-GROUP:]
    failed = sum(bool(report.violations) for report in last)
    messages, epochs = (sum(getattr(r, what) for r in last) for what in ("messages", "epochs"))
    seeds = [report.seed for report in last]
    print(
        f"{len(reports):5} runs, {seconds:5.0f} s: seeds {min(seeds)} to {max(seeds)}, "
        f"{messages} messages, {epochs} epochs, {failed} failed",
        flush=True,
    )


def summary(reports: list[Report], counts: Counter[str]) -> str:
    """What was injected, what happened, and what was found."""
    lines = ["", "injected:"]
    lines += [f"  {what:14}{counts[what]:6}" for what in (*NETWORK, *KILLS, *WORLD)]
    lines.append("done:")
    done = {"messages": sum(r.messages for r in reports), "epochs": sum(r.epochs for r in reports)}
    done |= {name[4:]: n for name, n in sorted(counts.items()) if name.startswith("did ")}
    lines += [f"  {what:14}{n:6}" for what, n in done.items()]
    told = sorted((name[5:], n) for name, n in counts.items() if name.startswith("told "))
    lines.append("people were told:")
    lines += [f"  {what:22}{n:6}" for what, n in told]
    failed = sorted(report.seed for report in reports if report.violations)
    lines.append(f"{len(reports)} runs, {len(failed)} failed{': ' if failed else ''}{failed or ''}")
    if failed:
        lines.append(f"replay one with: make faults SEED={failed[0]}")
    return "\n".join(lines)


def find_mutants(seeds: list[int], stands: int) -> int:
    """Say of each mistake by how many runs it is found; gives how many are not."""
    missed = 0
    for name in MUTANTS:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="rk-") as folder:
            work = run_all(seeds, stands, Counter(), Path(folder), [name], until_failed=True)
            reports = asyncio.run(work)
        is_found = any(report.violations for report in reports)
        missed += not is_found
        result = "found" if is_found else "NOT FOUND"
        print(f"{name}: {result} in {len(reports)} runs, {time.monotonic() - began:.0f} s\n")
    return missed


def main() -> int:
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--runs", type=int, default=1, help="how many seeds")
    parser.add_argument("--seed", type=int, default=1, help="the first of them")
    parser.add_argument("--stands", type=int, default=2, help="how many at once")
    help_ = "a mistake to be found"
    parser.add_argument("--mutant", choices=MUTANTS, action="append", help=help_)
    parser.add_argument("--mutants", action="store_true", help="look for each mistake in turn")
    given = parser.parse_args()
    seeds = list(range(given.seed, given.seed + given.runs))
    if given.mutants:
        return find_mutants(seeds, given.stands)
    counts: Counter[str] = Counter()
    if given.runs == 1:
        print(draw(given.seed), flush=True)
    with tempfile.TemporaryDirectory(prefix="rk-") as folder:
        stands = min(given.stands, given.runs)
        reports = asyncio.run(run_all(seeds, stands, counts, Path(folder), given.mutant or ()))
    print(summary(reports, counts))
    full = "tmpfs of its own for each process" if Disk.is_real else "RLIMIT_FSIZE, not for Node"
    print(f"disks: {full}; clocks: {'libfaketime' if FAKETIME else 'left alone, no libfaketime'}")
    return int(any(report.violations for report in reports))


if __name__ == "__main__":
    sys.exit(main())
