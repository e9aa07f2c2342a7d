"""The one seam between client and relay: requests out, pushes in (docs/protocol/delivery.md)."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Mapping
from http import HTTPStatus
from typing import Any, Final, Protocol

import aiohttp
import socketio
from engineio.exceptions import EngineIOError

from roomkey.errors import (
    RateLimited,
    RelayFault,
    RelayUnreachable,
    RoomkeyError,
    TooManyConnections,
    UnsupportedVersion,
)
from roomkey.wire.codes import error_for
from roomkey.wire.limits import MAX_FRAME_BYTES, PROTOCOL_VERSION

from .packets import checked_packets

CONNECT_SECONDS: Final = 20
ANSWER_SECONDS: Final = 30
GOODBYE_SECONDS: Final = 2

_REFUSING_A_CONNECTION: Final = frozenset((UnsupportedVersion.code, RateLimited.code))
"""What a relay may refuse a connection with; anything else is no relay's word."""

Map = dict[str, Any]


class Transport(Protocol):
    """A connection to one relay; `on_push` and `on_lost` are set by whoever uses it."""

    on_push: Callable[[str, Map], None]
    on_lost: Callable[[], None]

    async def connect(self) -> None:
        """Connect, or raise RelayUnreachable or what the relay refuses with."""

    async def request(self, event: str, fields: Mapping[str, Any]) -> Map:
        """Ask and return the answer's map; raises RelayUnreachable or the refusal's RequestError.

        The error of a refusal carries the answer.
        """

    async def close(self) -> None:
        """End the connection; nothing is pushed afterwards."""


def ignore_push(_event: str, _fields: Map) -> None:
    """Drop a push that nobody waits for."""


def ignore_loss() -> None:
    """Take no notice of a lost connection."""


class SocketTransport:
    """Socket.IO over WebSocket, packets in MessagePack; for one connection."""

    def __init__(self, url: str, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._url = url
        self._answer_seconds = answer_seconds
        self._closing = False
        self._gone = asyncio.Event()
        self._socket: Any = None
        self._http: aiohttp.ClientSession | None = None
        self.on_push: Callable[[str, Map], None] = ignore_push
        self.on_lost: Callable[[], None] = ignore_loss

    async def connect(self) -> None:
        """Connect, or raise RelayUnreachable or what the relay refuses with."""
        refusal: list[Any] = []
        self._http = aiohttp.ClientSession(ws_response_class=_watched(self._disconnected))
        self._socket = socketio.AsyncClient(
            reconnection=False,
            handle_sigint=False,
            serializer=checked_packets(self._disconnected),
            http_session=self._http,
            websocket_extra_options={"max_msg_size": MAX_FRAME_BYTES},
        )
        self._socket.on("*", self._pushed)
        self._socket.on("disconnect", self._disconnected)
        self._socket.on("connect_error", refusal.append)
        connecting = self._socket.connect(
            self._url,
            auth={"v": PROTOCOL_VERSION},
            transports=["websocket"],
            wait_timeout=CONNECT_SECONDS,
        )
        try:
            await self._unless_gone(connecting)
        except (
            RelayUnreachable,
            socketio.exceptions.ConnectionError,
            EngineIOError,
            OSError,
        ) as error:
            code = _refusal_code(refusal)
            if code is not None:
                raise error_for({"code": code}) from None
            raise _handshake_error(error) from error
        except (ValueError, TypeError, LookupError, TimeoutError) as error:
            # the library takes the first packet for what it should be
            raise RelayUnreachable from error

    async def request(self, event: str, fields: Mapping[str, Any]) -> Map:
        """Ask and return the answer; raises RelayUnreachable or the refusal's RequestError."""
        try:
            answer = await self._call(event, dict(fields))
        except (socketio.exceptions.SocketIOError, EngineIOError, OSError, TimeoutError) as error:
            raise RelayUnreachable from error
        if not isinstance(answer, dict):
            raise RelayFault("an answer is not a map")
        if answer.get("ok") is not True:
            raise error_for(answer)
        return answer

    async def _call(self, event: str, fields: Map) -> Any:
        if self._socket is None or self._gone.is_set():
            raise RelayUnreachable
        return await self._unless_gone(
            self._socket.call(event, fields, timeout=self._answer_seconds)
        )

    async def _unless_gone(self, work: Coroutine[Any, Any, Any]) -> Any:
        # the library goes on waiting when the connection that an answer would come on is gone
        call = asyncio.ensure_future(work)
        gone = asyncio.ensure_future(self._gone.wait())
        try:
            await asyncio.wait((call, gone), return_when=asyncio.FIRST_COMPLETED)
            if not call.done():
                raise RelayUnreachable
            return call.result()
        finally:
            call.cancel()
            gone.cancel()
            # whatever it ended with was said already, or no longer matters
            await asyncio.gather(call, gone, return_exceptions=True)

    async def close(self) -> None:
        """End the connection; nothing is pushed afterwards."""
        self._closing = True
        if self._socket is None or self._http is None:
            return
        if not self._gone.is_set():
            with contextlib.suppress(Exception):
                await asyncio.wait_for(self._socket.disconnect(), GOODBYE_SECONDS)
        self._gone.set()
        engine = self._socket.eio
        tasks = [task for task in (engine.read_loop_task, engine.write_loop_task) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._http.close()

    async def _pushed(self, event: str, fields: Any = None, *_: Any) -> None:
        if not self._closing and isinstance(fields, dict):
            self.on_push(event, fields)

    def _disconnected(self, *_: Any) -> None:
        if not self._gone.is_set():
            self._gone.set()
            if not self._closing:
                self.on_lost()


def _watched(lost: Callable[[], None]) -> type[aiohttp.ClientWebSocketResponse]:
    """Make a WebSocket that says at once when it is closed.

    The Engine.IO client may notice only when its next ping is overdue: what it puts into its queue
    to end the writer is dropped if something else waits there to be written.
    """

    class Watched(aiohttp.ClientWebSocketResponse):
        async def receive(self, timeout: float | None = None) -> aiohttp.WSMessage:
            try:
                message = await super().receive(timeout)
            except BaseException:
                lost()
                raise
            if not isinstance(message.data, (str, bytes)):
                lost()
            return message

    return Watched


def _handshake_error(error: BaseException) -> RoomkeyError:
    """Say why there is no WebSocket; the library hides the answer behind errors of its own."""
    beneath: BaseException | None = error
    while beneath is not None:
        if isinstance(beneath, aiohttp.WSServerHandshakeError):
            # without Retry-After it is a proxy's, which has no relay behind it
            if beneath.status == HTTPStatus.SERVICE_UNAVAILABLE and _asks_to_retry(beneath):
                return TooManyConnections()
            break
        beneath = beneath.__cause__ or beneath.__context__
    return RelayUnreachable()


def _asks_to_retry(answer: aiohttp.WSServerHandshakeError) -> bool:
    return answer.headers is not None and "Retry-After" in answer.headers


def _refusal_code(refusals: list[Any]) -> str | None:
    for refusal in refusals:
        code = refusal.get("message") if isinstance(refusal, dict) else None
        if isinstance(code, str) and code in _REFUSING_A_CONNECTION:
            return code
    return None
