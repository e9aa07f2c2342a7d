"""A stored room is read as it was written, or is said to be damaged: nothing else comes of it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import cbor2
import pytest
from fake_relay import Device, FakeRelay
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roomkey.client.changes import Change
from roomkey.client.committer import Committer
from roomkey.client.room_state import RoomState
from roomkey.client.room_store import RoomStore
from roomkey.client.schedule import Schedule
from roomkey.errors import StateCorrupt, StateError, StateFull, StateLocked

REQUIRED = ("suite", "signing", "pseudonym", "relay", "code", "room", "name", "secrets")
READ = ("suite", "signing", "relay", "code", "name", "secrets", "past", "peer", "rules")
READ += ("generations", "tally", "names", "pending")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RoomStore]:
    """The room of a host whose change of the room key is on its way."""
    path = tmp_path_factory.mktemp("state") / "a.room"
    ann = Device(FakeRelay(), path, "Ann")

    async def create() -> None:
        await ann.create()
        committer = Committer(ann.state, Schedule())
        committer.add(Change(new_root=b"n" * 32))
        assert committer.prepare() is not None

    asyncio.run(create())
    ann.state.store.close()
    store = RoomStore(path, bytes(32))
    yield store
    store.close()


def test_a_room_is_read_as_it_was_written(store: RoomStore) -> None:
    state = RoomState.load(store)
    assert (state.name, state.code, state.joined.epoch) == ("Ann", "0123456789", 0)
    assert state.pending is not None
    assert state.pending.epoch == 0
    assert state.pending.commit.group.epoch == 1
    assert state.pending.secrets is not None
    assert state.pending.secrets.key_id == 1
    # it holds keys, and says none of them where it is written out
    assert repr(state) == "RoomState(0123456789)"
    assert repr(state.pending) == "Pending(epoch=0)"


def test_a_room_is_nothing_to_work_with_before_it_is_entered(tmp_path: Path) -> None:
    state = Device(FakeRelay(), tmp_path / "b.room", "Bob").state
    with pytest.raises(StateCorrupt, match="not entered"):
        _ = state.joined
    state.store.close()


@pytest.mark.parametrize("name", REQUIRED)
def test_a_room_without_one_of_its_parts_is_damaged(store: RoomStore, name: str) -> None:
    value = store.require(name)
    store.drop(name)
    try:
        with pytest.raises(StateCorrupt):
            RoomState.load(store)
    finally:
        store.set(name, value)


def test_a_room_is_not_called_damaged_when_its_file_is_held_or_cannot_be_read(
    store: RoomStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = RoomState.load(store)
    for kind in (StateLocked, StateFull):
        refusal = kind("a.room")

        def refuse(_name: str, refusal: StateError = refusal) -> bytes:
            raise refusal

        with monkeypatch.context() as patch:
            patch.setattr(store, "get", refuse)
            for read in (state.reload, lambda: RoomState.load(store)):
                with pytest.raises(StateError) as raised:
                    read()
                assert raised.value is refusal
    state.reload()
    assert state.pending is not None


@pytest.mark.parametrize("name", READ)
def test_a_part_that_is_not_what_was_written_is_damaged(store: RoomStore, name: str) -> None:
    value = store.get(name)
    store.set(name, b"\xff")
    try:
        with pytest.raises(StateCorrupt):
            RoomState.load(store)
    finally:
        store.drop(name)
        if value is not None:
            store.set(name, value)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(READ), data=st.data())
def test_a_part_of_any_bytes_is_read_or_damaged_and_nothing_worse(
    store: RoomStore, name: str, data: st.DataObject
) -> None:
    value = store.get(name)
    cut = data.draw(st.integers(0, len(value or b"")))
    rest = data.draw(st.binary(max_size=4))
    store.set(name, (value or b"")[:cut] + rest)
    try:
        RoomState.load(store)
    except StateCorrupt:
        pass
    finally:
        store.drop(name)
        if value is not None:
            store.set(name, value)


@pytest.mark.parametrize("size", [0, 2**40])
def test_a_number_where_a_pending_commit_should_be_is_damage_and_takes_no_memory(
    store: RoomStore, size: int
) -> None:
    store.set("pending", cbor2.dumps([bytes(16), 1, {}, None, size]))
    try:
        with pytest.raises(StateCorrupt):
            RoomState.load(store)
    finally:
        store.drop("pending")


def test_a_number_in_the_place_of_a_fact_is_damage_and_takes_no_memory(store: RoomStore) -> None:
    rules = store.get("rules")
    store.set("rules", 2**40)  # type: ignore[arg-type]
    try:
        with pytest.raises(StateCorrupt):
            RoomState.load(store)
    finally:
        store.drop("rules")
        if rules is not None:
            store.set("rules", rules)
