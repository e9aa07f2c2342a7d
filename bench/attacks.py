"""What attacks on a relay come to: guesses a day, what timing tells, what many joins cost.

All of it is over real connections to a relay in a process of its own; only the days are counted
with a clock that is set.
"""

import argparse
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests" / "hostile_people"), str(ROOT / "tests" / "integration")]

from relay_toolkit import running_relay  # type: ignore[import-not-found]  # noqa: E402
from stranger import a_stranger  # type: ignore[import-not-found]  # noqa: E402

from roomkey.crypto.randomness import system_random  # noqa: E402
from roomkey.crypto.signature import ED25519  # noqa: E402
from roomkey.errors import RateLimited  # noqa: E402
from roomkey.relay.limits import DEFAULT_RATES, MOST_COUNTS, Limits  # noqa: E402
from roomkey.relay.session import Session  # noqa: E402
from roomkey.wire import room_code  # noqa: E402

ROOM = bytes(16)
DAY = 86_400
TRIES = 200
JOINS = 10_000
RESAMPLED = 2000
UNLIMITED = {f"RATE_{name.upper()}": "999999999/second" for name in DEFAULT_RATES}
KEYS = {
    "one of the 1,000 most used": 1000.0,
    "very weak, 20 bits": 2.0**20,
    "weak, 32 bits": 2.0**32,
    "fair, 44 bits": 2.0**44,
    "six generated words": 7776.0**6,
}


def count_guesses(addresses: Callable[[int], str]) -> int:
    """Count the wrong room keys of one day at one room, from an address for each try."""
    seconds = 0.0
    limits, allowed = Limits({}, lambda: int(seconds * 1e9)), 0
    for number in range(DAY):
        seconds = number
        try:
            limits.admit(Session("", addresses(number)), ROOM)
        except RateLimited:
            continue
        allowed += 1
    return allowed


def print_guesses() -> None:
    """Print how many room keys a day can be tried, and how long keys last at that."""
    print("wrong room keys that one room looks at in a day")
    print(f"  from one address                    {count_guesses(lambda _: '192.0.2.1'):8,}")
    print(f"  from 65,536 networks of one /48     {count_guesses(_in_one_48):8,}")
    most = count_guesses(lambda number: f"address {number}")
    print(f"  from 86,400 addresses               {most:8,}")
    print("all keys of a kind are tried by all addresses together within")
    for name, keys in KEYS.items():
        print(f"  {name:30} {keys / most:14,.2f} days")


def _in_one_48(number: int) -> str:
    return f"2001:db8:1:{number % 65536:x}::/64"


def print_timing() -> None:
    """Print how long refusals take, from request to answer, for a room that is and one that isn't.

    The two are asked for in pairs over one connection.
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        running_relay(Path(folder) / "data", **UNLIMITED) as relay,
    ):
        with a_stranger(relay.url) as creator:
            code, _, _, _ = _make_room(creator.enter())
        codes = {"a room, wrong key": code, "no room": room_code.generate(system_random)}
        for what in ("guess", "resume"):
            _compare(what, _time_refusals(relay.url, codes, what))


def _time_refusals(url: str, codes: dict[str, str], what: str) -> dict[str, list[float]]:
    """Time tries in pairs, in an order left to chance: what slows one down slows the other."""
    chance = Random(os.urandom(8))
    times: dict[str, list[float]] = {name: [] for name in codes}
    with a_stranger(url) as asker:
        asker.enter()
        for _ in range(1 + TRIES):
            for name in chance.sample(list(codes), len(codes)):
                begun = time.perf_counter_ns()
                answer = getattr(asker, what)(codes[name], ED25519.generate(system_random))
                times[name].append((time.perf_counter_ns() - begun) / 1000)
                assert answer["code"] == "wrong_room_key"
    return {name: taken[1:] for name, taken in times.items()}


def _compare(what: str, times: dict[str, list[float]]) -> None:
    for name, taken in times.items():
        lower, middle, upper = statistics.quantiles(taken, n=4)
        print(f"  {what:8} {name:18} {middle:7.0f} us (half of them {lower:.0f} to {upper:.0f})")
    ratios = [known / unknown for known, unknown in zip(*times.values(), strict=True)]
    draw = Random(1)
    medians = sorted(
        statistics.median(draw.choices(ratios, k=len(ratios))) for _ in range(RESAMPLED)
    )
    lower, upper = medians[RESAMPLED // 40], medians[-1 - RESAMPLED // 40]
    verdict = "within noise" if lower <= 1 <= upper else "TELLS THEM APART"
    middle = statistics.median(ratios)
    print(f"  {what:8} ratio {middle:.3f}, 95 % interval {lower:.3f} to {upper:.3f}: {verdict}")


def print_joins() -> None:
    """Print what 10,000 tries to join do to a relay: with the room key, and with wrong ones."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_relay(Path(folder) / "data", **UNLIMITED) as relay,
        a_stranger(relay.url) as member,
    ):
        code, room, key, host = _make_room(member.enter())
        for name, admission in (("the room key", key), ("wrong ones", None)):
            before = _memory(relay.process.pid)
            taken, waits = _besiege(relay.url, code, admission, member, room)
            after = _memory(relay.process.pid)
            stored = sum(file.stat().st_size for file in Path(folder, "data").iterdir()) / 1e6
            lower, middle, upper = statistics.quantiles(waits, n=4)
            print(f"  {JOINS:,} tries with {name}, {JOINS / taken:.0f} a second")
            print(f"    memory {before:.0f} MB, then {after:.0f} MB; {stored:.1f} MB on disk")
            print(f"    a member meanwhile waits {middle:.1f} ms (half {lower:.1f} to {upper:.1f})")
        print(f"  joins that the room took: {member.resume(code, host)['epoch']}")


def _besiege(
    url: str, code: str, admission: Any, member: Any, room: bytes
) -> tuple[float, list[float]]:
    done, waits, begun = threading.Event(), list[float](), time.perf_counter()
    joiner = threading.Thread(target=_join_often, args=(url, code, admission, done))
    joiner.start()
    while not done.wait(0.02):
        asked = time.perf_counter()
        assert member.request("room.sync", room=room, after=0, limit=1)["ok"]
        waits.append((time.perf_counter() - asked) * 1000)
    joiner.join()
    return time.perf_counter() - begun, waits


def _join_often(url: str, code: str, admission: Any, done: threading.Event) -> None:
    for _ in range(JOINS // 100):
        with a_stranger(url) as joiner:
            joiner.enter()
            for _ in range(100):
                key = admission or ED25519.generate(system_random)
                answer = joiner.guess(code, key)
                if answer["ok"]:
                    joiner.join(answer)
    done.set()


def _make_room(creator: Any) -> tuple[str, bytes, Any, Any]:
    admission, host = ED25519.generate(system_random), ED25519.generate(system_random)
    code, room = creator.create(admission, host)
    return code, room, admission, host


def _memory(process: int) -> float:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no memory is told")


def print_counts() -> None:
    """Print what the counts of requests take in memory when an attacker fills them at once."""
    limits, asked = Limits({}, lambda: 0), 3 * MOST_COUNTS
    before, begun = _memory(os.getpid()), time.perf_counter()
    for number in range(asked):
        limits.open(Session("", f"2001:db8:{number >> 16:x}:{number & 65535:x}::/64"))
    taken, grown = time.perf_counter() - begun, _memory(os.getpid()) - before
    print(f"  {asked:,} addresses take {grown:.0f} MB, {taken / asked * 1e6:.1f} us each")


def main() -> None:
    """Print one part after another, or the one that is named."""
    parts = {
        "guesses": print_guesses,
        "timing": print_timing,
        "joins": print_joins,
        "counts": print_counts,
    }
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", nargs="?", choices=parts)
    options = parser.parse_args()
    for name, print_part in parts.items():
        if options.part in (None, name):
            print(f"{name}:")
            print_part()


if __name__ == "__main__":
    main()
