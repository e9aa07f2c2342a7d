"""Fetches what a relay serves: as a browser would, from nowhere else, bounded in size and time."""

import asyncio
import json
import zlib
from collections.abc import Iterable
from typing import Final

import aiohttp

from roomkey.cli.page_check import Answer
from roomkey.errors import RelayUnreachable

MAX_BYTES: Final = 16 * 1024 * 1024
ANSWER_SECONDS: Final = 30
ALL_SECONDS: Final = 300
_AT_ONCE: Final = 4
_GZIP: Final = 16 + zlib.MAX_WBITS
# A relay has no reason to treat these requests otherwise than a browser's.
_HEADERS: Final = {
    "Accept": "*/*",
    "Accept-Encoding": "gzip",
    "Accept-Language": "en-US,en;q=0.5",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
}


class _Unreadable(Exception):
    """An answer that no browser could take, or none should; the text says why."""


async def fetch(origin: str, paths: Iterable[str]) -> dict[str, Answer]:
    """Fetch each path of a relay, the first one before the others; no redirect is followed.

    Raises RelayUnreachable if the first is not answered, or all of it takes too long.
    """
    first, *rest = paths
    try:
        async with asyncio.timeout(ALL_SECONDS), _browser() as browser:
            answers = {first: await _ask(browser, origin + first)}
            found = await asyncio.gather(*(_try(browser, origin + path) for path in rest))
            return answers | dict(zip(rest, found, strict=True))
    except aiohttp.ClientConnectorCertificateError as error:
        raise RelayUnreachable("its certificate is not valid") from error
    except aiohttp.ClientSSLError as error:
        raise RelayUnreachable("it does not speak TLS as it should") from error
    except TimeoutError as error:
        raise RelayUnreachable("it takes too long") from error
    except (aiohttp.ClientError, OSError) as error:
        raise RelayUnreachable from error


def version_in(answer: Answer) -> str | None:
    """Read which version of Roomkey a relay says it runs, if it says one."""
    try:
        said = json.loads(answer.body or b"")
    except (ValueError, RecursionError):
        return None
    version = said.get("version") if isinstance(said, dict) else None
    return version[:40] if isinstance(version, str) else None


def _browser() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=_AT_ONCE),
        timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS * _AT_ONCE, sock_read=ANSWER_SECONDS),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers=_HEADERS,
        auto_decompress=False,
    )


async def _try(browser: aiohttp.ClientSession, url: str) -> Answer:
    try:
        return await _ask(browser, url)
    except TimeoutError:
        return Answer(trouble="It did not come in time.")
    except (aiohttp.ClientError, OSError):
        return Answer(trouble="The relay did not answer as it should.")


async def _ask(browser: aiohttp.ClientSession, url: str) -> Answer:
    async with browser.get(url, allow_redirects=False) as response:
        headers = tuple((str(name), value) for name, value in response.headers.items())
        try:
            body = _unpack(await _read(response), response.headers.getall("Content-Encoding", []))
        except _Unreadable as error:
            return Answer(response.status, headers, trouble=str(error))
        return Answer(response.status, headers, body)


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(65536):
        body += chunk
        if len(body) > MAX_BYTES:
            raise _Unreadable("It is far too large.")
    return bytes(body)


def _unpack(body: bytes, encodings: list[str]) -> bytes:
    if not encodings:
        return body
    if encodings != ["gzip"]:
        raise _Unreadable("It is packed in a way that was not asked for.")
    unpacking = zlib.decompressobj(_GZIP)
    try:
        unpacked = unpacking.decompress(body, MAX_BYTES)
    except zlib.error as error:
        raise _Unreadable("It cannot be unpacked.") from error
    if unpacking.unconsumed_tail:
        raise _Unreadable("It is far too large.")
    if not unpacking.eof or unpacking.unused_data:
        raise _Unreadable("It cannot be unpacked.")
    return unpacked
