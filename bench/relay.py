"""The relay's figures: what a durable acknowledgement costs.

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
from contextlib import ExitStack, contextmanager  # noqa: E402
from dataclasses import replace  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import gevent  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "integration"))

from postgres_cluster import a_cluster  # type: ignore[import-not-found]  # noqa: E402

from roomkey.crypto.randomness import system_random  # noqa: E402
from roomkey.crypto.signature import ED25519  # noqa: E402
from roomkey.relay import journal  # noqa: E402
from roomkey.relay.app import create_app  # noqa: E402
from roomkey.relay.config import RelayConfig  # noqa: E402
from roomkey.relay.fields import Fields  # noqa: E402
from roomkey.relay.limits import DEFAULT_RATES  # noqa: E402
from roomkey.relay.session import Session  # noqa: E402
from roomkey.relay.store import Durability  # noqa: E402
from roomkey.wire.transcripts import resume_transcript  # noqa: E402

Handlers = dict[str, Callable[[Session, Fields], dict[str, Any]]]

SENDERS = 100
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


def make_room(handlers: Handlers, name: str) -> tuple[Session, bytes]:
    """Create a room; give its only member's session, and its id."""
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
    return session, drawn["room"]


def measure_rate(durability: Durability | None, batch: int, seconds: float) -> float:
    """Return messages acknowledged in a second, of 600 bytes, by 100 senders in 100 rooms."""
    journal.MAX_BATCH = batch
    with relay(durability) as handlers:
        rooms = [make_room(handlers, str(number)) for number in range(SENDERS)]
        counts = [0] * SENDERS
        begun = time.perf_counter()

        def keep_sending(number: int) -> None:
            session, room = rooms[number]
            while time.perf_counter() < begun + seconds:
                counts[number] += 1
                request = counts[number].to_bytes(16, "big")
                fields = {"request": request, "room": room, "epoch": 0, "message": bytes(600)}
                handlers["room.send"](session, Fields(fields))

        gevent.joinall([gevent.spawn(keep_sending, n) for n in range(SENDERS)], raise_error=True)
        return sum(counts) / (time.perf_counter() - begun)


def main() -> None:
    """Print the median rate of each level and its ratio to the first."""
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


if __name__ == "__main__":
    main()
