"""The directory and its inboxes at a relay process, event by event."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from relay_toolkit import ADMISSION, Peer, connected, run, running_relay, until

from roomkey.crypto.randomness import system_random
from roomkey.crypto.signature import ED25519
from roomkey.wire.transcripts import claim_transcript, resume_transcript

LEAF, TARGET, WRITER = (ED25519.generate(system_random) for _ in range(3))


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    generous = {"RATE_CLAIM_ADDRESS": "900/hour", "RATE_FETCH_ADDRESS": "900/hour"}
    folder: Path = tmp_path_factory.mktemp("directory") / "data"
    with running_relay(folder, **generous) as process:
        yield process


async def claim(peer: Peer, handle: str) -> dict[str, Any]:
    """Claim a handle with the peer's leaf key as identity."""
    drawn = await peer.ask("directory.open")
    signed = claim_transcript(drawn["nonce"], handle, peer.leaf)
    signature = ED25519.sign(peer.secret, signed)
    return await peer.ask("directory.claim", handle=handle, identity=peer.leaf, signature=signature)


def letter(handle: Any, **wrong: Any) -> dict[str, Any]:
    """What `room.create` has beside, for a private conversation."""
    to = {"handle": handle, "leaf": LEAF[1], "welcome": b"welcome", **wrong}
    return {"to": to, "max_members": 2}


def test_a_conversation_and_its_item_come_to_be_together_and_the_owner_is_told(relay: Any) -> None:
    async def test() -> None:
        async with connected(relay.url) as bob, connected(relay.url) as alice:
            assert (await claim(bob, "bob"))["stock"] == 0
            request = system_random(16)
            made = await alice.create(ADMISSION, request=request, **letter("bob"))
            assert made["ok"]
            [(event, pushed)] = await until(bob, 1)
            assert (event, pushed) == ("inbox.item", {"room": made["room"]})
            [item] = (await bob.ask("inbox.list", handle="bob"))["items"]
            assert item["room"] == made["room"]
            read = await bob.ask("inbox.read", handle="bob", room=made["room"])
            assert (read["welcome"], read["time"]) == (b"welcome", item["time"])
            # the other comes in by its leaf key alone, at the epoch that the Welcome is of
            async with connected(relay.url, LEAF) as member:
                resumed = await member.resume(made["code"])
                assert (resumed["head"], resumed["epoch"], resumed["floor"]) == (0, 1, 1)
                assert (await member.send(made["room"], 1, b"hello"))["seq"] == 1
            assert (await bob.ask("inbox.remove", handle="bob", rooms=[made["room"]]))["ok"]
            assert (await bob.ask("inbox.list", handle="bob"))["items"] == []

    run(test)


def test_creating_a_conversation_again_is_answered_as_the_first_time(relay: Any) -> None:
    async def test() -> None:
        async with connected(relay.url) as bob, connected(relay.url) as alice:
            await claim(bob, "again")
            request = system_random(16)
            made = await alice.create(ADMISSION, request=request, **letter("again"))
            drawn = await alice.ask("room.open", code=made["code"])
            signed = resume_transcript(made["room"], drawn["nonce"], alice.leaf)
            fields = {
                "request": request, "code": made["code"], "admission": ADMISSION[1],
                "leaf": alice.leaf, "signature": ED25519.sign(alice.secret, signed),
                "group_info": b"group info 0", "suite": 1, "retention": 86400, **letter("again"),
            }  # fmt: skip
            again = await alice.ask("room.create", **fields)
            assert (again["ok"], again["time"]) == (True, made["time"])
            assert len((await bob.ask("inbox.list", handle="again"))["items"]) == 1

    run(test)


def test_nobody_else_ever_comes_into_a_conversation(relay: Any) -> None:
    async def test() -> None:
        async with connected(relay.url) as bob, connected(relay.url) as alice:
            await claim(bob, "closed")
            made = await alice.create(ADMISSION, **letter("closed"))
            async with connected(relay.url) as eve:
                # even with the admission key, which only the two know
                assert (await eve.admit(made["code"], ADMISSION))["code"] == "room_locked"
            async with connected(relay.url, LEAF) as member:
                # a member comes in again, to resync
                admitted = await member.admit(made["code"], ADMISSION)
                assert admitted["epoch"] == 1
                assert (await member.resume(made["code"]))["ok"]
                room = made["room"]
                assert (await member.commit(room, 1, joined=member.leaf))["ok"]

    run(test)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"to": 7}, "malformed_request"),
        ({"to": {}}, "malformed_request"),
        (letter("No"), "malformed_request"),
        (letter(b"target"), "malformed_request"),
        (letter("nobody"), "unknown_handle"),
        (letter("target", leaf=b"short"), "malformed_request"),
        (letter("target", leaf=None), "malformed_request"),
        (letter("target", leaf=WRITER[1]), "malformed_request"),
        (letter("target", welcome=None), "malformed_request"),
        (letter("target", welcome=b""), "malformed_request"),
        (letter("target", welcome=b"x" * 65537), "too_large"),
        ({**letter("target"), "max_members": 3}, "malformed_request"),
    ],
)
def test_a_first_letter_that_is_not_as_it_should_be_makes_no_room(
    relay: Any, wrong: dict[str, Any], code: str
) -> None:
    async def test() -> None:
        async with connected(relay.url, TARGET) as bob, connected(relay.url, WRITER) as alice:
            assert (await claim(bob, "target"))["ok"]
            made = await alice.create(ADMISSION, **wrong)
            assert (made["ok"], made["code"]) == (False, code)
            assert (await bob.ask("inbox.list", handle="target"))["items"] == []
            assert (await alice.ask("room.sync", room=made["room"], after=0, limit=1))[
                "ok"
            ] is False

    run(test)


def test_every_malformed_request_to_the_directory_gets_a_code(relay: Any) -> None:
    async def test() -> None:
        async with connected(relay.url) as bob:
            await claim(bob, "robust")
            values = (None, 7, "text", b"", [], {}, {"handle": 1}, {"handle": "robust"})
            events = ("directory.claim", "directory.publish", "directory.fetch", "inbox.read")
            for event in (*events, "inbox.remove"):
                for value in values:
                    answer = await bob.client.call(event, value)
                    assert (answer["ok"], answer["code"]) == (False, "malformed_request")
            listing = await bob.client.call("inbox.list", {"handle": b"robust"})
            assert listing["code"] == "malformed_request"
            assert (await bob.ask("inbox.list", handle="robust"))["ok"]

    run(test)


@pytest.mark.parametrize("name", ["identity", "signature", "handle"])
def test_a_claim_with_a_field_that_is_not_as_it_should_be_is_refused(relay: Any, name: str) -> None:
    async def test() -> None:
        async with connected(relay.url) as bob:
            for value in (None, 7, "text!", b"", b"x" * 31, b"x" * 65):
                drawn = await bob.ask("directory.open")
                signed = claim_transcript(drawn["nonce"], "fields", bob.leaf)
                fields = {
                    "handle": "fields",
                    "identity": bob.leaf,
                    "signature": ED25519.sign(bob.secret, signed),
                    name: value,
                }
                answer = await bob.ask("directory.claim", **fields)
                assert answer["code"] in ("malformed_request", "too_large")
            assert (await bob.ask("inbox.list", handle="fields"))["code"] == "not_admitted"

    run(test)


def test_packages_are_given_to_anybody_who_asks_and_survive_a_reconnect(relay: Any) -> None:
    async def test() -> None:
        async with connected(relay.url, TARGET) as bob:
            await claim(bob, "stocked")
            fields = {"handle": "stocked", "expires": int(time.time()) + 86400}
            published = await bob.ask(
                "directory.publish", packages=[b"one", b"two"], last_resort=False, **fields
            )
            assert published["stock"] == 2
        request, given = system_random(16), []
        for _ in range(2):
            async with connected(relay.url) as alice:
                fetched = await alice.ask("directory.fetch", handle="stocked", request=request)
                given.append((fetched["package"], fetched["is_last_resort"]))
        assert given in ([(b"one", False)] * 2, [(b"two", False)] * 2)
        async with connected(relay.url, TARGET) as bob:
            assert (await claim(bob, "stocked"))["stock"] == 1

    run(test)
