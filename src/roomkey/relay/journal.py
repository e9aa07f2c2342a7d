"""Group commit: many requests share a transaction and a sync, each in a savepoint of its own."""

import contextlib
import queue
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from gevent.event import AsyncResult, Event
from gevent.hub import get_hub
from gevent.monkey import get_original

from roomkey.errors import RelayFault, RequestError

from .logs import logger
from .store import Store, Transaction, TransactionLost

T = TypeVar("T")

MAX_BATCH = 256


@dataclass(slots=True)
class _Entry:
    work: Callable[[Transaction], Any]
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
        if self._closed:
            raise RelayFault("shutting down")
        entry = _Entry(work, AsyncResult())
        self._entries.put(entry)
        entry.done.get()
        return cast(T, entry.outcome)

    def close(self) -> None:
        """Finish what is queued, then stop."""
        if not self._closed:
            self._closed = True
            self._entries.put(None)
            self._stopped.wait()
            self._thread.get()

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
                for entry in batch:
                    _carry_out(entry, transaction)
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


def _carry_out(entry: _Entry, transaction: Transaction) -> None:
    try:
        with transaction.savepoint():
            entry.outcome = entry.work(transaction)
    except TransactionLost:
        raise
    except Exception as error:
        entry.error = error
