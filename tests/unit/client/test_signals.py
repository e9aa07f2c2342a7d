"""Who is here and who is typing: heard from the member itself, once, and in its time."""

import asyncio
import time
from pathlib import Path

import pytest
from fake_relay import ROOM, Device, FakeRelay, play

from roomkey.client import signals
from roomkey.client.events import Event, MemberPresence, MemberTyping
from roomkey.client.presence import TYPING_SECONDS, Presence
from roomkey.client.signaller import TYPING_REPEAT_SECONDS, Signaller
from roomkey.client.signals import (
    Signal,
    SignalGate,
    SignalKind,
    open_signal,
    seal_signal,
    signal_key,
)
from roomkey.client.transport import Map
from roomkey.errors import DecodeError

LEAF = bytes(32)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_presence_is_forgotten_after_a_while_and_typing_sooner() -> None:
    clock = Clock()
    presence = Presence(clock)
    before, after = presence.hear(LEAF, SignalKind.HERE)
    assert (before.presence, after.presence) == ("unknown", "here")
    presence.hear(LEAF, SignalKind.TYPING)
    assert presence.of(LEAF).is_typing
    assert presence.next_expiry() == clock.now + 10
    clock.now += 10
    assert [leaf for leaf, (_, after) in presence.expire().items() if not after.is_typing] == [LEAF]
    assert presence.expire() == {}
    assert presence.hear(LEAF, SignalKind.AWAY)[1].presence == "away"
    clock.now += 149
    assert presence.expire() == {}
    clock.now += 1
    assert presence.expire()[LEAF][1].presence == "unknown"


def test_typing_says_nothing_about_presence_and_ends_when_that_is_said() -> None:
    presence = Presence(Clock())
    assert presence.hear(LEAF, SignalKind.TYPING)[1].presence == "unknown"
    assert not presence.hear(LEAF, SignalKind.STOPPED_TYPING)[1].is_typing
    presence.hear(LEAF, SignalKind.HERE)
    assert presence.forget(LEAF)[0].presence == "here"
    assert presence.of(LEAF).presence == "unknown"


def test_a_signal_passes_once_in_order_and_near_its_time() -> None:
    gate, now = SignalGate(), 1_790_000_000_000
    gate.admit(LEAF, Signal(SignalKind.HERE, now), now)
    for earlier in (now, now - 1):
        with pytest.raises(DecodeError):
            gate.admit(LEAF, Signal(SignalKind.TYPING, earlier), now)
    gate.admit(LEAF, Signal(SignalKind.TYPING, now + 1), now)
    gate.admit(bytes([1]) * 32, Signal(SignalKind.TYPING, now), now)
    for late in (-300_001, 300_001):
        with pytest.raises(DecodeError):
            SignalGate().admit(LEAF, Signal(SignalKind.HERE, now + late), now)
    SignalGate().admit(LEAF, Signal(SignalKind.HERE, now + 300_000), now)


def presences(device: Device) -> list[tuple[str, str]]:
    heard = (event for event in device.events if isinstance(event, MemberPresence))
    return [(event.member.name, event.presence) for event in heard]


def test_members_hear_of_each_other_and_of_nobody_who_left_the_connection(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        session = ann.start()
        # who was there first greets who comes in
        session.signaller._uniform = lambda _low, _high: 0.0
        await ann.until(lambda: session.connection.state == "online")
        mine = bob.start()
        await ann.until(lambda: ("Bob", "here") in presences(ann))
        await bob.until(lambda: ("Ann", "here") in presences(bob))
        await session.signaller.set_away(True)
        await bob.until(lambda: ("Ann", "away") in presences(bob))
        await mine.signaller.set_typing(True)
        await ann.until(lambda: any(isinstance(e, MemberTyping) for e in ann.events))
        await bob.send("typed").stored()
        await ann.until(
            lambda: (
                [e.is_typing for e in ann.events if isinstance(e, MemberTyping)] == [True, False]
            )
        )
        await mine.stop()
        assert presences(bob)[-1] == ("Ann", "unknown")
        assert {len(signal["body"]) for signal in relay.signals} == {signals.SIGNAL_BYTES}

    play(tmp_path, scene)


def test_a_signal_that_is_replayed_forged_or_misnamed_is_not_heard(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        session = ann.start()
        await ann.until(lambda: session.connection.state == "online")
        heard: list[Event] = []
        listener = Signaller(ann.state, heard.append, is_silent=True)
        group, now = ann.state.joined, 0

        def signal(signer: Device, leaf: bytes, kind: SignalKind = SignalKind.TYPING) -> Map:
            nonlocal now
            now = max(now + 1, int(time.time() * 1000))
            key = signal_key(group, leaf)
            private = signer.state.identity.private_key
            body = seal_signal(key, private, ROOM, group.epoch, Signal(kind, now))
            return {"leaf": leaf, "body": body}

        cid = Device(relay, tmp_path / "c.room", "Cid")
        his = bob.state.leaf_key
        good = signal(bob, his)
        # another member can compute the key, and not sign
        listener.heard(signal(ann, his))
        listener.heard(signal(cid, cid.state.leaf_key))
        listener.heard(signal(ann, ann.state.leaf_key))
        listener.heard({**good, "leaf": ann.state.leaf_key})
        listener.heard({**good, "body": good["body"][:-1] + b"\x00"})
        listener.heard({"leaf": his})
        assert heard == []
        listener.heard(good)
        assert len(heard) == 1
        listener.heard(signal(bob, his, SignalKind.STOPPED_TYPING))
        assert len(heard) == 2
        listener.heard(good)
        assert len(heard) == 2
        left = Signaller(ann.state, heard.append)
        ann.state.store.add_statement(his, bytes(64))
        left.heard(signal(bob, his))
        assert len(heard) == 2
        cid.state.store.close()

    play(tmp_path, scene)


def test_a_signal_of_a_kind_that_is_not_known_is_not_heard(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        state, leaf = bob.state, bob.state.leaf_key
        key, epoch, now = (
            signal_key(state.joined, leaf),
            state.joined.epoch,
            int(time.time() * 1000),
        )

        def opened(kind: int) -> Signal:
            signal = Signal(kind, now)  # type: ignore[arg-type]
            body = seal_signal(key, state.identity.private_key, ROOM, epoch, signal)
            return open_signal(key, leaf, ROOM, epoch, body)

        assert opened(SignalKind.AWAY) == Signal(SignalKind.AWAY, now)
        with pytest.raises(DecodeError, match="no known kind"):
            opened(200)

    play(tmp_path, scene)


def test_who_writes_says_so_again_until_it_is_taken_back_and_is_forgotten_in_time(
    tmp_path: Path,
) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        clock, said, heard = Clock(), asyncio.Queue[Map](), asyncio.Queue[Event]()
        hears = Signaller(ann.state, heard.put_nowait, is_silent=True, clock=clock)

        class Line:
            async def request(self, _event: str, fields: Map) -> Map:
                said.put_nowait({"leaf": bob.state.leaf_key, "body": fields["body"]})
                return {}

        async def next_kind() -> SignalKind:
            signal = await asyncio.wait_for(said.get(), 60)
            hears.heard(signal)
            key = signal_key(ann.state.joined, signal["leaf"])
            epoch = ann.state.joined.epoch
            return open_signal(key, signal["leaf"], ROOM, epoch, signal["body"]).kind

        async def next_typing() -> bool:
            while not isinstance(event := await asyncio.wait_for(heard.get(), 60), MemberTyping):
                pass
            return event.is_typing

        session = ann.start()
        await ann.until(lambda: ann.state.joined.epoch == 1)
        await session.stop()
        says = Signaller(bob.state, lambda _event: None, clock=clock)
        says.start(Line())  # type: ignore[arg-type]
        assert await next_kind() is SignalKind.HERE
        await says.set_typing(True)
        # said once, however often it is wished for
        await says.set_typing(True)
        assert await next_kind() is SignalKind.TYPING
        clock.now += TYPING_REPEAT_SECONDS
        says._sooner.set()
        assert await next_kind() is SignalKind.TYPING
        await says.set_typing(False)
        assert await next_kind() is SignalKind.STOPPED_TYPING
        clock.now += TYPING_REPEAT_SECONDS
        await says.set_typing(True)
        assert await next_kind() is SignalKind.TYPING
        await says.stop()
        assert said.empty()
        assert [await next_typing() for _ in range(3)] == [True, False, True]
        hears.start(Line())  # type: ignore[arg-type]
        clock.now += TYPING_SECONDS
        hears._sooner.set()
        assert not await next_typing()
        await hears.stop()

    play(tmp_path, scene)


def test_who_is_silent_is_never_heard_of(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        session = ann.start()
        session.signaller._is_silent = True
        await ann.until(lambda: session.connection.state == "online")
        bob.start()
        await ann.until(lambda: ("Bob", "here") in presences(ann))
        await session.signaller.set_typing(True)
        await session.signaller.set_away(True)
        await ann.send("said").stored()
        await bob.until(lambda: "said" in bob.texts)
        assert {signal["leaf"] for signal in relay.signals} == {bob.state.leaf_key}

    play(tmp_path, scene)
