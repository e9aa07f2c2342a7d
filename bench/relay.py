"""The relay's figures: what a durable acknowledgement costs, and what a guesser can time.

What is compared runs interleaved in one process: ratios hold whatever else the machine does.
"""

from gevent import monkey

monkey.patch_all()

import argparse  # noqa: E402
import statistics  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable, Iterator  # noqa: E402
from contextlib import ExitStack, contextmanager, suppress  # noqa: E402
from dataclasses import replace  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import gevent  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "integration"))

from postgres_cluster import a_cluster  # type: ignore[import-not-found]  # noqa: E402

from roomkey.crypto.randomness import system_random  # noqa: E402
from roomkey.crypto.signature import ED25519  # noqa: E402
from roomkey.errors import WrongRoomKey  # noqa: E402
from roomkey.relay import journal  # noqa: E402
from roomkey.relay.app import create_app  # noqa: E402
from roomkey.relay.config import RelayConfig  # noqa: E402
from roomkey.relay.fields import Fields  # noqa: E402
from roomkey.relay.limits import DEFAULT_RATES  # noqa: E402
from roomkey.relay.session import Session  # noqa: E402
from roomkey.relay.store import Durability  # noqa: E402
from roomkey.wire.transcripts import admission_transcript, resume_transcript  # noqa: E402

Handlers = dict[str, Callable[[Session, Fields], dict[str, Any]]]

SENDERS = 100
TRIES = 200
LEVELS: dict[str, tuple[Durability | None, int]] = {
    "full, a transaction each": ("full", 1),
    "normal, a transaction each": ("normal", 1),
    "full, group commit": ("full", 256),
    "normal, group commit": ("normal", 256),
    # PostgreSQL's durability is its own setting, which is that of "full" unless it is changed.
    "PostgreSQL, a transaction each": (None, 1),
    "PostgreSQL, group commit": (None, 256),
}
UNLIMITED = dict.fromkeys(DEFAULT_RATES, "999999999/second")


@contextmanager
def relay(durability: Durability | None) -> Iterator[Handlers]:
    """Set up a relay on an empty database, PostgreSQL's without SQLite's durability.

    Give what answers its events.
    """
    with tempfile.TemporaryDirectory() as folder, ExitStack() as opened:
        config = RelayConfig(Path(folder), rates=UNLIMITED)
        if durability is None:
            cluster = opened.enter_context(a_cluster(durable=True))
            config = replace(config, database=cluster.url(Path(folder)))
        else:
            config = replace(config, durability=durability)
        app = create_app(config)
        yield app.extensions["relay"].sockets.handlers
        app.extensions["relay"].close()


def make_room(handlers: Handlers, name: str) -> tuple[Session, str, bytes]:
    """Create a room; give its only member's session, its code and its id."""
    session, (secret, leaf) = Session(name, ""), ED25519.generate(system_random)
    drawn = handlers["room.reserve"](session, Fields({}))
    fields = {
        "request": bytes(16),
        "code": drawn["code"],
        "admission": leaf,
        "leaf": leaf,
        "signature": ED25519.sign(secret, resume_transcript(drawn["room"], drawn["nonce"], leaf)),
        # As large as that of a hundred members with hybrid keys.
        "group_info": bytes(276_000),
        "suite": 1,
        "retention": 3600,
        "max_members": 9,
    }
    handlers["room.create"](session, Fields(fields))
    return session, drawn["code"], drawn["room"]


def measure_rate(durability: Durability | None, batch: int, seconds: float) -> float:
    """Return messages acknowledged in a second, of 600 bytes, by 100 senders in 100 rooms."""
    journal.MAX_BATCH = batch
    with relay(durability) as handlers:
        rooms = [make_room(handlers, str(number)) for number in range(SENDERS)]
        counts = [0] * SENDERS
        begun = time.perf_counter()

        def keep_sending(number: int) -> None:
            session, _, room = rooms[number]
            while time.perf_counter() < begun + seconds:
                counts[number] += 1
                request = counts[number].to_bytes(16, "big")
                fields = {"request": request, "room": room, "epoch": 0, "message": bytes(600)}
                handlers["room.send"](session, Fields(fields))

        gevent.joinall([gevent.spawn(keep_sending, n) for n in range(SENDERS)], raise_error=True)
        return sum(counts) / (time.perf_counter() - begun)


def measure_guesses() -> dict[str, list[float]]:
    """Return the times, in microseconds, in which those who do not belong were refused."""
    with relay("normal") as handlers:
        codes = {"wrong key": make_room(handlers, "host")[1], "no such room": "00000-00000"}
        times: dict[str, list[float]] = {}
        for event in ("room.admit", "room.resume"):
            for number in range(2 * TRIES):
                # Turn and turn about, and each of them first as often as second.
                name = list(codes)[(number + number // 2) % 2]
                taken = _time_guess(handlers, event, codes[name])
                times.setdefault(f"{event}, {name}", []).append(taken)
    return times


def _time_guess(handlers: Handlers, event: str, code: str) -> float:
    session, (secret, leaf) = Session("guest", ""), ED25519.generate(system_random)
    drawn = handlers["room.open"](session, Fields({"code": code}))
    transcript = admission_transcript if event == "room.admit" else resume_transcript
    signature = ED25519.sign(secret, transcript(drawn["room"], drawn["nonce"], leaf))
    fields = Fields({"room": drawn["room"], "leaf": leaf, "signature": signature})
    begun = time.perf_counter_ns()
    with suppress(WrongRoomKey):
        handlers[event](session, fields)
    return (time.perf_counter_ns() - begun) / 1000


def main() -> None:
    """Print the median rate of each level and its ratio to the first; then the guesses' times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    rates: dict[str, list[float]] = {name: [] for name in LEVELS}
    for _ in range(options.rounds):
        for name, (durability, batch) in LEVELS.items():
            rates[name].append(measure_rate(durability, batch, options.seconds))
    medians = {name: statistics.median(found) for name, found in rates.items()}
    base = next(iter(medians.values()))
    for name, median in medians.items():
        print(f"{name:30} {median:8.0f} messages/s  x{median / base:.2f}")
    for name, times in measure_guesses().items():
        lower, middle, upper = statistics.quantiles(times, n=4)
        print(f"{name:30} {middle:8.0f} us  (half of them {lower:.0f} to {upper:.0f})")


if __name__ == "__main__":
    main()
