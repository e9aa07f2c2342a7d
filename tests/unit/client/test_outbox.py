"""What waits goes out in order, or whoever waits is told; what is to disappear is not archived."""

from pathlib import Path
from typing import Any

import pytest
from fake_relay import Device, FakeRelay, play

from roomkey.client.connection import ConnectionState
from roomkey.client.content import ContentKind, Expiration
from roomkey.client.events import ConnectionChanged
from roomkey.errors import RequestError, RoomClosed, StateCorrupt, TooLarge


def refuse_first(relay: FakeRelay, refusal: type[RequestError]) -> list[bytes]:
    honest, refused = relay._answer, []

    def answer(event: str, leaf: bytes, fields: Any) -> Any:
        if event == "room.send" and not refused:
            refused.append(fields["request"])
            raise refusal
        return honest(event, leaf, fields)

    relay._answer = answer  # type: ignore[method-assign]
    return refused


@pytest.mark.parametrize("refusal", [TooLarge, RoomClosed])
def test_a_message_that_the_relay_never_takes_is_told_and_holds_up_no_other(
    tmp_path: Path, refusal: type[RequestError]
) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        refused = refuse_first(relay, refusal)
        ann.start()
        first, second = ann.send("never"), ann.send("and on")
        with pytest.raises(refusal):
            await first.stored()
        await second.stored()
        bob.start()
        await bob.until(lambda: "and on" in bob.texts)
        assert ann.texts == bob.texts == ["and on"]
        assert ann.state.store.count_queued() == 0
        assert relay.log[-1]["request"] not in refused

    play(tmp_path, scene)


def test_where_nothing_waits_nothing_is_sent(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        session = ann.start()
        await ann.until(lambda: session.connection.state is ConnectionState.ONLINE)
        before = list(relay.log)
        assert await session.outbox.send_first(ann.transport()) is None
        assert relay.log == before

    play(tmp_path, scene)


def test_what_is_to_disappear_and_all_that_is_said_about_it_is_not_archived(
    tmp_path: Path,
) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        session = ann.start()
        await ann.send("stays").stored()
        archived = dict(relay.archives)
        assert list(archived) == [relay.log[-1]["seq"]]
        fleeting = session.outbox.add("goes", expires=Expiration(relative=True, seconds=9999))
        session.wake()
        await fleeting.stored()
        await ann.until(lambda: "goes" in ann.texts)
        edit = session.outbox.add("goes soon", replaces=fleeting.id)
        session.wake()
        await edit.stored()
        assert [entry["kind"] for entry in relay.log[-2:]] == ["message"] * 2
        assert relay.archives == archived

    play(tmp_path, scene)


def test_what_waits_is_found_by_its_id_and_kind_until_it_is_sent(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        relay.fault = lambda _event: "before"
        session, sent = ann.start(), ann.send("waits")
        assert session.outbox.has(sent.id, ContentKind.MESSAGE)
        assert not session.outbox.has(sent.id, ContentKind.EDIT)
        assert not session.outbox.has(bytes(32), ContentKind.MESSAGE)
        relay.fault = lambda _event: None
        await sent.stored()
        await ann.until(lambda: "waits" in ann.texts)
        assert not session.outbox.has(sent.id, ContentKind.MESSAGE)

    play(tmp_path, scene)


def test_how_the_connection_stands_is_told_when_the_disk_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        def damaged() -> int:
            raise StateCorrupt

        session = ann.start()
        await ann.until(lambda: session.connection.state is ConnectionState.ONLINE)
        with monkeypatch.context() as patch:
            patch.setattr(ann.state.store, "count_queued", damaged)
            await session.stop()
        assert ann.events[-1] == ConnectionChanged(ConnectionState.CLOSED, 0)

    play(tmp_path, scene)
