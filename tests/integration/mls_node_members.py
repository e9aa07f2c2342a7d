"""Members of groups behind the commands of `mls_members`: those of TypeScript."""

import json
import subprocess
from pathlib import Path
from typing import Any, Protocol

WEB = Path(__file__).parents[2] / "web"

Answer = dict[str, Any]


class Members(Protocol):
    """Where members live."""

    name: str

    def ask(self, command: str, member: str, **arguments: Any) -> Answer:
        """Let a member do something."""


class NodeMembers:
    """Members in a process of Node's."""

    name = "typescript"

    def __init__(self, folder: Path) -> None:
        bundle = folder / "mls_member.mjs"
        build = ["node_modules/.bin/rolldown", "tests/drivers/mls_member.ts", "--file", str(bundle)]
        subprocess.run(
            [*build, "--format", "esm", "--platform", "node"],
            cwd=WEB,
            check=True,
            capture_output=True,
        )
        self._process = subprocess.Popen(
            ["node", str(bundle)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, command: str, member: str, **arguments: Any) -> Answer:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": command, "id": member, **arguments}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"{command} ended the process"
        answer: Answer = json.loads(line)
        return answer

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)
