"""Group commit: many requests share a transaction and a sync.

Each has a savepoint of its own, or shares one and its statements with neighbours of its kind.
"""

import contextlib
import queue
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeVar, cast

from gevent.event import AsyncResult, Event
from gevent.hub import get_hub
from gevent.monkey import get_original

from roomkey.errors import RelayFault, RequestError

from .logs import logger
from .store import Store, Transaction, TransactionLost

T = TypeVar("T")
P = TypeVar("P")
Each = Callable[[Transaction, Sequence[P]], Sequence[T | RequestError]]
"""Carry out requests of one kind together; give what each returns or is refused with, in order."""

MAX_BATCH = 256


@dataclass(slots=True, eq=False)
class _Entry:
    part: Any
    each: Each[Any, Any] | None
    done: "AsyncResult[Any]"
    outcome: Any = None
    error: Exception | None = None


class Journal:
    """The one writer of the database: what `write` returns is on disk.

    Writing happens in an operating-system thread, so that a sync holds up nobody else.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        # gevent's queue would bind the thread to a hub of its own.
        native_queue: Any = get_original("queue", "SimpleQueue")
        self._entries = native_queue()
        self._finished = native_queue()
        self._stopped = Event()
        self._closed = False
        self._lost: RequestError | None = None
        hub = get_hub()
        self._wake = hub.loop.async_()
        self._wake.start(self._hand_out)
        self._thread = hub.threadpool.spawn(self._run)

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Carry out `work` in the next transaction; return or raise once that is on disk.

        Callers wake in the order of their work. Raises StorageFull if the disk is full; then
        nothing of it is stored.
        """
        return cast(T, self._take(_Entry(work, None, AsyncResult())))

    def write_each(self, each: Each[P, T], part: P) -> T:
        """Do the same by `each`, which is called once for all neighbours that wait for it."""
        return cast(T, self._take(_Entry(part, each, AsyncResult())))

    def close(self) -> None:
        """Finish what is queued, then stop."""
        if not self._closed:
            self._closed = True
            self._entries.put(None)
            self._stopped.wait()
            self._thread.get()

    def _take(self, entry: _Entry) -> Any:
        if self._closed:
            raise RelayFault("shutting down")
        self._entries.put(entry)
        entry.done.get()
        return entry.outcome

    def _run(self) -> None:
        running = True
        while running:
            batch = [self._entries.get()]
            with contextlib.suppress(queue.Empty):
                while len(batch) < MAX_BATCH and batch[-1] is not None:
                    batch.append(self._entries.get_nowait())
            if batch[-1] is None:
                batch.pop()
                running = False
            lost = self._commit(batch) if batch else self._lost
            self._finished.put((batch, lost, not running))
            self._wake.send()

    def _commit(self, batch: list[_Entry]) -> RequestError | None:
        try:
            with self._store.write() as transaction:
                for _, neighbours in groupby(batch, lambda entry: entry.each or entry):
                    _carry_out(list(neighbours), transaction)
        except TransactionLost as lost:
            for entry in batch:
                entry.error = lost.refusal
            return lost.refusal
        return None

    def _hand_out(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                batch, lost, last = self._finished.get_nowait()
                self._note(lost)
                for entry in batch:
                    if entry.error is None:
                        entry.done.set(entry.outcome)
                    else:
                        entry.done.set_exception(entry.error)
                if last:
                    self._wake.stop()
                    self._stopped.set()

    def _note(self, lost: RequestError | None) -> None:
        before, self._lost = self._lost, lost
        if lost is not None and before is None:
            logger().error("storage_lost", code=lost.code)
        if lost is None and before is not None:
            logger().info("storage_found")


def _carry_out(entries: list[_Entry], transaction: Transaction) -> None:
    first = entries[0]
    try:
        with transaction.savepoint():
            if first.each is None:
                first.outcome = first.part(transaction)
                return
            outcomes = first.each(transaction, [entry.part for entry in entries])
    except TransactionLost:
        raise
    except Exception as error:
        for entry in entries:
            entry.error = error
        return
    for entry, outcome in zip(entries, outcomes, strict=True):
        if isinstance(outcome, RequestError):
            entry.error = outcome
        else:
            entry.outcome = outcome
