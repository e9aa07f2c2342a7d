"""The processes of a stand: started at once, killed at once, and started again where they were."""

import asyncio
import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
WEB = HERE.parents[1] / "web"
PATIENCE = 120
Map = dict[str, Any]


class Died(Exception):
    """The process that was asked ended before it answered."""


class Nursery:
    """Starts Python processes of one kind, `relay` or `person`."""

    def __init__(self, kind: str, environment: dict[str, str], mutants: Sequence[str]) -> None:
        command = [sys.executable, str(HERE / "nursery.py"), kind, *mutants]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_clean() | environment,
            bufsize=0,
        )
        assert self._process.stdout is not None
        self._lines = self._process.stdout

    def await_ready(self) -> None:
        """Wait until it can start others."""
        assert self._lines.readline() == b"ready\n", "the nursery did not start"

    def start(self, arguments: list[str], environment: dict[str, str], log: Path) -> int:
        """Start a process; returns its id."""
        wanted = {"arguments": arguments, "environment": environment, "log": str(log)}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(wanted).encode() + b"\n")
        return int(self._lines.readline())

    def close(self) -> None:
        """End it, and all that it started."""
        self._process.kill()
        self._process.wait()


class Switchboard:
    """A socket on which the processes of people say who they are."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._awaited: dict[str, asyncio.Future[Any]] = {}
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Listen."""
        self._server = await asyncio.start_unix_server(self._meet, self.path, limit=2**26)

    def close(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()

    def expect(self) -> tuple[str, "asyncio.Future[Any]"]:
        """Draw a token for a process that is about to start; the future gives its streams."""
        token = secrets.token_hex(8)
        self._awaited[token] = asyncio.get_running_loop().create_future()
        return token, self._awaited[token]

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = await reader.readline()
        if line:
            self._awaited.pop(json.loads(line)["token"]).set_result((reader, writer))


class PersonProcess:
    """A client in a process, and what it was asked."""

    def __init__(
        self,
        process: int,
        streams: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        heard: Callable[[Map], None],
    ) -> None:
        self.process = process
        self._reader, self._writer = streams
        self._heard = heard
        self._asked: dict[int, asyncio.Future[Map]] = {}
        self._listening = asyncio.ensure_future(self._listen())
        self.is_alive = True

    async def ask(self, do: str, **fields: Any) -> Map:
        """Have it do something; raises Died. An answer with `error` is an answer."""
        if not self.is_alive:
            raise Died
        number = len(self._asked)
        answer: asyncio.Future[Map] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        # who asks may be gone by the time it dies
        answer.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._writer.write(json.dumps({"ask": number, "do": do, **fields}).encode() + b"\n")
        return await asyncio.shield(answer)

    async def kill(self) -> None:
        """End it as a power cut would, and wait until it is gone."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process, signal.SIGKILL)
        # whoever waits may be cancelled, and what is waited for must not
        await asyncio.wait((self._listening,))
        await until_gone(self.process)

    async def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while line := await self._reader.readline():
                fields = json.loads(line)
                if "answer" in fields:
                    answer = self._asked[fields.pop("answer")]
                    if not answer.done():
                        answer.set_result(fields)
                else:
                    self._heard(fields)
        self.is_alive = False
        self._writer.close()
        for answer in self._asked.values():
            if not answer.done():
                answer.set_exception(Died())


class NodeStarter:
    """Starts people's processes with the browser's client, from one bundle."""

    def __init__(self, folder: Path, preload: dict[str, str], mutants: Sequence[str]) -> None:
        self._bundle, self._preload = folder / "person.mjs", preload
        self._mutants = mutants
        self._started: list[subprocess.Popen[bytes]] = []

    def build(self) -> None:
        """Bundle the client."""
        config = "tests/drivers/person.rolldown.config.ts"
        command = ["node_modules/.bin/rolldown", "-c", config, "--file", str(self._bundle)]
        wrong = {"FAULTS_MUTANTS": ",".join(self._mutants)}
        done = subprocess.run(
            command, cwd=WEB, env=os.environ | wrong, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self, arguments: list[str], environment: dict[str, str], log: Path) -> int:
        """Start a process; returns its id."""
        self._started = [process for process in self._started if process.poll() is None]
        with log.open("ab") as output:
            process = subprocess.Popen(
                ["node", str(self._bundle), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=_clean() | self._preload | environment,
                start_new_session=True,
            )
        self._started.append(process)
        return process.pid

    def close(self) -> None:
        """End all."""
        for process in self._started:
            process.kill()
            process.wait()


async def launch(
    starter: Nursery | NodeStarter,
    switchboard: Switchboard,
    environment: dict[str, str],
    log: Path,
    heard: Callable[[Map], None],
) -> PersonProcess:
    """Start a person's process, and wait until it says who it is."""
    token, met = switchboard.expect()
    process = starter.start([str(switchboard.path), token], environment, log)
    return PersonProcess(process, await met, heard)


async def until_gone(process: int) -> None:
    """Wait until a process holds nothing any more, whoever is to reap it."""
    while _threads_of(process):
        await asyncio.sleep(0.002)


async def within(seconds: float, work: Awaitable[Any]) -> Any:
    """Wait for something; raises TimeoutError."""
    async with asyncio.timeout(seconds):
        return await work


def _threads_of(process: int) -> list[str]:
    """List the threads that have not ended: files are held until the last of them has."""
    states = []
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for thread in Path(f"/proc/{process}/task").iterdir():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                states.append((thread / "stat").read_text().rpartition(")")[2].split()[0])
    return [state for state in states if state not in "ZX"]


def _clean() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("ROOMKEY")}
