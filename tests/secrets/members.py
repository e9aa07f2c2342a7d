"""A member in a process of its own, as tests command it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


class Member:
    """Each word waits until it is done."""

    def __init__(self, address: str, folder: Path, name: str, *, keep_roots: bool = False) -> None:
        self.name = name
        program = Path(__file__).with_name("member_process.py")
        self._errors = folder.with_name(f"{folder.name}.log")
        with self._errors.open("w") as errors:
            self._process = subprocess.Popen(
                [sys.executable, str(program), address, str(folder), name],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env={**os.environ, **({"ROOMKEY_KEEP_ROOTS": "1"} if keep_roots else {})},
            )
        self._read()

    @property
    def pid(self) -> int:
        return self._process.pid

    def do(self, what: str, **said: Any) -> dict[str, Any]:
        """Have it do something; gives what it answers."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": what, **said}) + "\n")
        self._process.stdin.flush()
        return self._read()

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, self._errors.read_text()[-3000:]
        answer: dict[str, Any] = json.loads(line)
        return answer
