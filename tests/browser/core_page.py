"""The core of the browser client on a page of its own, which runs its tests and has members."""

import json
import subprocess
import threading
from functools import cache
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[2]
WEB = ROOT / "web"
DRIVER = "tests/drivers/browser"


class Page(Protocol):
    """A page in any browser."""

    def evaluate(self, expression: str) -> str:
        """Give a string that an expression, or its promise, comes to."""


@cache
def _bundle() -> TemporaryDirectory[str]:
    folder = TemporaryDirectory(prefix="roomkey-core-")
    build = ["node_modules/.bin/rolldown", "-c", f"{DRIVER}/rolldown.config.ts"]
    command = [*build, "--dir", folder.name, "--log-level", "warn"]
    subprocess.run(command, cwd=WEB, check=True)
    return folder


class CoreServer:
    """Serves the bundle, this repository's files, and the official vectors if they are there."""

    def __init__(self, vectors: str | None) -> None:
        bundled = Path(_bundle().name)

        class Handler(SimpleHTTPRequestHandler):
            def translate_path(self, path: str) -> str:
                path = urlsplit(path).path
                if vectors and path.startswith("/official/"):
                    return str(Path(vectors) / path.removeprefix("/official/"))
                built = bundled / path.removeprefix("/web/")
                return str(built if built.is_file() else ROOT / path.removeprefix("/"))

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        page = f"http://127.0.0.1:{self._server.server_port}/web/{DRIVER}/page.html"
        self.page = page + ("?vectors=/official" if vectors else "")

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class CorePage:
    """Asks the page's worker; the page is open in some browser."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def ask(self, **question: Any) -> dict[str, Any]:
        """Put a question to the worker, and wait for its answer."""
        answer: dict[str, Any] = json.loads(self._page.evaluate(f"ask({json.dumps(question)})"))
        return answer

    def test(self, file: str, most: int | None) -> dict[str, Any]:
        """Run a file of tests, of each of its groups at most so many."""
        return self.ask(do="test", file=f"/web/{file.removesuffix('.ts')}.js", most=most)


class BrowserMembers:
    """Members of groups behind the commands of `mls_members`: those of TypeScript in a browser."""

    name = "typescript"

    def __init__(self, page: CorePage) -> None:
        self._page = page

    def ask(self, command: str, member: str, **arguments: Any) -> dict[str, Any]:
        line = json.dumps({"do": command, "id": member, **arguments})
        return self._page.ask(do="member", line=line)
