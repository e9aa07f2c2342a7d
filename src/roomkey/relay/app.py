"""The relay put together: database, events and the pages beside them."""

import secrets
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import gevent
from flask import Flask, Response, abort, jsonify, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from roomkey.crypto.randomness import Random
from roomkey.errors import RoomkeyError
from roomkey.wire.limits import PROTOCOL_VERSION

from .config import RelayConfig
from .connections import Connections
from .delivery import Delivery
from .fanout import Fanout, PeerFanout
from .faults import RedisUnusable
from .handles import Handles
from .handshake import Handshake
from .headers import SecurityHeaders
from .health import Health
from .inboxes import Inboxes
from .journal import Journal
from .limits import Limits
from .log_reader import LogReader
from .pages import BUILT, pages
from .proxies import Proxies
from .retention import Retention
from .rooms import Rooms
from .seed import Seed, SeedUnusable, load_or_create
from .sequencer import Sequencer
from .session import Presence
from .shared_limits import SharedConnections, SharedLimits
from .sockets import Handler, Sockets
from .store import Store

if TYPE_CHECKING:
    from .peers import Peers


def now_milliseconds() -> int:
    """Give the time in milliseconds since 1970-01-01 UTC."""
    return time.time_ns() // 1_000_000


class Relay:
    """Everything one relay holds; `close` ends it with all writes finished."""

    def __init__(
        self,
        app: Flask,
        config: RelayConfig,
        clock: Callable[[], int] = now_milliseconds,
        random: Random = secrets.token_bytes,
    ) -> None:
        config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        seed = Seed(load_or_create(config.data, random))
        most = (config.max_connections, config.max_connections_address)
        presence = Presence()
        self._peers: Peers | None = None
        self.limits, self.connections = Limits(config.rates), Connections(*most)
        self._store = _open_store(config, seed)
        if config.redis:
            self._peers = _open_peers(config.redis, seed)
            self.limits = SharedLimits(config.rates, self._peers)
            self.connections = SharedConnections(*most, self._peers)
        limits = self.limits
        self.journal = Journal(self._store)
        self.sockets = Sockets(app, config.queue_bytes, limits, presence)
        fanout = Fanout(presence, self.sockets.push)
        if self._peers is not None:
            fanout = PeerFanout(presence, self.sockets.push, self._peers, self._store)
            self._peers.start()
            self._checker = gevent.spawn(fanout.check_forever)
        push = fanout.push
        rooms = Rooms(
            config, self._store, self.journal, seed, limits, presence, clock, random, push
        )
        handles = Handles(
            self._store, self.journal, seed, limits, presence, clock, random, config.max_handles
        )
        inboxes = Inboxes(self._store, self.journal, limits)
        sequencer = Sequencer(self.journal, push, clock)
        delivery = Delivery(self._store, sequencer, limits, presence, fanout)
        log = LogReader(self._store, limits)
        self.retention = Retention(self.journal, clock)
        self.health = Health(self.journal, clock, self._peers)
        self.sockets.handlers |= _handlers(rooms, delivery, log, handles, inboxes)

    def close(self) -> None:
        """Answer what was asked, end the connections, finish writing, close the database."""
        self.health.end()
        self.sockets.close()
        self.journal.close()
        if self._peers is not None:
            self._checker.kill()
            self._peers.close()
        self._store.close()


def _open_store(config: RelayConfig, seed: Seed) -> Store:
    store = Store(
        config.database_url,
        config.durability,
        config.max_database_pages,
        shared=bool(config.redis),
    )
    with store.write() as transaction:
        is_own_seed = transaction.seed_mark.agrees(seed.mark)
    if not is_own_seed:
        store.close()
        raise SeedUnusable("it is not the seed that this database was made with")
    return store


def _open_peers(url: str, seed: Seed) -> "Peers":
    try:
        from .peers import Peers
    except ImportError as error:
        raise RedisUnusable("its client is missing: pip install 'roomkey[cluster]'") from error
    return Peers(url, seed.peers_key)


def _handlers(
    rooms: Rooms, delivery: Delivery, log: LogReader, handles: Handles, inboxes: Inboxes
) -> dict[str, Handler]:
    return {
        "room.reserve": rooms.reserve,
        "room.open": rooms.open,
        "room.evaluate": rooms.evaluate,
        "room.create": rooms.create,
        "room.admit": rooms.admit,
        "room.resume": rooms.resume,
        "room.commit": delivery.commit,
        "room.send": delivery.send,
        "room.sync": log.sync,
        "room.history": log.history,
        "room.signal": delivery.signal,
        "room.leave": delivery.leave,
        "room.close": delivery.close,
        "directory.open": handles.open,
        "directory.claim": handles.claim,
        "directory.publish": handles.publish,
        "directory.fetch": handles.fetch,
        "inbox.list": inboxes.list,
        "inbox.read": inboxes.read,
        "inbox.remove": inboxes.remove,
    }


def create_app(config: RelayConfig, web: Path = BUILT) -> Flask:
    """Build the relay as a WSGI application; `app.extensions["relay"]` is its Relay.

    `web` is the folder of the built browser client.

    Raises SeedUnusable, DatabaseUnusable or OSError if the data folder cannot be used.
    """
    app = Flask("roomkey.relay", static_folder=None)
    relay = Relay(app, config)
    app.extensions["relay"] = relay
    app.register_blueprint(pages(web))
    app.before_request(_never_redirect)
    app.register_error_handler(HTTPException, _refuse)
    proxies = Proxies(config.trusted_proxies)
    door = Handshake(app.wsgi_app, proxies, relay.limits, relay.connections, config.origins)
    app.wsgi_app = SecurityHeaders(door, proxies)  # type: ignore[method-assign]

    @app.get("/healthz")
    def _health() -> tuple[Response, int]:
        try:
            relay.health.check()
        except RoomkeyError as error:
            return jsonify(ok=False, code=error.code, sentence=error.sentence), 503
        return jsonify(ok=True, connections=relay.sockets.connections), 200

    @app.get("/version")
    def _version() -> Response:
        return jsonify(version=version("roomkey"), protocol=PROTOCOL_VERSION)

    return app


def _never_redirect() -> None:
    # A redirect goes to whatever host was asked for.
    if isinstance(request.routing_exception, RequestRedirect):
        abort(404)


def _refuse(error: HTTPException) -> Response:
    response = Response(f"{error.name}\n", error.code, mimetype="text/plain")
    response.headers.extend((name, value) for name, value in error.get_headers() if name == "Allow")
    return response
