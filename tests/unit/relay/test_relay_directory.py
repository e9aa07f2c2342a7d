"""Handles, key packages and inboxes in a database and with a clock of the test's own."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from roomkey.crypto.randomness import system_random
from roomkey.crypto.signature import ED25519
from roomkey.errors import (
    DirectoryFull,
    HandleTaken,
    InboxFull,
    MalformedRequest,
    NotAdmitted,
    RateLimited,
    TooLarge,
    UnknownHandle,
)
from roomkey.relay.config import RelayConfig
from roomkey.relay.fields import Fields
from roomkey.relay.first_letter import FirstLetter
from roomkey.relay.handles import Handles
from roomkey.relay.inboxes import Inboxes
from roomkey.relay.journal import Journal
from roomkey.relay.limits import Limits
from roomkey.relay.retention import Retention
from roomkey.relay.seed import Seed
from roomkey.relay.session import Presence, Session
from roomkey.relay.store import InboxItem, Room, Store, Transaction, key_packages
from roomkey.relay.store.engine import migrate, open_engine
from roomkey.wire.transcripts import certificate_transcript, claim_transcript

NOW = 1_700_000_000_000
DAY = 86_400_000
ROOM = b"r" * 16


class Scene:
    """A directory, and a clock in milliseconds."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(RelayConfig(folder).database_url)
        self.journal = Journal(self.store)
        self.presence = Presence()
        self.seed, self.now, self.minute = Seed(bytes(32)), NOW, 0
        limits = Limits({"claim_address": "3/hour"}, clock=lambda: self.minute * 60 * 10**9)
        self.handles = Handles(
            self.store, self.journal, self.seed, limits, self.presence,
            lambda: self.now, system_random, max_handles=3,
        )  # fmt: skip
        self.inboxes = Inboxes(self.store, self.journal, limits)

    def close(self) -> None:
        self.journal.close()
        self.store.close()

    def claim(self, session: Session, handle: str, key: tuple[bytes, bytes]) -> dict[str, Any]:
        nonce = self.handles.open(session, Fields({}))["nonce"]
        signature = ED25519.sign(key[0], claim_transcript(nonce, handle, key[1]))
        fields = {"handle": handle, "identity": key[1], "signature": signature}
        return self.handles.claim(session, Fields(fields))

    def publish(self, session: Session, *packages: bytes, **more: Any) -> int:
        fields = {"handle": "bob", "packages": list(packages), "last_resort": False}
        fields["expires"] = self.now // 1000 + 30 * 86400
        stock: int = self.handles.publish(session, Fields({**fields, **more}))["stock"]
        return stock

    def fetch(self, request: bytes | None = None, address: str = "") -> tuple[bytes, bool]:
        fields = {"handle": "bob", "request": request or system_random(16)}
        answer = self.handles.fetch(Session("", address or system_random(8).hex()), Fields(fields))
        return answer["package"], answer["is_last_resort"]


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path)
    yield made
    made.close()


@pytest.fixture
def bob(scene: Scene) -> Session:
    """The connection of the handle's owner."""
    session = Session("bob", "address")
    scene.claim(session, "bob", BOB)
    return session


BOB, EVE = ED25519.generate(system_random), ED25519.generate(system_random)


def test_a_handle_is_whose_claimed_it_first_and_the_relay_certifies_it(scene: Scene) -> None:
    first = scene.claim(Session("1", ""), "bob", BOB)
    ED25519.verify(
        scene.seed.directory, certificate_transcript("bob", BOB[1]), first["certificate"]
    )
    thief = Session("2", "")
    with pytest.raises(HandleTaken):
        scene.claim(thief, "bob", EVE)
    with pytest.raises(NotAdmitted):
        scene.inboxes.list(thief, Fields({"handle": "bob"}))
    assert scene.claim(Session("3", ""), "bob", BOB) == first


def test_a_claim_is_bound_to_its_nonce_its_handle_and_its_key(scene: Scene) -> None:
    for handle, key in (("bob", EVE[1]), ("eve", BOB[1])):
        session = Session("", "")
        nonce = scene.handles.open(session, Fields({}))["nonce"]
        signature = ED25519.sign(BOB[0], claim_transcript(nonce, "bob", BOB[1]))
        fields = Fields({"handle": handle, "identity": key, "signature": signature})
        with pytest.raises(MalformedRequest):
            scene.handles.claim(session, fields)
        with pytest.raises(NotAdmitted):
            scene.handles.claim(session, fields)


def test_a_nonce_for_a_room_does_not_claim_a_handle(scene: Scene) -> None:
    session = Session("", "")
    session.nonce, session.nonce_room = b"n" * 32, ROOM
    signature = ED25519.sign(BOB[0], claim_transcript(b"n" * 32, "bob", BOB[1]))
    fields = {"handle": "bob", "identity": BOB[1], "signature": signature}
    with pytest.raises(NotAdmitted):
        scene.handles.claim(session, Fields(fields))


def test_a_relay_takes_so_many_handles_and_an_address_so_many_an_hour(scene: Scene) -> None:
    for number in range(3):
        scene.claim(Session("", "here"), f"bob{number}", BOB)
    with pytest.raises(RateLimited):
        scene.claim(Session("", "here"), "bob3", BOB)
    with pytest.raises(DirectoryFull):
        scene.claim(Session("", "there"), "bob3", BOB)
    # who has one comes back whatever others do
    scene.claim(Session("", "here"), "bob0", BOB)


@pytest.mark.parametrize(
    "handle", ["", "ab", "a" * 33, "Bob", "@bob", "bob.", "-bob", "b..b", "b b", "bøb", "bob\n", 7]
)
def test_what_is_no_handle_is_refused(scene: Scene, handle: object) -> None:
    with pytest.raises(MalformedRequest):
        Fields({"handle": handle}).handle()


@pytest.mark.parametrize("handle", ["bob", "b.o-b_7", "7up", "a" * 32])
def test_what_is_a_handle_is_taken(handle: str) -> None:
    assert Fields({"handle": handle}).handle() == handle


def test_each_one_time_package_is_given_once_then_the_one_of_last_resort(
    scene: Scene, bob: Session
) -> None:
    assert scene.publish(bob, b"one", b"two") == 2
    assert scene.publish(bob, b"last", last_resort=True) == 2
    given = [scene.fetch() for _ in range(4)]
    assert sorted(given[:2]) == [(b"one", False), (b"two", False)]
    assert given[2:] == [(b"last", True)] * 2


def test_a_package_that_another_writer_gives_meanwhile_is_not_given_twice(
    scene: Scene, bob: Session
) -> None:
    scene.publish(bob, b"one", b"two")
    given: list[bytes] = []

    def give(transaction: Transaction) -> bytes | None:
        packages = transaction.key_packages
        execute = packages._execute

        def outpaced(statement: Any, fields: dict[str, Any]) -> Any:
            if statement is key_packages._GIVE and not given:
                given.append(fields["of_digest"])
                assert execute(statement, {**fields, "to_request": bytes(16)}).rowcount == 1
            return execute(statement, fields)

        packages._execute = outpaced  # type: ignore[assignment]
        return packages.give("bob", b"r" * 16, scene.now)

    own = scene.journal.write(give)
    with scene.store.read() as stored:
        others = stored.key_packages.given_to("bob", bytes(16))
        assert stored.key_packages.given_to("bob", b"r" * 16) == own
        assert stored.key_packages.stock("bob", scene.now) == 0
    assert {own, others} == {b"one", b"two"}


def test_a_request_sent_again_is_given_the_same_package(scene: Scene, bob: Session) -> None:
    scene.publish(bob, b"one", b"two")
    request = system_random(16)
    assert scene.fetch(request) == scene.fetch(request) != scene.fetch()


def test_a_package_published_again_is_not_given_again(scene: Scene, bob: Session) -> None:
    scene.publish(bob, b"one")
    scene.fetch()
    assert scene.publish(bob, b"one") == 0
    scene.now += 2 * 3_600_000
    Retention(scene.journal, lambda: scene.now).sweep()
    assert scene.publish(bob, b"one") == 0
    with pytest.raises(UnknownHandle):
        scene.fetch()


def test_a_package_that_has_expired_is_not_given_and_is_deleted(scene: Scene, bob: Session) -> None:
    scene.publish(bob, b"one")
    scene.publish(bob, b"last", last_resort=True)
    scene.now += 30 * DAY
    with pytest.raises(UnknownHandle):
        scene.fetch()
    Retention(scene.journal, lambda: scene.now).sweep()
    with scene.store.read() as stored:
        assert not stored.key_packages._execute(text("SELECT * FROM key_packages")).all()


def test_a_new_package_of_last_resort_replaces_the_one_before(scene: Scene, bob: Session) -> None:
    scene.publish(bob, b"old", last_resort=True)
    scene.publish(bob, b"new", last_resort=True)
    assert scene.fetch() == (b"new", True)
    nonce = scene.claim(bob, "bob", BOB)
    assert nonce["last_resort"] == scene.now // 1000 + 30 * 86400


def test_a_stock_is_not_drained_in_an_hour_and_everybody_is_still_answered(
    scene: Scene, bob: Session
) -> None:
    scene.publish(bob, *(bytes([n]) for n in range(1, 101)))
    scene.publish(bob, b"last", last_resort=True)
    given = [scene.fetch() for _ in range(100)]
    assert [is_last for _, is_last in given] == [False] * 60 + [True] * 40
    scene.minute = 61
    assert scene.fetch()[1] is False


def test_an_address_fetches_so_often_an_hour(scene: Scene, bob: Session) -> None:
    scene.publish(bob, b"last", last_resort=True)
    for _ in range(60):
        scene.fetch(address="one")
    with pytest.raises(RateLimited):
        scene.fetch(address="one")
    assert scene.fetch(address="another") == (b"last", True)


def test_nobody_has_a_package_without_an_owner_who_left_one(scene: Scene, bob: Session) -> None:
    with pytest.raises(UnknownHandle):
        scene.fetch()
    fields = {"handle": "nobody", "request": bytes(16)}
    with pytest.raises(UnknownHandle):
        scene.handles.fetch(Session("", ""), Fields(fields))


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"packages": []}, MalformedRequest),
        ({"packages": b"one"}, MalformedRequest),
        ({"packages": [b""]}, MalformedRequest),
        ({"packages": [b"x" * 16385]}, TooLarge),
        ({"packages": [b"x"] * 101}, TooLarge),
        ({"packages": [b"a", b"b"], "last_resort": True}, MalformedRequest),
        ({"last_resort": None}, MalformedRequest),
        ({"last_resort": 1}, MalformedRequest),
        ({"expires": NOW // 1000}, MalformedRequest),
        ({"expires": NOW // 1000 + 90 * 86400 + 1}, MalformedRequest),
        ({"handle": "eve"}, NotAdmitted),
    ],
)
def test_what_cannot_be_published_is_refused(
    scene: Scene, bob: Session, wrong: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        scene.publish(bob, b"one", **wrong)


def test_a_stock_has_an_end(scene: Scene, bob: Session) -> None:
    assert scene.publish(bob, *(bytes([n]) for n in range(1, 101))) == 100
    with pytest.raises(TooLarge):
        scene.publish(bob, b"one more")


def _wait_for(scene: Scene, room: bytes) -> None:
    made = Room(
        room=room, request=bytes(16), creator=bytes(32), created=0, touched=scene.now,
        admission=bytes(32), key_id=0, epoch=1, head=0, floor=1, suite=1, retention=3600,
        max_members=2, closed=False,
    )  # fmt: skip
    scene.journal.write(lambda stored: stored.rooms.add(made, b"g"))
    item = InboxItem(scene.now, b"welcome")
    scene.journal.write(lambda stored: stored.inbox.add("bob", room, item))


def test_an_item_waits_until_its_owner_takes_it_and_at_most_thirty_days(
    scene: Scene, bob: Session
) -> None:
    _wait_for(scene, ROOM)
    _wait_for(scene, b"s" * 16)
    [first, second] = scene.inboxes.list(bob, Fields({"handle": "bob"}))["items"]
    assert first == {"room": ROOM, "time": scene.now}
    fields = {"handle": "bob", "room": ROOM}
    assert scene.inboxes.read(bob, Fields(fields)) == {"welcome": b"welcome", "time": scene.now}
    for _ in range(2):
        scene.inboxes.remove(bob, Fields({"handle": "bob", "rooms": [ROOM]}))
        assert scene.inboxes.list(bob, Fields({"handle": "bob"}))["items"] == [second]
    with pytest.raises(MalformedRequest):
        scene.inboxes.read(bob, Fields(fields))
    scene.now += 30 * DAY + 1
    Retention(scene.journal, lambda: scene.now).sweep()
    assert scene.inboxes.list(bob, Fields({"handle": "bob"}))["items"] == []


def test_an_inbox_is_its_owners_alone(scene: Scene, bob: Session) -> None:
    _wait_for(scene, ROOM)
    eve = Session("eve", "address")
    scene.claim(eve, "eve", EVE)
    fields = Fields({"handle": "bob", "room": ROOM, "rooms": [ROOM]})
    for stranger in (eve, Session("", "")):
        for event in (scene.inboxes.list, scene.inboxes.read, scene.inboxes.remove):
            with pytest.raises(NotAdmitted):
                event(stranger, fields)
    assert scene.inboxes.list(bob, fields)["items"]


def test_an_inbox_has_an_end(scene: Scene, bob: Session) -> None:
    room = Room(
        room=ROOM, request=bytes(16), creator=bytes(32), created=0, touched=0, admission=bytes(32),
        key_id=0, epoch=1, head=0, floor=1, suite=1, retention=3600, max_members=2, closed=False,
    )  # fmt: skip
    letter = FirstLetter(Fields({"handle": "bob", "leaf": b"l" * 32, "welcome": b"w"}), bytes(32))
    rows = [replace(room, room=number.to_bytes(16, "big")) for number in range(256)]

    def fill(stored: Transaction) -> None:
        for row in rows:
            stored.rooms.add(row, b"g")
            stored.inbox.add("bob", row.room, InboxItem(0, b"w"))

    scene.journal.write(fill)
    with pytest.raises(InboxFull):
        scene.journal.write(lambda stored: letter.deliver(stored, room))


def test_a_connection_that_ends_is_in_the_inbox_no_more(scene: Scene, bob: Session) -> None:
    assert scene.presence.connections(BOB[1]) == [bob]
    scene.presence.forget(bob)
    assert scene.presence.connections(BOB[1]) == []


def test_migrating_a_relay_that_has_rooms_gives_it_a_directory(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'relay.sqlite3'}"
    engine = open_engine(url, "full", writer=True)
    migrate(engine, "0004")
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO rooms (room, request, creator, created, touched, admission, key_id, epoch,"
            " head, floor, suite, retention, max_members, closed, locked) VALUES"
            " (x'72727272727272727272727272727272', x'00', x'00', 1, 2, x'00', 0, 3, 4, 1, 1, 3600,"
            " 9, 0, 1)"
        )
    migrate(engine)
    engine.dispose()
    with contextlib.closing(Store(url)) as store:
        with store.write() as stored:
            found = stored.rooms.find(ROOM)
            assert found is not None
            assert (found.epoch, found.head, found.locked) == (3, 4, True)
            stored.handles.add("bob", BOB[1], 1)
            stored.inbox.add("bob", ROOM, InboxItem(1, b"welcome"))
        with store.write() as stored:
            # an item goes with its room
            stored.rooms.delete(ROOM)
        with store.read() as stored:
            assert stored.inbox.list("bob") == []
            assert stored.handles.find("bob") == BOB[1]
