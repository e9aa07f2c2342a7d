"""A room is closed by the signed word of a host, and by nobody else's."""

from pathlib import Path

from fake_relay import ROOM, Device, FakeRelay, play

from roomkey.client.connection import ConnectionState
from roomkey.client.events import RoomTrouble
from roomkey.crypto.signature import ED25519
from roomkey.errors import RelayInconsistent, RoomClosed
from roomkey.wire.transcripts import close_transcript


def close(relay: FakeRelay, device: Device) -> None:
    """Put into the log that a member closes the room, signed as it should be."""
    leaf = device.state.leaf_key
    signed = close_transcript(ROOM, leaf)
    statement = ED25519.sign(device.state.identity.private_key, signed)
    relay.append("close", leaf, bytes(range(16)), statement)


def troubles(device: Device) -> set[str]:
    return {event.code for event in device.events if isinstance(event, RoomTrouble)}


def test_a_host_closes_the_room_for_everybody(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        session = bob.start()
        await bob.send("before").stored()
        close(relay, ann)
        await bob.until(lambda: session.connection.state is ConnectionState.REMOVED)
        assert troubles(bob) == {RoomClosed.code}

    play(tmp_path, scene)


def test_whoever_is_no_host_closes_nothing(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        session = ann.start()
        await ann.send("before").stored()
        close(relay, bob)
        await ann.send("after").stored()
        await ann.until(lambda: "after" in ann.texts)
        assert troubles(ann) == {RelayInconsistent.code}
        assert session.connection.state is ConnectionState.ONLINE

    play(tmp_path, scene)
