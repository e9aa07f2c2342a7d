"""Two and more members of a room over a real relay process and a real database."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from relay_toolkit import ADMISSION, connected, run, running_relay, until

from roomkey.crypto.randomness import system_random
from roomkey.crypto.signature import ED25519
from roomkey.wire.transcripts import close_transcript


@pytest.fixture(scope="module")
def relay(either_database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with running_relay(tmp_path_factory.mktemp("relay") / "data") as process:
        yield process


def test_a_member_joins_from_outside_and_both_see_the_same_log(relay: Any) -> None:
    async def test() -> None:
        async with connected(relay.url) as host, connected(relay.url) as guest:
            made = await host.create(ADMISSION)
            assert (made["ok"], made["seq"]) == (True, 0)
            room = made["room"]
            admitted = await guest.admit(made["code"].lower(), ADMISSION)
            assert admitted["group_info"] == b"group info 0"
            assert (admitted["epoch"], admitted["head"], admitted["key_id"]) == (0, 0, 0)
            assert (await guest.join(made["code"], ADMISSION))["seq"] == 1
            assert (await host.send(room, 1, b"one", archive=b"copy"))["seq"] == 2
            assert (await guest.send(room, 1, b"two"))["seq"] == 3
            log = await guest.ask("room.sync", room=room, after=0, limit=256)
            assert [e["seq"] for e in log["envelopes"]] == [1, 2, 3]
            assert [e["kind"] for e in log["envelopes"]] == ["commit", "message", "message"]
            assert log["envelopes"][0]["history"] == b"sealed 1"
            assert "archive" not in log["envelopes"][1]
            pushed = [content for _, content in await until(host, 2)]
            assert [content.pop("room") for content in pushed] == [room, room]
            assert pushed == [log["envelopes"][0], log["envelopes"][2]]
            paged = await guest.ask("room.sync", room=room, after=1, limit=1)
            assert ([e["seq"] for e in paged["envelopes"]], paged["more"]) == ([2], True)
            past = await guest.ask("room.history", room=room, before=100, limit=256)
            assert [(a["seq"], a["archive"]) for a in past["archives"]] == [(2, b"copy")]
            assert past["epochs"] == [{"epoch": 1, "key_id": 0, "sealed": b"sealed 1"}]
            assert await guest.ask("room.signal", room=room, body=b"typing") == {"ok": True}
            event, content = (await until(host, 3))[2]
            assert (event, content["body"], content["leaf"]) == (
                "room.signal",
                b"typing",
                guest.leaf,
            )

    run(test)


def test_one_commit_wins_each_epoch_and_the_others_get_the_winner(relay: Any) -> None:
    async def test() -> None:
        async with connected(relay.url) as host:
            room = (await host.create(ADMISSION))["room"]
            answers = await asyncio.gather(*(host.commit(room, 0) for _ in range(8)))
            won = [answer for answer in answers if answer["ok"]]
            lost = [answer for answer in answers if not answer["ok"]]
            assert len(won) == 1
            assert {answer["code"] for answer in lost} == {"epoch_conflict"}
            assert {answer["winner"]["seq"] for answer in lost} == {won[0]["seq"]}
            assert {answer["epoch"] for answer in lost} == {1}
            assert (await host.send(room, 0, b"late"))["code"] == "stale_epoch"

    run(test)


def test_places_in_the_log_have_no_gaps_when_many_send_at_once(relay: Any) -> None:
    async def test() -> None:
        async with connected(relay.url) as host:
            made = await host.create(ADMISSION)
            room, epoch = made["room"], 0
            peers = [connected(relay.url) for _ in range(4)]
            members = [await peer.__aenter__() for peer in peers]
            for member in members:
                epoch += 1
                assert (await member.join(made["code"], ADMISSION))["ok"]
            sent = await asyncio.gather(
                *(m.send(room, epoch, b"%d" % n) for n in range(25) for m in members)
            )
            assert sorted(answer["seq"] for answer in sent) == list(range(5, 105))
            pushed = await until(host, 104)
            assert [content["seq"] for _, content in pushed] == list(range(1, 105))
            for peer in peers:
                await peer.__aexit__(None, None, None)

    run(test)


def test_a_request_sent_again_is_answered_as_the_first_time(relay: Any) -> None:
    async def test() -> None:
        async with connected(relay.url) as host:
            made = await host.create(ADMISSION)
            room, request = made["room"], system_random(16)
            first = await host.send(room, 0, b"once", request=request)
            assert await host.send(room, 0, b"once", request=request) == first
            committed = await host.commit(room, 0, request=bytes(16))
            assert await host.commit(room, 0, request=bytes(16)) == committed
            left = await host.leave(room, b"l" * 16)
            assert await host.leave(room, b"l" * 16) == left
            assert [first["seq"], committed["seq"], left["seq"]] == [1, 2, 3]

    run(test)


def test_who_left_or_was_removed_is_a_member_no_more(relay: Any) -> None:
    async def test() -> None:
        async with connected(relay.url) as host, connected(relay.url) as guest:
            made = await host.create(ADMISSION)
            room = made["room"]
            await guest.join(made["code"], ADMISSION)
            assert (await guest.leave(room, bytes(16)))["ok"]
            assert (await guest.send(room, 1, b"x"))["code"] == "not_admitted"
            assert not (await guest.resume(made["code"]))["ok"]
            left = (await guest.admit(made["code"], ADMISSION))["left"]
            assert [statement["leaf"] for statement in left] == [guest.leaf]
            await host.commit(room, 1, removed=[guest.leaf])
            assert (await guest.admit(made["code"], ADMISSION))["left"] == []
            await guest.join(made["code"], ADMISSION)
            await host.commit(room, 3, removed=[guest.leaf])
            assert (await guest.ask("room.sync", room=room, after=0, limit=1))["code"] == (
                "not_admitted"
            )

    run(test)


def test_a_new_room_key_replaces_the_old_one(relay: Any) -> None:
    async def test() -> None:
        async with connected(relay.url) as host, connected(relay.url) as guest:
            made = await host.create(ADMISSION)
            room, new = made["room"], ED25519.generate(system_random)
            await guest.join(made["code"], ADMISSION)
            rekey = {"key_id": 1, "admission": new[1], "chain": b"link", "root": b"sealed root"}
            assert (await host.commit(room, 1, rekey={**rekey, "key_id": 2}))["code"] == (
                "malformed_request"
            )
            assert (await guest.commit(room, 1, rekey=rekey))["code"] == "not_admitted"
            assert (await host.commit(room, 1, rekey=rekey))["ok"]
            assert (await guest.admit(made["code"], ADMISSION))["code"] == "wrong_room_key"
            admitted = await guest.admit(made["code"], new)
            assert (admitted["key_id"], admitted["epoch"]) == (1, 2)
            assert admitted["chain"] == [{"key_id": 1, "chain": b"link"}]
            log = (await guest.ask("room.sync", room=room, after=0, limit=9))["envelopes"]
            assert [entry.get("root") for entry in log] == [None, b"sealed root"]
            assert (await guest.commit(room, 1))["winner"]["root"] == b"sealed root"

    run(test)


def test_only_hosts_change_what_is_theirs_and_a_host_names_others(relay: Any) -> None:
    async def test() -> None:
        async with connected(relay.url) as host, connected(relay.url) as guest:
            made = await host.create(ADMISSION)
            room = made["room"]
            await guest.join(made["code"], ADMISSION)
            wishes: tuple[dict[str, Any], ...] = (
                {"locked": True},
                {"locked": False},
                {"retention": 3600},
                {"hosts": [guest.leaf]},
            )
            for wish in wishes:
                assert (await guest.commit(room, 1, **wish))["code"] == "not_admitted"
            refused = await host.commit(room, 1, retention=3599)
            assert refused["code"] == "malformed_request"
            assert (await host.commit(room, 1, locked=1))["code"] == "malformed_request"
            assert (await host.commit(room, 1, retention=7200))["ok"]
            assert (await host.admit(made["code"], ADMISSION))["retention"] == 7200
            assert (await host.commit(room, 2, hosts=[guest.leaf]))["ok"]
            assert (await host.commit(room, 3, locked=True))["code"] == "not_admitted"
            # who lies about a removal takes nobody's office
            await host.commit(room, 3, removed=[guest.leaf])
            await guest.join(made["code"], ADMISSION)
            assert (await guest.commit(room, 5, locked=True))["ok"]

    run(test)


def test_a_room_that_a_host_closed_keeps_nothing_but_that(relay: Any) -> None:
    async def test() -> None:
        async with connected(relay.url) as host, connected(relay.url) as guest:
            made = await host.create(ADMISSION)
            room = made["room"]
            await guest.join(made["code"], ADMISSION)
            await host.send(room, 1, b"m", archive=b"a")
            fields = {"request": bytes(16), "room": room}

            def statement(peer: Any) -> bytes:
                return ED25519.sign(peer.secret, close_transcript(room, peer.leaf))

            other = await guest.ask("room.close", signature=statement(guest), **fields)
            assert other["code"] == "not_admitted"
            forged = await guest.ask("room.close", signature=statement(host), **fields)
            assert forged["code"] == "malformed_request"
            closed = await host.ask("room.close", signature=statement(host), **fields)
            assert (closed["ok"], closed["seq"]) == (True, 3)
            again = await host.ask("room.close", signature=statement(host), **fields)
            assert again == closed
            assert (await host.send(room, 1, b"x"))["code"] == "room_closed"
            assert (await guest.admit(made["code"], ADMISSION))["code"] == "room_closed"
            assert (await guest.resume(made["code"]))["closed"]
            log = await guest.ask("room.sync", room=room, after=0, limit=9)
            assert [entry["kind"] for entry in log["envelopes"]] == ["close"]
            assert log["floor"] == log["head"] == 3
            past = await guest.ask("room.history", room=room, before=9, limit=9)
            assert (past["archives"], past["epochs"], past["chain"]) == ([], [], [])

    run(test)
