"""Somebody who joins in a process of its own, and is held up before the room key is tried.

`python held_joiner.py ADDRESS FOLDER CODE KEY`: prints `held`, goes on at a line, prints `in` or an
error's code, and ends at the next line.
"""

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from roomkey.client.client import Client
from roomkey.client.keystore import Keystore
from roomkey.client.transport import Map, SocketTransport
from roomkey.errors import RoomkeyError


class Held(SocketTransport):
    async def request(self, event: str, fields: Mapping[str, Any]) -> Map:
        if event == "room.evaluate":
            print("held", flush=True)
            await asyncio.to_thread(sys.stdin.readline)
        return await super().request(event, fields)


async def main(address: str, folder: str, code: str, key: str) -> None:
    async with Client(address, Keystore(Path(folder)), transport=Held) as client:
        try:
            await client.join(code, key, "Bob")
        except RoomkeyError as error:
            print(error.code, flush=True)
            return
        print("in", flush=True)
        await asyncio.to_thread(sys.stdin.readline)


asyncio.run(main(*sys.argv[1:]))
