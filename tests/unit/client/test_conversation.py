"""Private conversations: who somebody is, the stock of key packages, and what the two refuse."""

import asyncio
import contextlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roomkey.client import conversation as conversations
from roomkey.client.contact import CONTACT_EXTENSION, Contact, parse_handle, safety_number
from roomkey.client.conversation import (
    Invitation,
    Received,
    peek,
    read_package,
    start_conversation,
    take_up,
)
from roomkey.client.conversation_policy import Peer
from roomkey.client.creating import CREATING
from roomkey.client.directory import UNREADABLE
from roomkey.client.directory_store import DirectoryStore, OwnPackage
from roomkey.client.key_stock import KeyStock, identity_of
from roomkey.client.policy import room_policy_of
from roomkey.client.room_policy import ROOM_POLICY_EXTENSION, SEALED_NAME_EXTENSION
from roomkey.client.room_state import RoomState, new_identity
from roomkey.client.room_store import RoomStore
from roomkey.client.transport import ignore_loss, ignore_push
from roomkey.crypto.signature import ED25519
from roomkey.errors import (
    BadSignature,
    DecodeError,
    DecryptionFailed,
    GhostMember,
    IdentityChanged,
    PolicyViolation,
    RelayUnreachable,
    RoomkeyError,
    ValidationError,
)
from roomkey.keys.key_ring import KeyRing
from roomkey.keys.root import derive_secrets, psk_id
from roomkey.mls import (
    LAST_RESORT_EXTENSION,
    Add,
    Environment,
    Extension,
    Group,
    GroupContextExtensions,
    KeyPackage,
    Policy,
    Proposal,
    Remove,
    Welcome,
    create_key_package,
    decode_message,
    find_extension,
)
from roomkey.mls.codec import decode_all
from roomkey.wire.transcripts import certificate_transcript, contact_leaf_transcript

DAY = 86400
ROOM, CODE = b"r" * 16, "7GQ2M0XK4T"
KNOWN_NUMBER = "01804 85818 96522 92338 51680 58956 93355 59524 88110 93212 61346 27428"
RELAY_KEY, RELAY = ED25519.generate(os.urandom)


@dataclass
class Person:
    """Somebody with a handle."""

    handle: str
    key: bytes

    @classmethod
    def named(cls, handle: str) -> "Person":
        return cls(handle, ED25519.generate(os.urandom)[0])

    @property
    def identity(self) -> bytes:
        return ED25519.public_key(self.key)

    def introduce(self, leaf_key: bytes) -> Contact:
        certificate = ED25519.sign(RELAY_KEY, certificate_transcript(self.handle, self.identity))
        signature = ED25519.sign(self.key, contact_leaf_transcript(self.handle, leaf_key))
        return Contact(self.handle, self.identity, certificate, signature)


class FakeRelay:
    """Takes what is published; goes away after `answers` times."""

    def __init__(self, answers: int = 99) -> None:
        self.published: list[dict[str, Any]] = []
        self.answers = answers
        self.on_push: Callable[[str, dict[str, Any]], None] = ignore_push
        self.on_lost: Callable[[], None] = ignore_loss

    async def connect(self) -> None:
        """There is nothing to connect."""

    async def close(self) -> None:
        """There is nothing to close."""

    async def request(self, event: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        assert event == "directory.publish"
        if len(self.published) >= self.answers:
            raise RelayUnreachable
        self.published.append(dict(fields))
        return {"stock": 0}

    def packages(self, *, last_resort: bool) -> list[bytes]:
        return [
            package
            for fields in self.published
            if fields["last_resort"] is last_resort
            for package in fields["packages"]
        ]


class Stocked:
    """Bob, and the packages that he left."""

    def __init__(self, folder: Path) -> None:
        self.store = DirectoryStore(folder / "bob.directory", bytes(32))
        self.now = 1_700_000_000
        self.stock = KeyStock(self.store, BOB.introduce, lambda: self.now)

    def fill(self, relay: FakeRelay, stock: int = 0, last_resort: int = 0) -> None:
        standing = {"stock": stock, "last_resort": last_resort}
        asyncio.run(self.stock.fill(relay, "bob", standing))

    def own(self, encoded: bytes) -> OwnPackage:
        package = decode_all(KeyPackage.decode, encoded)
        found = self.store.find_package(package.reference(new_identity().suite))
        assert found is not None
        return found


ALICE, BOB, EVE = Person.named("alice"), Person.named("bob"), Person.named("eve")


@pytest.fixture
def stocked(tmp_path: Path) -> Stocked:
    return Stocked(tmp_path)


# who somebody is


def test_a_handle_is_read_as_people_type_it() -> None:
    assert parse_handle(" @Al.ice-7 ") == "al.ice-7"
    for wrong in ("", "@", "al", "a b", "al..ice", "alice-", "älice", "a" * 33, "@@alice"):
        with pytest.raises(DecodeError):
            parse_handle(wrong)


def test_a_safety_number_is_the_same_for_both_and_for_nobody_else() -> None:
    mine = safety_number("alice", b"a" * 32, "bob", b"b" * 32)
    assert mine == safety_number("bob", b"b" * 32, "alice", b"a" * 32)
    assert " ".join(mine) == KNOWN_NUMBER
    others = (
        safety_number("alice", b"a" * 32, "bob", b"c" * 32),
        safety_number("alice", b"a" * 32, "rob", b"b" * 32),
        safety_number("bob", b"a" * 32, "alice", b"b" * 32),
    )
    assert len({tuple(number) for number in (mine, *others)}) == 4


def test_a_contact_is_believed_only_as_relay_and_identity_signed_it() -> None:
    contact, leaf = ALICE.introduce(b"l" * 32), b"l" * 32
    contact.verify(RELAY, leaf)
    other = EVE.introduce(leaf)
    for wrong in (
        replace(contact, handle="eve"),
        replace(contact, identity=other.identity),
        replace(contact, certificate=other.certificate),
        replace(contact, signature=other.signature),
        replace(contact, certificate=b""),
        replace(contact, identity=b"short"),
        replace(contact, signature=ALICE.introduce(b"m" * 32).signature),
    ):
        with pytest.raises(BadSignature):
            wrong.verify(RELAY, leaf)
    with pytest.raises(BadSignature):
        contact.verify(EVE.identity, leaf)


def test_the_first_key_is_trusted_and_another_only_when_a_person_says_so(stocked: Stocked) -> None:
    store = stocked.store
    for _ in range(2):
        store.trust("alice", ALICE.identity)
    with pytest.raises(IdentityChanged):
        store.trust("alice", EVE.identity)
    store.trust("alice", ALICE.identity)
    assert store.contacts() == {"alice": ALICE.identity}
    assert store.offered("alice") == EVE.identity
    store.accept("alice")
    store.accept("alice")
    assert store.contacts() == {"alice": EVE.identity}
    with pytest.raises(IdentityChanged):
        store.trust("alice", ALICE.identity)


# the stock


def test_a_stock_is_filled_and_only_then_left_alone(stocked: Stocked) -> None:
    relay = FakeRelay()
    stocked.fill(relay)
    one_time, last = relay.packages(last_resort=False), relay.packages(last_resort=True)
    assert (len(set(one_time)), len(last)) == (20, 1)
    stocked.fill(relay, 10, 1)
    assert relay.packages(last_resort=False) == one_time
    stocked.fill(relay, 9, 1)
    assert len(set(relay.packages(last_resort=False))) == 31
    assert relay.packages(last_resort=True) == last


def test_packages_say_whose_they_are_and_what_they_are_for(stocked: Stocked) -> None:
    relay = FakeRelay()
    stocked.fill(relay)
    leaves = set()
    for last_resort in (False, True):
        for encoded in relay.packages(last_resort=last_resort):
            package, contact = read_package(encoded, "bob", RELAY)
            assert contact.identity == BOB.identity
            is_last = find_extension(package.extensions, LAST_RESORT_EXTENSION) is not None
            assert is_last is last_resort
            assert package.leaf_node.extensions == ()
            assert SEALED_NAME_EXTENSION not in package.leaf_node.capabilities.extensions
            leaves.add(package.leaf_node.signature_key)
            lifetime = package.leaf_node.lifetime
            assert lifetime is not None
            assert lifetime.not_after - stocked.now == (60 if last_resort else 30) * DAY
    assert len(leaves) == 21
    with pytest.raises(PolicyViolation):
        read_package(relay.packages(last_resort=True)[0], "eve", RELAY)
    with pytest.raises(BadSignature):
        read_package(relay.packages(last_resort=True)[0], "bob", EVE.identity)


def test_what_was_not_published_goes_out_the_next_time_as_it_was(stocked: Stocked) -> None:
    with pytest.raises(RelayUnreachable):
        stocked.fill(FakeRelay(answers=0))
    made = stocked.store.unpublished(last_resort=False)
    relay = FakeRelay()
    stocked.fill(relay)
    published = relay.packages(last_resort=False)
    assert published == [package.bundle.key_package.encode() for package in made]


def test_the_package_of_last_resort_is_replaced_and_its_key_kept_while_it_may_be_used(
    stocked: Stocked,
) -> None:
    relay = FakeRelay()
    stocked.fill(relay)
    stocked.now += 14 * DAY
    stocked.fill(relay, 20, 1)
    [first] = relay.packages(last_resort=True)
    stocked.now += 2 * DAY
    stocked.fill(relay, 20, 1)
    _, second = relay.packages(last_resort=True)
    assert second != first
    # it may be used for 60 days, and its Welcome lie in the inbox for 30
    stocked.own(first)
    stocked.now += 73 * DAY
    stocked.fill(relay, 20, 1)
    stocked.own(first)
    stocked.now += 2 * DAY
    stocked.fill(relay, 20, 1)
    with pytest.raises(AssertionError):
        stocked.own(first)
    stocked.own(second)


# a conversation


class Scene:
    """Alice, who has written to Bob, some days after he left his packages."""

    def __init__(
        self, folder: Path, stocked: Stocked, writer: Person = ALICE, days: int = 0
    ) -> None:
        self._folder, self._stocked = folder, stocked
        relay = FakeRelay()
        stocked.fill(relay)
        stocked.now += days * DAY
        encoded = relay.packages(last_resort=False)[0]
        package, contact = read_package(encoded, "bob", RELAY)
        self.own = stocked.own(encoded)
        self.root = os.urandom(32)
        peer = Peer("bob", contact.identity, package.leaf_node.signature_key)
        self.alice = self.state("alice", new_identity(), self.root, peer)
        invitation = Invitation(package, peer, writer.handle, writer.introduce)
        start_conversation(self.alice, invitation, self.root)
        self.fields = cbor2.loads(self.alice.store.require(CREATING))

    def state(self, name: str, identity: Any, root: bytes, peer: Peer) -> RoomState:
        store = RoomStore(self._folder / f"{name}.room", bytes(32), create=True)
        ring = KeyRing(derive_secrets(root))
        made = RoomState(
            store, relay="", code=CODE, room_id=ROOM, name=name, identity=identity, ring=ring,
            peer=peer,
        )  # fmt: skip
        made.environment.clock = lambda: self._stocked.now
        return made

    def peek(self, room: bytes = ROOM) -> tuple[Received, Welcome]:
        welcome = decode_message(self.fields["to"]["welcome"])
        assert isinstance(welcome, Welcome)
        return peek(welcome, room, self.own.bundle, identity_of(self.own), RELAY), welcome

    def take_up(self) -> RoomState:
        received, welcome = self.peek()
        bob = self.state("bob", identity_of(self.own), received.root, received.peer)
        take_up(bob, received, welcome, self.own.bundle)
        return bob


@pytest.fixture
def scene(tmp_path: Path, stocked: Stocked) -> Scene:
    return Scene(tmp_path, stocked)


def test_the_two_are_in_one_group_and_know_each_other(scene: Scene) -> None:
    bob, alice = scene.take_up(), scene.alice
    received, _ = scene.peek()
    assert (received.code, received.root) == (CODE, scene.root)
    assert received.peer == Peer("alice", ALICE.identity, alice.leaf_key)
    assert alice.joined.epoch_authenticator == bob.joined.epoch_authenticator
    for state in (alice, bob):
        names = {state.policy.name_of(leaf) for _, leaf in state.joined.members()}
        assert names == {"alice", "bob"}
        again = RoomState.load(state.store)
        assert again.peer == state.peer
        assert again.joined.epoch == 1
    # the relay is shown neither who writes nor anything that leads there
    shown = cbor2.dumps({**scene.fields, "to": {**scene.fields["to"], "handle": ""}})
    for secret in (b"alice", ALICE.identity, scene.root, CONTACT_EXTENSION.to_bytes(2, "big") * 2):
        assert secret not in shown


def test_a_package_outside_its_lifetime_is_not_used(tmp_path: Path, stocked: Stocked) -> None:
    with pytest.raises(ValidationError, match="leaf-03"):
        Scene(tmp_path, stocked, days=31)


def test_a_package_that_lives_too_long_is_not_used(
    tmp_path: Path, stocked: Stocked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("roomkey.client.key_stock.ONE_TIME_SECONDS", 91 * DAY)
    with pytest.raises(ValidationError, match="leaf-14"):
        Scene(tmp_path, stocked)


def test_who_says_to_be_somebody_else_is_refused(tmp_path: Path, stocked: Stocked) -> None:
    class Liar(Person):
        """Eve, with what the relay says of Alice."""

        def introduce(self, leaf_key: bytes) -> Contact:
            signature = EVE.introduce(leaf_key).signature
            return replace(ALICE.introduce(leaf_key), signature=signature)

    eve = Liar("alice", EVE.key)
    with pytest.raises(BadSignature):
        Scene(tmp_path, stocked, eve).peek()


def test_a_welcome_that_lies_with_another_room_is_refused(scene: Scene) -> None:
    with pytest.raises(PolicyViolation):
        scene.peek(b"s" * 16)


@pytest.mark.parametrize(
    "wrong",
    [
        {"history": "shared"},
        {"retention": 3600},
        {"max_members": 3},
        {"locked": False},
        {"hosts": ()},
        {"key_id": 1},
        {"admission": bytes(32)},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_conversation_with_other_rules_is_not_joined(
    tmp_path: Path, stocked: Stocked, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, Any]
) -> None:
    honest = conversations._rules

    def other(writer: bytes, *rest: Any) -> Any:
        rules = honest(writer, *rest)
        return replace(rules, **(wrong if "hosts" not in wrong else {"hosts": (writer,)}))

    with monkeypatch.context() as patch:
        patch.setattr(conversations, "_rules", other)
        hostile = Scene(tmp_path, stocked)
    with pytest.raises(PolicyViolation):
        hostile.take_up()


def _lawless(state: RoomState) -> Group:
    """A member's group without the checks of conversations."""
    policy = Policy()
    policy.supported_extensions = (ROOM_POLICY_EXTENSION,)
    environment = Environment(clock=state.environment.clock, policy=policy)
    group = Group.decode(state.joined.encode(), environment)
    group.encode()
    return group


def _package(now: int) -> KeyPackage:
    policy = Policy()
    policy.supported_extensions = (ROOM_POLICY_EXTENSION,)
    environment = Environment(clock=lambda: now, policy=policy)
    bundle = create_key_package(new_identity(), environment, lifetime_seconds=DAY)
    return bundle.key_package


@pytest.mark.parametrize("what", ["add", "remove", "rules"])
def test_neither_changes_who_is_in_it_or_its_rules(
    scene: Scene, stocked: Stocked, what: str
) -> None:
    bob, lawless = scene.take_up(), _lawless(scene.alice)
    rules = replace(room_policy_of(lawless), revision=1, locked=False)
    signed = rules.sign(scene.alice.identity.private_key, ROOM).as_extension()
    proposals: dict[str, Proposal] = {
        "add": Add(_package(stocked.now)),
        "remove": Remove(1),
        "rules": GroupContextExtensions((signed,)),
    }
    made = lawless.commit([proposals[what]])
    with pytest.raises((PolicyViolation, GhostMember)):
        bob.joined.process(made.message)
    with pytest.raises((PolicyViolation, GhostMember)):
        scene.alice.joined.commit([proposals[what]])
    # an update is fine
    renewed = scene.alice.joined.commit()
    bob.joined.process(renewed.message)


def test_who_comes_in_again_does_not_take_other_rules(scene: Scene) -> None:
    bob, lawless = scene.take_up(), _lawless(scene.alice)
    rules = replace(room_policy_of(lawless), revision=1, locked=False)
    signed = rules.sign(scene.alice.identity.private_key, ROOM).as_extension()
    made = lawless.commit([GroupContextExtensions((signed,))])
    with pytest.raises(PolicyViolation):
        Group.join_external(
            bob.identity, made.group.group_info(), bob.environment, psk_ids=(psk_id(0),), resync=1
        )


def test_a_third_who_knows_the_root_is_kept_out(scene: Scene) -> None:
    bob = scene.take_up()
    secrets = derive_secrets(scene.root)
    policy = Policy()
    policy.supported_extensions = (ROOM_POLICY_EXTENSION,)
    environment = Environment(
        clock=scene.alice.environment.clock, policy=policy, psks=lambda _: secrets.psk
    )
    joined = Group.join_external(
        new_identity(), scene.alice.joined.group_info(), environment, psk_ids=(psk_id(0),)
    )
    for state in (scene.alice, bob):
        with pytest.raises((PolicyViolation, GhostMember)):
            state.joined.process(joined.message)


def test_one_of_the_two_without_the_root_does_not_resync(scene: Scene) -> None:
    scene.take_up()
    policy = Policy()
    policy.supported_extensions = (ROOM_POLICY_EXTENSION,)
    environment = Environment(clock=scene.alice.environment.clock, policy=policy)
    joined = Group.join_external(
        identity_of(scene.own), scene.alice.joined.group_info(), environment, resync=1
    )
    with pytest.raises(PolicyViolation):
        scene.alice.joined.process(joined.message)


def test_a_welcome_opens_with_its_own_package_only(scene: Scene, stocked: Stocked) -> None:
    encoded = FakeRelay()
    stocked.fill(encoded)
    other = stocked.own(encoded.packages(last_resort=False)[-1])
    welcome = decode_message(scene.fields["to"]["welcome"])
    assert isinstance(welcome, Welcome)
    with pytest.raises(RoomkeyError):
        peek(welcome, ROOM, other.bundle, identity_of(other), RELAY)
    stolen = replace(scene.own.bundle, init_private_key=other.bundle.init_private_key)
    with pytest.raises(DecryptionFailed):
        peek(welcome, ROOM, stolen, identity_of(scene.own), RELAY)


def test_a_welcome_to_an_ordinary_group_is_no_conversation(scene: Scene, stocked: Stocked) -> None:
    policy = Policy()
    policy.supported_extensions = (0xF0A2, LAST_RESORT_EXTENSION)
    environment = Environment(clock=lambda: stocked.now, policy=policy)
    group = Group.create(new_identity(), ROOM, environment)
    made = group.commit(
        [Add(scene.own.bundle.key_package)], welcome_extensions=[Extension(0xF0A4, b"")]
    )
    assert made.welcome is not None
    welcome = decode_message(made.welcome)
    assert isinstance(welcome, Welcome)
    with pytest.raises(PolicyViolation):
        peek(welcome, ROOM, scene.own.bundle, identity_of(scene.own), RELAY)


@given(data=st.data())
def test_what_is_no_key_package_or_welcome_is_refused_and_nothing_worse(
    letters: tuple[bytes, bytes, OwnPackage], data: st.DataObject
) -> None:
    package, welcome, own = letters
    for encoded in (package, welcome):
        at = data.draw(st.integers(0, len(encoded) - 1))
        changed = data.draw(st.binary(max_size=4))
        mutated = encoded[:at] + changed + encoded[at + data.draw(st.integers(0, 4)) :]
        if mutated == encoded:
            continue
        with contextlib.suppress(*UNREADABLE):
            # a package may still be read: its signature is checked when its owner is added
            read_package(mutated, "bob", RELAY)
        if encoded is welcome:
            with pytest.raises(UNREADABLE):
                _read_welcome(mutated, own)


def _read_welcome(encoded: bytes, own: OwnPackage) -> None:
    read = decode_message(encoded)
    if not isinstance(read, Welcome):
        raise DecodeError
    peek(read, ROOM, own.bundle, identity_of(own), RELAY)


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes, OwnPackage]:
    folder = tmp_path_factory.mktemp("letters")
    scene = Scene(folder, Stocked(folder))
    return scene.own.bundle.key_package.encode(), scene.fields["to"]["welcome"], scene.own
