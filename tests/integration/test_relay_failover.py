"""Two relays behind one address, one of which is killed while its members talk."""

from contextlib import AsyncExitStack
from pathlib import Path

from client_toolkit import KEY, Listener, scene, soon
from one_address import one_address
from postgres_cluster import Cluster
from redis_server import a_redis
from relay_toolkit import running_relay

from roomkey.client.client import Client
from roomkey.client.connection import Backoff
from roomkey.client.events import RoomTrouble
from roomkey.client.keystore import Keystore
from roomkey.client.schedule import Schedule

NAMES = ("Ann", "Bob", "Cleo", "Dan")
EACH = 12


@scene
async def test_members_of_a_killed_relay_go_on_at_the_other(
    postgres: Cluster, tmp_path: Path
) -> None:
    def client(name: str) -> Client:
        return Client(
            address,
            Keystore(tmp_path / name),
            backoff=lambda: Backoff(0.05, 0.5),
            schedule=Schedule(tidy_seconds=0.1),
        )

    async with AsyncExitStack() as opened:
        redis_server = opened.enter_context(a_redis())
        shared = {"DATABASE": postgres.url(tmp_path), "REDIS": redis_server.url}
        relays = [
            opened.enter_context(running_relay(tmp_path / "data", **shared)) for _ in range(2)
        ]
        address = await opened.enter_async_context(one_address(*(relay.url for relay in relays)))
        clients = [await opened.enter_async_context(client(name)) for name in NAMES]
        first = await clients[0].create(KEY, NAMES[0])
        rooms = [first]
        for name, other in zip(NAMES[1:], clients[1:], strict=True):
            rooms.append(await other.join(first.code, KEY, name))
        listeners = [Listener(room) for room in rooms]
        sent = []
        for number in range(EACH):
            for name, room in zip(NAMES, rooms, strict=True):
                sent.append(await room.send(f"{name} {number}"))
            if number == EACH // 2:
                await soon(sent[len(NAMES)].stored())
                relays[0].kill()
        for message in sent:
            await soon(message.stored())
        expected = {f"{name} {number}" for name in NAMES for number in range(EACH)}
        for listener in listeners:
            for name in NAMES:
                await listener.text(f"{name} {EACH - 1}")
            assert len(listener.texts()) == len(expected)
            assert set(listener.texts()) == expected
            assert [event for event in listener.events if isinstance(event, RoomTrouble)] == []
