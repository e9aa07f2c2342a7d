"""The relay put together: database, events and the pages beside them."""

import secrets
import time
from collections.abc import Callable
from importlib.metadata import version

from flask import Flask, Response, jsonify

from roomkey.crypto.randomness import Random
from roomkey.errors import RoomkeyError
from roomkey.wire.limits import PROTOCOL_VERSION

from .config import RelayConfig
from .delivery import Delivery
from .journal import Journal
from .limits import Limits
from .log_reader import LogReader
from .retention import Retention
from .rooms import Rooms
from .seed import Seed, load_or_create
from .sequencer import Sequencer
from .session import Directory
from .sockets import Sockets
from .store import Store


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
        self._store = Store(config.database_url, config.durability, config.max_database_pages)
        self.journal = Journal(self._store)
        directory = Directory()
        limits = Limits(config.rates)
        self.sockets = Sockets(app, config, directory)
        rooms = Rooms(config, self._store, self.journal, seed, limits, directory, clock, random)
        sequencer = Sequencer(self.journal, self.sockets.push, clock)
        delivery = Delivery(sequencer, limits, directory, self.sockets.push)
        log = LogReader(self._store, limits)
        self.retention = Retention(self.journal, clock)
        self.sockets.handlers |= {
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
        }

    def check(self) -> None:
        """Raise the error that a request to store something would meet now."""
        self.journal.write(lambda transaction: transaction.rooms.close(b""))

    def close(self) -> None:
        """Finish queued writes, end the connections, close the database."""
        self.journal.close()
        self.sockets.close()
        self._store.close()


def create_app(config: RelayConfig) -> Flask:
    """Build the relay as a WSGI application; `app.extensions["relay"]` is its Relay.

    Raises SeedUnusable, DatabaseUnusable or OSError if the data folder cannot be used.
    """
    app = Flask("roomkey.relay", static_folder=None)
    relay = Relay(app, config)
    app.extensions["relay"] = relay

    @app.get("/healthz")
    def _health() -> tuple[Response, int]:
        try:
            relay.check()
        except RoomkeyError as error:
            return jsonify(ok=False, code=error.code), 503
        return jsonify(ok=True, connections=relay.sockets.connections), 200

    @app.get("/version")
    def _version() -> Response:
        return jsonify(version=version("roomkey"), protocol=PROTOCOL_VERSION)

    @app.get("/")
    def _index() -> Response:
        text = "A Roomkey relay. Give this page's address to the Roomkey client.\n"
        return Response(text, mimetype="text/plain")

    return app
