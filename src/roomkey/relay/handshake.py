"""The door to Socket.IO: which handshakes of WebSockets (RFC 6455, section 4.2) are let in."""

import base64
import re
from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from typing import Any

from roomkey.errors import RateLimited, TooManyConnections

from .connections import Connections
from .limits import Limits
from .proxies import Environ, Proxies

PATH = "/socket.io/"
ADDRESS_KEY = "roomkey.address"
_HOST = re.compile(r"(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}

StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


class Handshake:
    """WSGI middleware in front of Socket.IO; other paths pass it by.

    A browser says in `Origin` whose page connects: the relay's own, or one of `origins`. Clients
    that are no browsers send none, and are let in.
    """

    def __init__(
        self,
        application: Application,
        proxies: Proxies,
        limits: Limits,
        connections: Connections,
        origins: Sequence[str],
    ) -> None:
        self._application = application
        self._proxies = proxies
        self._limits = limits
        self._connections = connections
        self._origins = frozenset(origins)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Refuse, or serve until the connection ends."""
        if not str(environ.get("PATH_INFO", "")).startswith(PATH):
            return self._application(environ, start_response)
        if environ.get("REQUEST_METHOD") != "GET":
            return _refuse(start_response, HTTPStatus.METHOD_NOT_ALLOWED, ("Allow", "GET"))
        if not _is_websocket(environ):
            upgrade = ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13")
            return _refuse(start_response, HTTPStatus.UPGRADE_REQUIRED, *upgrade)
        if not self._accepts_origin(environ):
            return _refuse(start_response, HTTPStatus.FORBIDDEN)
        address = environ[ADDRESS_KEY] = self._proxies.address(environ)
        try:
            self._limits.connect(address)
            with self._connections.one_from(address):
                return list(self._application(environ, start_response))
        except RateLimited:
            return _refuse(start_response, HTTPStatus.TOO_MANY_REQUESTS, ("Retry-After", "60"))
        except TooManyConnections:
            return _refuse(start_response, HTTPStatus.SERVICE_UNAVAILABLE, ("Retry-After", "60"))

    def _accepts_origin(self, environ: Environ) -> bool:
        origin = environ.get("HTTP_ORIGIN")
        if origin is None or origin in self._origins:
            return True
        try:
            scheme, _, host = parse_origin(str(origin)).partition("://")
        except ValueError:
            return False
        if self._proxies.is_secure(environ) and scheme != "https":
            return False
        asked = str(environ.get("HTTP_HOST", "")).lower()
        default = _DEFAULT_PORTS[scheme]
        return host.removesuffix(default) == asked.removesuffix(default)


def parse_origin(text: str) -> str:
    """Read a web origin such as https://chat.example; raises ValueError."""
    origin = text.strip().lower()
    scheme, _, host = origin.partition("://")
    if scheme not in _DEFAULT_PORTS or not _HOST.fullmatch(host):
        raise ValueError(f"{text!r} is no origin; write for example https://chat.example")
    return origin


def _is_websocket(environ: Environ) -> bool:
    if str(environ.get("HTTP_UPGRADE", "")).lower() != "websocket":
        return False
    wanted = str(environ.get("HTTP_CONNECTION", "")).lower().split(",")
    if "upgrade" not in (part.strip() for part in wanted):
        return False
    if environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13":
        return False
    try:
        key = base64.b64decode(environ.get("HTTP_SEC_WEBSOCKET_KEY", ""), validate=True)
    except ValueError:
        return False
    return len(key) == 16


def _refuse(
    start_response: StartResponse, status: HTTPStatus, *headers: tuple[str, str]
) -> list[bytes]:
    body = f"{status.phrase}\n".encode()
    given = ("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))
    start_response(f"{status.value} {status.phrase}", [*given, *headers])
    return [body]
