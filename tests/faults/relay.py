"""The relay of a stand: a process of its own on a disk of its own, killed and started again."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path

from roomkey.relay.limits import DEFAULT_RATES
from roomkey.relay.seed import Seed, load_or_create
from roomkey.wire import room_code

from .processes import Nursery, until_gone
from .world import Clock, Disk


class FaultyRelay:
    """What listens behind the links; nobody is held back, as all have one address here."""

    def __init__(self, nursery: Nursery, disk: Disk, clock: Clock, log: Path) -> None:
        self._nursery, self.disk, self.clock, self._log = nursery, disk, clock, log
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process: int | None = None
        self._turn = asyncio.Lock()

    @property
    def database(self) -> Path:
        """Where its rooms are."""
        return self.disk.folder / "relay.sqlite3"

    def room_id(self, code: str) -> str:
        """Give the id of a room by its code, as the relay does."""
        return Seed(load_or_create(self.disk.folder)).room_id(room_code.parse(code)).hex()

    async def start(self) -> None:
        """Start it, unless it runs, and wait until it listens."""
        async with self._turn:
            if self.process is not None:
                return
            arguments = ["--host", "127.0.0.1", "--port", str(self.port)]
            arguments += ["--data", str(self.disk.folder)]
            rates = {f"ROOMKEY_RATE_{name.upper()}": "1000000/second" for name in DEFAULT_RATES}
            environment = {**rates, "ROOMKEY_MAX_ROOMS": "1000000", **self.clock.environment}
            process: int | None = None
            while process is None or not await self._listens():
                if process is None or not _runs(process):
                    # a full disk does not let it start, and an operator would see to that first
                    self.disk.empty()
                    process = self._nursery.start(arguments, environment, self._log)
                await asyncio.sleep(0.01)
            self.process = process

    async def end(self, how: signal.Signals) -> None:
        """End it and wait until it is gone."""
        async with self._turn:
            process, self.process = self.process, None
            if process is not None:
                os.kill(process, how)
                await until_gone(process)

    async def restart_after(
        self, how: signal.Signals, seconds: float, keep: Callable[..., object]
    ) -> None:
        """End it at once, and have it started again after some time."""

        async def again() -> None:
            await asyncio.sleep(seconds)
            await self.start()

        await self.end(how)
        keep(again())

    async def _listens(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        return True


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
