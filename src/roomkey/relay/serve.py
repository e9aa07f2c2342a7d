"""Running a relay in this process, from start to a clean end."""

import gc
import resource
import signal
import sys
from contextlib import suppress
from typing import Any

import gevent
from gevent.event import Event
from gevent.pywsgi import Input, WSGIHandler, WSGIServer

from roomkey.errors import RoomkeyError, TooManyConnections

from .app import Relay, create_app
from .config import RelayConfig
from .connections import Connections
from .headers import ALWAYS_BYTES, complete
from .logs import configure, logger
from .proxies import Proxies
from .websocket import SOCKET_KEY

_SPARE_SOCKETS = 256
_OTHER_FILES = 128
_REQUEST_SECONDS = 30


def run(config: RelayConfig) -> int:
    """Serve until SIGTERM or SIGINT; return the exit status, 1 with one line if it cannot start.

    gevent's monkey patch must be in place (`python -m roomkey.relay` sees to it).
    """
    configure()
    try:
        app = create_app(config)
        server = _Server(
            config,
            app.wsgi_app,
            handler_class=_Handler,
            spawn=min(config.max_connections + _SPARE_SOCKETS, _raise_file_limit()),
            log=None,
            error_log=None,
        )
        server.start()
    except RoomkeyError as error:
        return _refuse(f"{error} {error.next_step}")
    except OSError as error:
        return _refuse(f"{error.strerror or error} ({config.host}:{config.port}, {config.data})")
    relay: Relay = app.extensions["relay"]
    sweeper = gevent.spawn(_sweep, relay, config.retention_interval)
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, stop.set)
    # The start's objects live as long as the process: the collector need not look at them again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)
    shown = "localhost" if config.host in ("127.0.0.1", "0.0.0.0", "::") else config.host  # noqa: S104
    address = f"http://{shown}:{server.server_port}"
    print(f"Roomkey relay listening on {address} (data in {config.data})", flush=True)
    logger().info("started", peers=bool(config.redis))
    stop.wait()
    logger().info("stopping", connections=relay.sockets.connections)
    server.close()
    sweeper.kill()
    relay.close()
    server.stop(timeout=1)
    logger().info("stopped")
    return 0


def _sweep(relay: Relay, interval: int) -> None:
    while True:
        try:
            deleted = relay.retention.sweep()
            if deleted:
                logger().info("retention", envelopes=deleted)
        except RoomkeyError as error:
            logger().error("retention_failed", code=error.code)
        except Exception as error:
            logger().error("retention_failed", fault=type(error).__name__)
        gevent.sleep(interval)


def _refuse(reason: str) -> int:
    with suppress(OSError):
        print(f"roomkey relay: {reason}", file=sys.stderr)
    return 1


def _raise_file_limit() -> int:
    """Allow as many sockets as the system lets this process have; return how many to take."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard == resource.RLIM_INFINITY:
        return max(1, soft - _OTHER_FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return max(1, hard - _OTHER_FILES)


class _Server(WSGIServer):
    """Bounds how many sockets one address holds open, before it has said a word on them."""

    def __init__(self, config: RelayConfig, *given: Any, **named: Any) -> None:
        super().__init__((config.host, config.port), *given, **named)
        self._proxies = Proxies(config.trusted_proxies)
        self._sockets = Connections(
            2 * config.max_connections + _SPARE_SOCKETS, 2 * config.max_connections_address
        )

    def handle(self, sock: Any, address: Any) -> None:
        """Serve a socket, unless its address has enough of them."""
        if self._proxies.trusts(address[0]):
            super().handle(sock, address)
            return
        with (
            suppress(TooManyConnections),
            self._sockets.one_from(self._proxies.address({"REMOTE_ADDR": address[0]})),
        ):
            super().handle(sock, address)


class _Handler(WSGIHandler):
    """Hands the raw socket to the WebSocket driver, and says nothing about whom it serves."""

    def handle_one_request(self) -> Any:
        """Serve one request; whoever takes too long to ask for something is let go."""
        # Requests that are all here already would be answered before anybody else's.
        gevent.sleep(0)
        self._deadline = gevent.Timeout.start_new(_REQUEST_SECONDS)
        try:
            answer = super().handle_one_request()
        except gevent.Timeout as timeout:
            if timeout is not self._deadline:
                raise
            return None
        finally:
            self._deadline.close()
        if isinstance(answer, tuple):
            # What is no request at all is answered by the server in bytes of its own.
            status, response = answer
            head, _, body = response.partition(b"\r\n\r\n")
            return status, head + b"\r\n" + ALWAYS_BYTES + b"\r\n" + body
        return answer

    def _check_http_version(self) -> bool:
        # The server's own check fails on "HTTP/1", and prints a traceback.
        return self.request_version in ("HTTP/1.0", "HTTP/1.1")

    def get_environ(self) -> dict[str, Any]:
        """Add the connection's socket to the request."""
        self._deadline.cancel()
        environ = super().get_environ()
        body: Any = self.wsgi_input
        if body.content_length or body.chunked_input:
            # Nothing here takes a body, and waiting for one would be waiting for ever.
            self.wsgi_input = environ["wsgi.input"] = Input(self.rfile, 0)
            self.close_connection = True
        return {**environ, SOCKET_KEY: self.socket}

    def handle_error(self, kind: Any, _value: Any, _traceback: Any) -> None:
        """Note a failure without its content: the server's own line would name addresses."""
        logger().error("web_fault", fault=kind.__name__)
        self._send_error_response_if_possible(500)  # type: ignore[attr-defined]

    def start_response(self, status: str, headers: Any, exc_info: Any = None) -> Any:
        """Complete the headers of the server's own answers."""
        return super().start_response(status, complete(headers), exc_info)
