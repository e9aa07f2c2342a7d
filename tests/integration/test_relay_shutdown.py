"""A relay that is told to end: what was asked is answered, and clients come again."""

import asyncio
import http.client
import json
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from client_toolkit import KEY, Listener, Relay, said, scene, soon
from relay_toolkit import ADMISSION, connected, run, running_relay
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode
from websockets.sync.client import connect

from roomkey import ConnectionState
from roomkey.client.events import ConnectionChanged, RoomTrouble
from roomkey.crypto.randomness import system_random
from roomkey.crypto.signature import ED25519

BLOCKING_RELAY = Path(__file__).with_name("blocking_relay.py")
MANY = 60


def test_clients_are_told_to_come_again_soon(tmp_path: Path) -> None:
    with running_relay(tmp_path / "data") as relay:
        address = relay.url.replace("http:", "ws:") + "/socket.io/?EIO=4&transport=websocket"
        with connect(address) as socket:
            assert str(socket.recv()).startswith("0{")
            relay.process.send_signal(signal.SIGTERM)
            with pytest.raises(ConnectionClosed) as ended:
                socket.recv()
            assert ended.value.rcvd is not None
            assert ended.value.rcvd.code == CloseCode.SERVICE_RESTART
        assert relay.process.wait(60) == 0
        events = [json.loads(line)["event"] for line in relay.log.read_text().splitlines()]
        assert events == ["started", "stopping", "stopped"]


def test_what_was_asked_is_answered_with_what_is_stored(tmp_path: Path) -> None:
    leaf = ED25519.generate(system_random)
    made: dict[str, Any] = {}
    answered: list[int] = []

    async def before() -> None:
        async with connected(relay.url, leaf) as host:
            made.update(await host.create(ADMISSION))

            async def send(number: int) -> None:
                answer = await host.send(made["room"], 0, bytes([number]))
                assert answer["ok"]
                answered.append(answer["seq"])

            sending = [asyncio.ensure_future(send(number)) for number in range(MANY)]
            while not answered:
                await asyncio.sleep(0)
            relay.process.send_signal(signal.SIGTERM)
            while host.client.connected:
                await asyncio.sleep(0.01)
            for task in sending:
                task.cancel()
            ended = await asyncio.gather(*sending, return_exceptions=True)
            assert not [error for error in ended if isinstance(error, AssertionError)]

    async def after() -> None:
        async with connected(relay.url, leaf) as host:
            # nothing was stored of which nobody was told
            assert (await host.resume(made["code"]))["head"] == len(answered)

    for scene_ in (before, after):
        with running_relay(tmp_path / "data") as relay:
            run(scene_)
    assert sorted(answered) == list(range(1, len(answered) + 1))


def test_health_says_that_the_relay_is_shutting_down(tmp_path: Path) -> None:
    async def test() -> None:
        host, _, port = relay.url.removeprefix("http://").partition(":")
        watch = http.client.HTTPConnection(host, int(port))

        def ask() -> tuple[int, str]:
            watch.request("GET", "/healthz")
            answer = watch.getresponse()
            return answer.status, json.load(answer).get("code", "")

        async with connected(relay.url) as stuck:
            blocked = asyncio.ensure_future(stuck.ask("test.block"))
            while (await asyncio.to_thread(ask)) != (200, ""):
                pass
            relay.process.send_signal(signal.SIGTERM)
            while (health := await asyncio.to_thread(ask))[0] == 200:
                await asyncio.sleep(0.01)
            assert health == (503, "shutting_down")
            relay.kill()
            blocked.cancel()
            await asyncio.gather(blocked, return_exceptions=True)
        watch.close()

    with running_relay(tmp_path / "data", command=[sys.executable, str(BLOCKING_RELAY)]) as relay:
        run(test)


@scene
async def test_a_restart_under_load_is_seen_as_nothing_but_coming_back(relay: Relay) -> None:
    names = ("Ann", "Bob", "Cleo")
    async with relay.client("a") as a, relay.client("b") as b, relay.client("c") as c:
        ann = await a.create(KEY, names[0])
        rooms = [ann, await b.join(ann.code, KEY, names[1]), await c.join(ann.code, KEY, names[2])]
        listeners = [Listener(room) for room in rooms]
        await said(ann, "begin")
        sent = []
        for number in range(20):
            for name, room in zip(names, rooms, strict=True):
                sent.append(await room.send(f"{name} {number}"))
            if number in (5, 12):
                await soon(sent[-3 * number].stored())
                await asyncio.to_thread(relay.kill, signal.SIGTERM)
                await asyncio.to_thread(relay.start)
        for message in sent:
            await soon(message.stored())
        await said(ann, "end")
        for listener in listeners:
            await listener.text("end")
        expected = {f"{name} {number}" for name in names for number in range(20)}
        for listener in listeners:
            texts = [text for text in listener.texts() if text not in ("begin", "end")]
            assert len(texts) == len(expected)
            assert set(texts) == expected
            assert [event for event in listener.events if isinstance(event, RoomTrouble)] == []
            states = {e.state for e in listener.events if isinstance(e, ConnectionChanged)}
            assert states <= set(ConnectionState) - {ConnectionState.REMOVED}
        assert listeners[0].texts()[1:] == listeners[1].texts()[1:]
