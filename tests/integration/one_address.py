"""Several relays behind one address: passes each connection on to a relay that takes it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from itertools import count


@contextlib.asynccontextmanager
async def one_address(*urls: str) -> AsyncIterator[str]:
    """Give the address; connections go to the relays in turn, past those that are gone."""
    turns = count()
    places = [url.removeprefix("http://").split(":") for url in urls]

    async def open_next() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        first = next(turns)
        for offset in range(len(places)):
            host, port = places[(first + offset) % len(places)]
            with contextlib.suppress(OSError):
                return await asyncio.open_connection(host, int(port))
        raise ConnectionRefusedError

    async def copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                target.write(data)
                await target.drain()
        target.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there_reader, there_writer = await open_next()
        except ConnectionRefusedError:
            writer.close()
            return
        await asyncio.gather(copy(reader, there_writer), copy(there_reader, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.close()
