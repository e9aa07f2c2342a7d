"""A private conversation as it begins: what is read of a Welcome, and what is not taken up."""

import contextlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import cbor2
import correspondents
import pytest
from correspondents import (
    ALICE,
    CODE,
    DAY,
    EVE,
    RELAY,
    ROOM,
    Person,
    PublishingRelay,
    Scene,
    Stocked,
)
from hypothesis import given
from hypothesis import strategies as st

from roomkey.client import conversation as conversations
from roomkey.client.contact import CONTACT_EXTENSION, Contact
from roomkey.client.conversation import peek, read_package
from roomkey.client.conversation_policy import ConversationPolicy, Peer
from roomkey.client.directory import UNREADABLE
from roomkey.client.directory_store import OwnPackage
from roomkey.client.key_stock import identity_of
from roomkey.client.room_state import RoomState, new_identity
from roomkey.errors import (
    BadSignature,
    DecodeError,
    DecryptionFailed,
    PolicyViolation,
    RoomkeyError,
    ValidationError,
)
from roomkey.mls import (
    LAST_RESORT_EXTENSION,
    Add,
    Environment,
    Extension,
    Group,
    Policy,
    Welcome,
    create_key_package,
    decode_message,
)


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


def test_a_group_of_three_is_no_conversation_even_if_every_leaf_passed(
    tmp_path: Path, stocked: Stocked, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = Group.commit

    def with_a_third(group: Group, proposals: Any, **options: Any) -> Any:
        policy = Policy()
        policy.supported_extensions = ConversationPolicy.supported_extensions
        environment = Environment(clock=lambda: stocked.now, policy=policy)
        third = create_key_package(new_identity(), environment, lifetime_seconds=DAY)
        return honest(group, [*proposals, Add(third.key_package)], **options)

    monkeypatch.setattr(ConversationPolicy, "check_leaf", lambda *_: None)
    monkeypatch.setattr(Group, "commit", with_a_third)
    with pytest.raises(PolicyViolation, match="not of two"):
        Scene(tmp_path, stocked).take_up()


def test_a_welcome_opens_with_its_own_package_only(scene: Scene, stocked: Stocked) -> None:
    encoded = PublishingRelay()
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


def test_a_key_package_of_nobody_is_refused() -> None:
    policy = Policy()
    environment = Environment(clock=lambda: 0, policy=policy)
    bundle = create_key_package(new_identity(), environment, lifetime_seconds=DAY)
    with pytest.raises(PolicyViolation, match="of nobody"):
        read_package(bundle.key_package.encode(), "bob", RELAY)


@pytest.mark.parametrize("code", ["\u00e9" * 10, "7GQ2M0XK4", "7GQ2M0XK4T0"])
def test_a_conversation_without_a_room_code_is_refused(
    tmp_path: Path, stocked: Stocked, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    monkeypatch.setattr(correspondents, "CODE", code)
    with pytest.raises(DecodeError):
        Scene(tmp_path, stocked).peek()


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
