"""Whether the relay can do its work: it stores what a message would store."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gevent.lock import BoundedSemaphore

from roomkey.errors import RequestError

from .faults import RedisUnusable
from .journal import Journal

if TYPE_CHECKING:
    from .peers import Peers

_GOOD_FOR = 1000


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

    def check(self) -> None:
        """Raise what a message would be refused with now, as StorageFull, or RedisUnusable."""
        with self._one_at_a_time:
            now = self._clock()
            if self._checked is None or not 0 <= now - self._checked < _GOOD_FOR:
                self._refusal = self._probe()
                self._checked = self._clock()
        if self._refusal is not None:
            raise self._refusal
        if self._peers is not None and not self._peers.is_reachable:
            raise RedisUnusable

    def _probe(self) -> RequestError | None:
        try:
            self._journal.write(lambda transaction: transaction.probes.write())
        except RequestError as refusal:
            return refusal
        return None
