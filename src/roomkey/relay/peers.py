"""The other relays on the same database, by way of Redis: what is told to them, and shared counts.

What is told is a hint, and may be lost; the database is the truth.
"""

import contextlib
import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from typing import Any, Final

import gevent
import msgpack  # type: ignore[import-untyped]
import redis
from gevent.queue import Empty, Full, Queue
from redis.backoff import NoBackoff
from redis.retry import Retry

from .faults import RedisUnusable
from .logs import logger

_PATIENCE_SECONDS: Final = 2.0
_AGAIN_SECONDS: Final = 0.5
_ALIVE_SECONDS: Final = 15
_MOST_WAITING: Final = 10_000
_MOST_AT_ONCE: Final = 256

Told = Callable[[list[Any]], None]


class Peers:
    """This relay's link to its peers; `on_told` gets what they tell.

    `on_listening` is called whenever listening has begun, also again: what was told before that
    may have been missed. Names in Redis are hashed with `secret`, which all peers have.
    """

    def __init__(self, url: str, secret: bytes) -> None:
        self.on_told: Told = lambda _message: None
        self.on_listening: Callable[[], None] = lambda: None
        self.me = secrets.token_hex(8)
        self._secret = secret
        # What cannot be done now, of listening and saying that this relay lives.
        self._lost: set[str] = set()
        self._outgoing: Any = Queue(_MOST_WAITING)
        self._greenlets: list[Any] = []
        try:
            pool = redis.BlockingConnectionPool.from_url(
                url,
                timeout=_PATIENCE_SECONDS,
                socket_timeout=_PATIENCE_SECONDS,
                socket_connect_timeout=_PATIENCE_SECONDS,
                health_check_interval=10,
                retry=Retry(NoBackoff(), 0),
            )
            self._client = redis.Redis(connection_pool=pool)
            self._stay_alive()
        except (redis.RedisError, ValueError) as error:
            raise RedisUnusable(type(error).__name__) from error

    @property
    def is_reachable(self) -> bool:
        """Whether this relay hears its peers, and shares counts with them."""
        return not self._lost

    def start(self) -> None:
        """Begin to listen and to tell."""
        self._greenlets = [
            gevent.spawn(task) for task in (self._listen, self._tell_all, self._be_alive)
        ]

    def close(self) -> None:
        """Tell what waits, and end the link."""
        gevent.killall(self._greenlets)
        with contextlib.suppress(redis.RedisError):
            self._tell_waiting([])
            self._client.delete(self.alive_key(self.me))
        self._client.close()

    def tell(self, *message: Any) -> None:
        """Tell all peers something, soon; it may be lost."""
        with contextlib.suppress(Full):
            self._outgoing.put_nowait(msgpack.packb([self.me, *message]))

    def key(self, kind: str, *whose: str | bytes) -> str:
        """Give the name under which something is in Redis: it tells nobody's address or room."""
        digest = hmac.digest(self._secret, msgpack.packb([kind, *whose]), hashlib.sha256)
        return f"roomkey:{kind}:{digest[:16].hex()}"

    def alive_key(self, peer: str) -> str:
        """Give the name of what is in Redis as long as a peer lives."""
        return f"roomkey:alive:{peer}"

    def run(self, script: str, keys: Sequence[str], values: Sequence[Any]) -> Any:
        """Run a script in Redis, at once and alone; raises RedisUnusable."""
        try:
            return self._client.register_script(script)(keys=keys, args=values)
        except redis.RedisError as error:
            raise RedisUnusable(type(error).__name__) from error

    def _note(self, task: str, error: Exception | None = None) -> None:
        was_reachable = self.is_reachable
        if error is None:
            self._lost.discard(task)
        else:
            self._lost.add(task)
        if was_reachable and error is not None:
            logger().error("redis_lost", fault=type(error).__name__)
        elif self.is_reachable and not was_reachable:
            logger().info("redis_found")

    def _listen(self) -> None:
        while True:
            try:
                with self._client.pubsub() as listening:  # type: ignore[no-untyped-call]
                    listening.subscribe(self.key("told"))
                    while True:
                        self._hear(listening.get_message(timeout=_PATIENCE_SECONDS))
            except Exception as error:
                # Whatever it was: a relay that no longer listens would push nothing of its peers.
                self._note("listening", error)
            gevent.sleep(_AGAIN_SECONDS)

    def _hear(self, heard: dict[str, Any] | None) -> None:
        if heard is None:
            return
        if heard["type"] == "subscribe":
            self._note("listening")
            self.on_listening()
        elif heard["type"] == "message":
            try:
                sender, *message = msgpack.unpackb(heard["data"], strict_map_key=False)
                if sender != self.me:
                    self.on_told(message)
            except Exception as error:
                logger().error("peer_unheard", fault=type(error).__name__)

    def _tell_all(self) -> None:
        while True:
            # What is lost is found by who should have heard it (fanout.py).
            try:
                self._tell_waiting([self._outgoing.get()])
            except redis.RedisError:
                continue
            except Exception as error:
                logger().error("peers_untold", fault=type(error).__name__)

    def _tell_waiting(self, messages: list[bytes]) -> None:
        with contextlib.suppress(Empty):
            while len(messages) < _MOST_AT_ONCE:
                messages.append(self._outgoing.get_nowait())
        with self._client.pipeline(transaction=False) as pipeline:
            for message in messages:
                pipeline.publish(self.key("told"), message)
            pipeline.execute()

    def _be_alive(self) -> None:
        while True:
            gevent.sleep(_ALIVE_SECONDS / 3)
            try:
                self._stay_alive()
                self._note("living")
            except Exception as error:
                self._note("living", error)

    def _stay_alive(self) -> None:
        self._client.set(self.alive_key(self.me), 1, ex=_ALIVE_SECONDS)
