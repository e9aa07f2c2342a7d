"""The relay as its operator runs it, in a process of its own."""

import re
import signal
import subprocess
import sys
from pathlib import Path

PATIENCE = 120


class Relay:
    """A relay in a process of its own, on a port that stays the same when it is started again."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.log = folder / "relay.log"
        self.port = 0
        self._process: subprocess.Popen[str] | None = None
        self.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        command = [sys.executable, "-m", "roomkey.cli", "serve", "--host", "127.0.0.1"]
        command += ["--port", str(self.port), "--data", str(self.data)]
        with self.log.open("a") as log:
            self._process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True
            )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        found = re.search(r":(\d+)", line.split("//")[-1])
        assert found, f"the relay did not say where it listens: {line!r} {self.log.read_text()}"
        self.port = int(found[1])

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        out, _ = self._process.communicate(timeout=PATIENCE)
        with self.log.open("a") as log:
            log.write(out)
        self._process = None
