"""Whether a relay can work: asked of the database, not too often, and never answered too kindly."""

from collections.abc import Callable
from typing import Any, cast

import gevent
import pytest

from roomkey.errors import RelayFault, RequestError, StorageFull
from roomkey.relay import health
from roomkey.relay.faults import RedisUnusable, ShuttingDown
from roomkey.relay.health import Health
from roomkey.relay.journal import Journal
from roomkey.relay.peers import Peers
from roomkey.relay.store import Transaction


class Probes:
    """A journal of which nothing is asked but to write the probe."""

    def __init__(self) -> None:
        self.written = 0
        self.refusal: RequestError | None = None
        self.is_stuck = False
        self.probes = self

    def write(self, work: Callable[[Transaction], None] | None = None) -> None:
        if work is not None:
            work(cast(Transaction, self))
            return
        if self.is_stuck:
            gevent.sleep(3600)
        self.written += 1
        # as the real one, it lets others go on until what it wrote is on disk
        gevent.sleep(0)
        if self.refusal is not None:
            raise self.refusal


class Link:
    """Peers that can be reached, or not."""

    is_reachable = True


class Scene:
    """A relay's health; the clock stands still until it is set."""

    def __init__(self) -> None:
        self.now = 0
        self.journal, self.link = Probes(), Link()
        self.health = Health(cast(Journal, self.journal), lambda: self.now, cast(Peers, self.link))


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_the_database_is_asked_at_most_once_a_second(scene: Scene) -> None:
    for now in (0, 1, 999, 1000, 1001, 1999):
        scene.now = now
        scene.health.check()
    assert scene.journal.written == 2


def test_a_clock_that_was_set_back_has_the_database_asked(scene: Scene) -> None:
    for now in (5000, 4999):
        scene.now = now
        scene.health.check()
    assert scene.journal.written == 2


def test_many_who_ask_at_once_have_the_database_asked_once(scene: Scene) -> None:
    gevent.joinall([gevent.spawn(scene.health.check) for _ in range(9)], raise_error=True)
    assert scene.journal.written == 1


def test_a_refusal_is_said_until_the_database_takes_something_again(scene: Scene) -> None:
    scene.journal.refusal = StorageFull()
    for _ in range(2):
        with pytest.raises(StorageFull):
            scene.health.check()
    assert scene.journal.written == 1
    scene.journal.refusal, scene.now = None, 1000
    scene.health.check()


def test_a_database_that_does_not_answer_in_time_is_a_fault(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_PATIENCE_SECONDS", 0.01)
    scene.journal.is_stuck = True
    with pytest.raises(RelayFault):
        scene.health.check()


def test_a_relay_that_ends_says_so_and_writes_nothing_more(scene: Scene) -> None:
    scene.health.check()
    scene.health.end()
    scene.now = 5000
    scene.link.is_reachable = False
    with pytest.raises(ShuttingDown):
        scene.health.check()
    assert scene.journal.written == 1


def test_peers_that_cannot_be_reached_are_said_at_once_and_after_what_is_worse(
    scene: Scene,
) -> None:
    scene.health.check()
    scene.link.is_reachable = False
    with pytest.raises(RedisUnusable):
        scene.health.check()
    scene.journal.refusal, scene.now = StorageFull(), 1000
    with pytest.raises(StorageFull):
        scene.health.check()


def test_a_relay_without_peers_needs_none() -> None:
    alone: Any = Probes()
    Health(alone, lambda: 0).check()
    assert alone.written == 1
