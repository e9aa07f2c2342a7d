"""Whether the relay can do its work: it stores what a message would store."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import gevent
from gevent.lock import BoundedSemaphore

from roomkey.errors import RelayFault, RequestError

from .faults import RedisUnusable, ShuttingDown
from .journal import Journal

if TYPE_CHECKING:
    from .peers import Peers

_GOOD_FOR_MILLISECONDS = 1000
_PATIENCE_SECONDS = 5.0


class Health:
    """Writes a page to the database when asked, at most once a second."""

    def __init__(
        self, journal: Journal, clock: Callable[[], int], peers: "Peers | None" = None
    ) -> None:
        self._journal = journal
        self._peers = peers
        self._clock = clock
        self._one_at_a_time: Any = BoundedSemaphore()
        self._checked: int | None = None
        self._refusal: RequestError | None = None
        self._is_over = False

    def check(self) -> None:
        """Raise what a message would be refused with now, as StorageFull, or why there is worse.

        That is RedisUnusable or ShuttingDown.
        """
        with self._one_at_a_time:
            now = self._clock()
            if not self._is_over and (
                self._checked is None or not 0 <= now - self._checked < _GOOD_FOR_MILLISECONDS
            ):
                self._refusal = self._probe()
                self._checked = self._clock()
        if self._is_over:
            raise ShuttingDown
        if self._refusal is not None:
            raise self._refusal
        if self._peers is not None and not self._peers.is_reachable:
            raise RedisUnusable

    def end(self) -> None:
        """Say from now on that the relay is shutting down."""
        self._is_over = True

    def _probe(self) -> RequestError | None:
        try:
            with gevent.Timeout(_PATIENCE_SECONDS):
                self._journal.write(lambda transaction: transaction.probes.write())
        except RequestError as refusal:
            return refusal
        except gevent.Timeout:
            return RelayFault("the database does not answer")
        return None
