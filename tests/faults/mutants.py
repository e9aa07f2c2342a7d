"""Mistakes that the harness must find: `python -m tests.faults --mutant NAME --runs 50` fails."""

import time
from collections.abc import Callable
from typing import Any


def relay_without_dedup() -> None:
    """A request that is sent again is stored again."""
    import sqlalchemy

    from roomkey.relay.store import Store
    from roomkey.relay.store.envelopes import EnvelopeStore

    open_store = Store.__init__

    def without_index(self: Any, *arguments: Any, **options: Any) -> None:
        open_store(self, *arguments, **options)
        engine = sqlalchemy.create_engine(arguments[0])
        with engine.begin() as connection:
            connection.execute(sqlalchemy.text("DROP INDEX IF EXISTS envelopes_request"))
        engine.dispose()

    Store.__init__ = without_index
    EnvelopeStore.find_requests = lambda *_: {}


def relay_acknowledging_before_it_writes() -> None:
    """What a killed relay has acknowledged may not be there."""
    from roomkey.relay import journal

    def commit(self: Any, batch: list[Any]) -> Any:
        try:
            with self._store.write() as transaction:
                for entry in batch:
                    journal._carry_out([entry], transaction)
                self._finished.put((batch, None, False))
                self._wake.send()
                time.sleep(0.05)
        except journal.TransactionLost as lost:
            for entry in batch:
                entry.error = lost.refusal
            return lost.refusal
        return None

    journal.Journal._commit = commit


def client_without_gap_check() -> None:
    """What was pushed next is taken for what comes next."""
    from roomkey.client.inbox import Inbox

    def following(self: Any) -> Any:
        return self._waiting[min(self._waiting)] if self._waiting else None

    Inbox.next = following


def client_applying_its_commit_at_once() -> None:
    """An own commit counts before the relay has accepted it."""
    from roomkey.client.committer import Committer

    send = Committer.send

    async def at_once(self: Any, transport: Any, pending: Any) -> Any:
        state = self._state
        with state.store.transaction():
            state.adopt(pending.commit.group, state.cursor)
            state.pending = pending
        return await send(self, transport, pending)

    Committer.send = at_once


RELAY: dict[str, Callable[[], None]] = {
    "no-dedup": relay_without_dedup,
    "acknowledge-before-write": relay_acknowledging_before_it_writes,
}
PERSON: dict[str, Callable[[], None]] = {
    "no-gap-check": client_without_gap_check,
    "own-commit-at-once": client_applying_its_commit_at_once,
}
