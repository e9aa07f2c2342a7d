"""Debian's Firefox over WebDriver BiDi, as Playwright drives none but its own."""

import json
import subprocess
import time
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

PATIENCE = 60


class Firefox:
    """A browser with a profile of its own."""

    def __init__(self, program: str, folder: Path) -> None:
        self._answers: dict[int, dict[str, Any]] = {}
        self._pages: dict[str, FirefoxPage] = {}
        self._asked = 0
        command = [program, "--headless", "--no-remote", "--remote-debugging-port", "0"]
        command += ["--profile", str(folder)]
        with (folder / "firefox.log").open("w") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        self._socket = self._connect(folder / "WebDriverBiDiServer.json")
        self.command("session.new", capabilities={})
        self.command("session.subscribe", events=["log.entryAdded"])

    def _connect(self, server: Path) -> ClientConnection:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            assert self._process.poll() is None, "Firefox ended at once"
            if server.exists() and (text := server.read_text()):
                place = json.loads(text)
                address = f"ws://{place['ws_host']}:{place['ws_port']}/session"
                return connect(address, max_size=None, ping_interval=None, legacy=True)
            time.sleep(0.1)
        raise TimeoutError("Firefox does not listen")

    def command(self, method: str, **params: Any) -> dict[str, Any]:
        """Ask the browser for something; gives the result."""
        self._asked += 1
        number = self._asked
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            told = json.loads(self._socket.recv())
            if told.get("id") == number:
                assert told["type"] == "success", f"{method}: {told}"
                result: dict[str, Any] = told["result"]
                return result
            if told.get("method") == "log.entryAdded":
                self._note(told["params"])

    def _note(self, entry: dict[str, Any]) -> None:
        page = self._pages.get(entry["source"].get("context", ""))
        if page is not None and entry["level"] == "error":
            page.complaints.append(entry["text"])

    def new_page(self) -> "FirefoxPage":
        """Open a tab."""
        context = self.command("browsingContext.create", type="tab")["context"]
        page = self._pages[context] = FirefoxPage(self, context)
        return page

    def close(self) -> None:
        self.command("browser.close")
        self._socket.close()
        self._process.wait(PATIENCE)


class FirefoxPage:
    """One tab, as Playwright would have it; `complaints` is what its console said."""

    def __init__(self, browser: Firefox, context: str) -> None:
        self._browser, self._context = browser, context
        self.complaints: list[str] = []

    def goto(self, address: str) -> None:
        """Open a page and wait until it has loaded."""
        place = {"context": self._context, "url": address}
        self._browser.command("browsingContext.navigate", **place, wait="complete")

    def evaluate(self, expression: str) -> str:
        """Give a string that an expression, or its promise, comes to."""
        answer = self._browser.command(
            "script.evaluate",
            expression=expression,
            target={"context": self._context},
            awaitPromise=True,
        )
        assert answer["type"] == "success", answer.get("exceptionDetails", answer)
        value: str = answer["result"]["value"]
        return value

    def click(self, element: str) -> None:
        """Click what an expression gives."""
        self.evaluate(f"({element}).click() ?? ''")

    def type_into(self, element: str, text: str) -> None:
        """Type into what an expression gives, key by key."""
        self.evaluate(f"({element}).focus() ?? ''")
        keys = [{"type": way, "value": key} for key in text for way in ("keyDown", "keyUp")]
        actions = [{"type": "key", "id": "keyboard", "actions": keys}]
        self._browser.command("input.performActions", context=self._context, actions=actions)

    def close(self) -> None:
        self._browser.command("browsingContext.close", context=self._context)
