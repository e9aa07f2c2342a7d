"""One person with the page in Chromium, spoken to in the browser's debugging protocol (CDP)."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from .processes import Died, until_gone

Map = dict[str, Any]
PROGRAM = os.environ.get("ROOMKEY_CHROMIUM") or shutil.which("chromium")
HOOK = (Path(__file__).parent / "page_hook.js").read_text()
PAGE = Path(__file__).parents[2] / "src/roomkey/relay/web/index.html"
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--remote-debugging-port=0",
)
WEEK = 7 * 86400


class Chromium:
    """A browser with a profile, killed and started again on it; asked as other clients are."""

    def __init__(
        self, process: int, socket: ClientConnection, heard: Callable[[Map], None]
    ) -> None:
        self.process, self._socket, self._heard = process, socket, heard
        self.is_alive = True
        self._url, self._session, self._count = "", "", 0
        self._asked: dict[int, asyncio.Future[Map]] = {}
        self._listening = asyncio.ensure_future(self._listen())

    @classmethod
    async def launch(cls, profile: Path, log: Path, heard: Callable[[Map], None]) -> "Chromium":
        """Start it; returns when its page can be told where to go."""
        assert PROGRAM, "Chromium is missing: `make faults` installs it"
        assert PAGE.exists(), "the page is not built: run `make page`"
        profile.mkdir(parents=True, exist_ok=True)
        place = profile / "DevToolsActivePort"
        place.unlink(missing_ok=True)
        # with its parent it ends too, however that ends
        command = ["setpriv", "--pdeathsig", "KILL", PROGRAM, *FLAGS]
        command += [f"--user-data-dir={profile}", "about:blank"]
        with log.open("ab") as output:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        while not (place.exists() and place.read_text().count("\n")):
            assert process.poll() is None, f"Chromium ended at once: see {log}"
            await asyncio.sleep(0.02)
        port, path = place.read_text().split()
        address = f"ws://127.0.0.1:{port}{path}"
        socket = await connect(address, max_size=None, ping_interval=None, proxy=None)
        browser = cls(process.pid, socket, heard)
        await browser._find_page()
        return browser

    async def _find_page(self) -> None:
        found: list[Map] = []
        while not found:
            targets = (await self._command("Target.getTargets"))["targetInfos"]
            found = [target for target in targets if target["type"] == "page"]
        target = {"targetId": found[0]["targetId"], "flatten": True}
        self._session = (await self._command("Target.attachToTarget", **target))["sessionId"]
        for domain in ("Page", "Runtime"):
            await self._command(f"{domain}.enable")
        await self._command("Runtime.addBinding", name="tellHarness")
        await self._command("Page.addScriptToEvaluateOnNewDocument", source=HOOK)

    async def ask(self, do: str, **fields: Any) -> Map:
        """Have the client do something; raises Died. An answer with `error` is an answer."""
        match do:
            case "start":
                return await self._start(fields["url"], fields.get("code"))
            case "create":
                wish = {"title": "", "retention": WEEK, **fields}
                return await self._enter(do, wish)
            case "join":
                return await self._enter(do, fields)
            case _:
                return await self._evaluate(do, fields)

    async def kill(self) -> None:
        """End it as a power cut would, with all of its processes, and wait until it is gone."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process, signal.SIGKILL)
        await asyncio.wait((self._listening,))
        await until_gone(self.process)

    async def _start(self, url: str, code: str | None) -> Map:
        self._url = url
        await self._go("/")
        answer = await self._evaluate("rooms", {})
        stored = [room["code"] for room in answer.get("rooms", ()) if code in (None, room["code"])]
        return await self._open(stored[0]) if stored else {"code": None}

    async def _enter(self, how: str, fields: Map) -> Map:
        wish = {**fields, "roomKey": fields["room_key"]}
        answer = await self._evaluate(how, wish)
        return await self._open(answer["code"]) if "code" in answer else answer

    async def _open(self, code: str) -> Map:
        """Go to the room's own page, which opens what is stored of it."""
        await self._go(f"/r/{code}")
        return await self._evaluate("open", {"code": code})

    async def _go(self, path: str) -> None:
        here = f"location.href === {json.dumps(self._url + path)} && 'faults' in globalThis"
        while True:
            await self._command("Page.navigate", url=self._url + path)
            for _ in range(20):
                answer = await self._command("Runtime.evaluate", expression=here)
                if answer.get("result", {}).get("value") is True:
                    return
                await asyncio.sleep(0.02)

    async def _evaluate(self, what: str, fields: Map) -> Map:
        call = f"faults({json.dumps(what)}, {json.dumps(fields)})"
        answer = await self._command(
            "Runtime.evaluate", expression=call, awaitPromise=True, returnByValue=True
        )
        value: Map | None = answer.get("result", {}).get("value")
        # the page has gone to another one meanwhile, and may have done it
        return {"error": "page_gone", "unknown": True} if value is None else value

    async def _command(self, method: str, **params: Any) -> Map:
        if not self.is_alive:
            raise Died
        self._count += 1
        answer = self._asked[self._count] = asyncio.get_running_loop().create_future()
        message = {"id": self._count, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        # who asks may be gone by the time it dies
        answer.add_done_callback(lambda done: done.cancelled() or done.exception())
        with contextlib.suppress(ConnectionClosed):
            await self._socket.send(json.dumps(message))
        return await asyncio.shield(answer)

    async def _listen(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for message in self._socket:
                self._take(json.loads(message))
        self.is_alive = False
        for answer in self._asked.values():
            if not answer.done():
                answer.set_exception(Died())

    def _take(self, told: Map) -> None:
        if told.get("method") == "Runtime.bindingCalled":
            self._heard(json.loads(told["params"]["payload"]))
        if told.get("method") == "Runtime.exceptionThrown":
            details = told["params"]["exceptionDetails"]
            text = details.get("exception", {}).get("description", details["text"])
            self._heard({"event": "crash", "text": text})
        answer = self._asked.pop(told.get("id", 0), None)
        if answer is not None and not answer.done():
            # what cannot be carried out any more has no result
            answer.set_result(told.get("result", {}))
