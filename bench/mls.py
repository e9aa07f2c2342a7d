"""How long the group protocol takes, by the size of the group, beside ts-mls on the same machine.

python bench/mls.py [--suite 3] [--sizes 2,10,100,500,1000] [--ts-mls-up-to 100] [--grown]

`join` is an external join with a pre-shared key, `process` a member's part of it, `update` a
commit with a path, `follow` a member's part of that; messages have 200 bytes. Times are medians in
milliseconds, `x` says how many times longer ts-mls takes.
"""

import argparse
import json
import statistics
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from roomkey.crypto.suite import CipherSuite, cipher_suite
from roomkey.mls import (
    Add,
    CommitProcessed,
    Environment,
    Group,
    SigningIdentity,
    create_key_package,
)

T = TypeVar("T")

ORACLES = Path(__file__).parents[1] / "tests/oracles"
PSK_ID, PSK = b"shared", b"\x11" * 32
OPERATIONS = ("join", "process", "update", "follow", "encrypt", "decrypt")
ENVIRONMENT = Environment(lambda: int(time.time()), psks=lambda _psk_id: PSK)


def clocked(action: Callable[[], T], times: int = 1) -> tuple[float, T]:
    """Run an action some times; gives the median in milliseconds, and the last result."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        result = action()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken), result


def follow(group: Group, message: bytes) -> Group:
    """Process a commit."""
    done = group.process(message)
    assert isinstance(done, CommitProcessed)
    return done.group


def build(suite: CipherSuite, size: int) -> Group:
    """A group of that size, all of whom were added at once; then its creator renews its keys."""
    group = Group.create(SigningIdentity.generate(suite, b"0"), b"bench", ENVIRONMENT)
    packages = [
        create_key_package(
            SigningIdentity.generate(suite, b"%d" % number), ENVIRONMENT, lifetime_seconds=86400
        ).key_package
        for number in range(1, size)
    ]
    return group.commit([Add(package) for package in packages]).group


def grow(suite: CipherSuite, size: int) -> Group:
    """A group of that size whose members joined one by one, which leaves no leaf unmerged."""
    group = Group.create(SigningIdentity.generate(suite, b"0"), b"bench", ENVIRONMENT)
    for number in range(1, size):
        identity = SigningIdentity.generate(suite, b"%d" % number)
        joined = Group.join_external(identity, group.group_info(), ENVIRONMENT, psk_ids=[PSK_ID])
        group = follow(group, joined.message)
    return group


def ours(suite: CipherSuite, group: Group, times: int) -> tuple[dict[str, float], Group]:
    """Clock our own operations; gives the group in its last epoch too."""
    info = group.group_info()
    newcomer = SigningIdentity.generate(suite, b"newcomer")
    taken: dict[str, float] = {}
    taken["join"], joined = clocked(
        lambda: Group.join_external(newcomer, info, ENVIRONMENT, psk_ids=[PSK_ID]), times
    )
    taken["process"], here = clocked(lambda: follow(group, joined.message), times)
    there = joined.group
    here.encode()
    taken["update"], update = clocked(lambda: here.commit(public=True), times)
    taken["follow"], there = clocked(lambda: follow(there, update.message), times)
    here = update.group
    sent = []
    for _ in range(4):
        here.encode()
        sent += [clocked(lambda: here.protect(bytes(200))) for _ in range(25)]
    taken["encrypt"] = statistics.median(spent for spent, _ in sent)
    opened = [clocked(partial(there.process, data)) for _, data in sent]
    taken["decrypt"] = statistics.median(spent for spent, _ in opened)
    return taken, here


class TsMls:
    """A client of ts-mls, clocked inside its own process."""

    def __init__(self, suite: int) -> None:
        self._process = subprocess.Popen(
            ["node", str(ORACLES / "ts_mls_driver.mjs"), str(suite)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.ask("keyPackage", name="ts-mls")
        self.ask("psk", id=PSK_ID.hex(), key=PSK.hex())

    def ask(self, command: str, **arguments: object) -> dict[str, Any]:
        """Send a command and give its answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": command, **arguments}) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        if not answer["ok"]:
            raise RuntimeError(f"ts-mls: {command}: {answer['error']}")
        return answer

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)


def theirs(suite: CipherSuite, group: Group) -> dict[str, float]:
    """Clock the same operations of ts-mls, as a member of our group."""
    client = TsMls(suite.id)
    try:
        info = group.group_info().hex()
        taken: dict[str, float] = {}
        answer = client.ask("joinExternal", groupInfo=info, psks=[PSK_ID.hex()])
        taken["join"] = answer["milliseconds"]
        group = follow(group, bytes.fromhex(answer["message"]))
        newcomer = SigningIdentity.generate(suite, b"another")
        joined = Group.join_external(newcomer, group.group_info(), ENVIRONMENT, psk_ids=[PSK_ID])
        taken["process"] = client.ask("process", message=joined.message.hex())["milliseconds"]
        group = follow(group, joined.message)
        answer = client.ask("commit")
        taken["update"] = answer["milliseconds"]
        group = follow(group, bytes.fromhex(answer["message"]))
        update = group.commit(public=True)
        taken["follow"] = client.ask("process", message=update.message.hex())["milliseconds"]
        group = update.group
        group.encode()
        data = bytes(200).hex()
        spent = [client.ask("protect", data=data)["milliseconds"] for _ in range(30)]
        taken["encrypt"] = statistics.median(spent)
        spent = [
            client.ask("process", message=group.protect(bytes(200)).hex())["milliseconds"]
            for _ in range(30)
        ]
        taken["decrypt"] = statistics.median(spent)
        return taken
    finally:
        client.close()


def main() -> None:
    """Print one line for each size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--suite", type=lambda text: int(text, 0), default=3)
    parser.add_argument("--sizes", default="2,10,100,500,1000")
    parser.add_argument("--ts-mls-up-to", type=int, default=100)
    parser.add_argument("--grown", action="store_true", help="members joined one by one")
    options = parser.parse_args()
    suite = cipher_suite(options.suite)
    # ts-mls has its own number for our hybrid suite's KEM, with another AEAD
    has_oracle = (ORACLES / "node_modules/ts-mls").is_dir() and suite.id <= 83
    print(f"suite {suite.name}, milliseconds")
    print(f"{'members':>8} {'':>7}" + "".join(f"{name:>10}" for name in OPERATIONS))
    for size in (int(text) for text in options.sizes.split(",")):
        group = (grow if options.grown else build)(suite, size)
        group.encode()
        mine, group = ours(suite, group, 5 if size <= 100 else 1)
        print(f"{size:8} {'roomkey':>7}" + "".join(f"{mine[name]:10.3f}" for name in OPERATIONS))
        if has_oracle and size <= options.ts_mls_up_to:
            other = theirs(suite, group)
            print(f"{'':8} {'ts-mls':>7}" + "".join(f"{other[name]:10.3f}" for name in OPERATIONS))
            ratios = "".join(f"{other[name] / mine[name]:10.1f}" for name in OPERATIONS)
            print(f"{'':8} {'x':>7}{ratios}", flush=True)


if __name__ == "__main__":
    main()
