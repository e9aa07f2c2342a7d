"""What a durable acknowledgement costs: messages appended and acknowledged in a second.

All levels run interleaved in one process, so that the ratios hold whatever else the machine does.
"""

from gevent import monkey

monkey.patch_all()

import argparse  # noqa: E402
import statistics  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402

import gevent  # noqa: E402

from roomkey.relay import journal as journal_module  # noqa: E402
from roomkey.relay.config import RelayConfig  # noqa: E402
from roomkey.relay.delivery import Delivery  # noqa: E402
from roomkey.relay.fields import Fields  # noqa: E402
from roomkey.relay.journal import Journal  # noqa: E402
from roomkey.relay.limits import Limits  # noqa: E402
from roomkey.relay.sequencer import Sequencer  # noqa: E402
from roomkey.relay.session import Directory, Session  # noqa: E402
from roomkey.relay.store import Durability, Room, Store  # noqa: E402

SENDERS = 100
LEVELS: dict[str, tuple[Durability, int]] = {
    "full, a transaction each": ("full", 1),
    "normal, a transaction each": ("normal", 1),
    "full, group commit": ("full", 256),
    "normal, group commit": ("normal", 256),
}


def measure(durability: Durability, batch: int, seconds: float) -> float:
    """Return messages acknowledged in a second, of 600 bytes, by 100 senders in 100 rooms."""
    journal_module.MAX_BATCH = batch
    with tempfile.TemporaryDirectory() as folder:
        store = Store(RelayConfig(Path(folder)).database_url, durability)
        journal, directory = Journal(store), Directory()
        limits = Limits({"send_member": "1000000/second"})
        sequencer = Sequencer(journal, lambda *_: None, lambda: 1)
        delivery = Delivery(sequencer, limits, directory, lambda *_: None)
        sessions = [_make_room(journal, directory, n) for n in range(SENDERS)]
        counts = [0] * SENDERS
        end = time.perf_counter() + seconds

        def keep_sending(number: int) -> None:
            session = sessions[number]
            room = next(iter(session.member))
            while time.perf_counter() < end:
                counts[number] += 1
                request = number.to_bytes(8, "big") + counts[number].to_bytes(8, "big")
                fields = {"request": request, "room": room, "epoch": 0, "message": bytes(600)}
                delivery.send(session, Fields(fields))

        begun = time.perf_counter()
        gevent.joinall([gevent.spawn(keep_sending, n) for n in range(SENDERS)], raise_error=True)
        rate = sum(counts) / (time.perf_counter() - begun)
        journal.close()
        store.close()
    return rate


def _make_room(journal: Journal, directory: Directory, number: int) -> Session:
    room, leaf = number.to_bytes(16, "big"), number.to_bytes(32, "big")
    made = Room(
        room=room, request=bytes(16), creator=leaf, created=0, touched=0, admission=leaf, key_id=0,
        epoch=0, head=0, floor=1, suite=1, retention=3600, max_members=9, closed=False,
    )  # fmt: skip
    journal.write(lambda stored: stored.rooms.add(made, b"g"))
    journal.write(lambda stored: stored.members.add(room, leaf))
    session = Session(str(number), "")
    directory.enter(session, room, leaf)
    return session


def main() -> None:
    """Print the median rate of each level and its ratio to the first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    rates: dict[str, list[float]] = {name: [] for name in LEVELS}
    for _ in range(options.rounds):
        for name, (durability, batch) in LEVELS.items():
            rates[name].append(measure(durability, batch, options.seconds))
    medians = {name: statistics.median(found) for name, found in rates.items()}
    base = next(iter(medians.values()))
    for name, median in medians.items():
        print(f"{name:28} {median:8.0f} messages/s  x{median / base:.2f}")


if __name__ == "__main__":
    main()
