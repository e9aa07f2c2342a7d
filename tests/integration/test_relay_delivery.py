"""Two and more members of a room over a real relay process and a real database."""

import asyncio
import importlib.util
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from socketio.exceptions import ConnectionError as Refused

from roomkey.crypto import oprf
from roomkey.crypto.randomness import system_random
from roomkey.crypto.signature import ED25519
from roomkey.wire.transcripts import close_transcript

_spec = importlib.util.spec_from_file_location(
    "relay_toolkit", Path(__file__).with_name("relay_toolkit.py")
)
assert _spec is not None
assert _spec.loader is not None
toolkit = importlib.util.module_from_spec(_spec)
sys.modules.setdefault("relay_toolkit", toolkit)
_spec.loader.exec_module(toolkit)
connected, running_relay, until = toolkit.connected, toolkit.running_relay, toolkit.until

ADMISSION = ED25519.generate(system_random)
CREATION = {
    "request": bytes(16),
    "admission": ADMISSION[1],
    "group_info": b"g",
    "suite": 1,
    "retention": 3600,
    "max_members": 2,
}


def run(test: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), 60))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
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


def test_an_unknown_room_and_a_wrong_key_are_answered_alike(relay: Any) -> None:
    async def test() -> None:
        async with connected(relay.url) as host, connected(relay.url) as guest:
            code = (await host.create(ADMISSION))["code"]
            wrong = await guest.admit(code, ED25519.generate(system_random))
            unknown = await guest.admit("00000-00000", ADMISSION)
            assert wrong == unknown == {"ok": False, "code": "wrong_room_key"}
            assert await guest.resume(code) == await guest.resume("00000-00000")
            _, blinded = oprf.blind(b"room key", system_random)
            drawn = await guest.ask("room.open", code="00000-00000")
            raised = await guest.ask("room.evaluate", room=drawn["room"], blinded=blinded)
            assert len(raised["evaluated"]) == 32

    run(test)


def test_a_nonce_serves_one_signature(relay: Any) -> None:
    async def test() -> None:
        async with connected(relay.url) as host, connected(relay.url) as guest:
            made = await host.create(ADMISSION)
            drawn = await guest.ask("room.open", code=made["code"])
            signed = toolkit.admission_transcript(drawn["room"], drawn["nonce"], guest.leaf)
            fields = {
                "room": drawn["room"],
                "leaf": guest.leaf,
                "signature": ED25519.sign(ADMISSION[0], signed),
            }
            assert (await guest.ask("room.admit", **fields))["ok"]
            assert (await guest.ask("room.admit", **fields))["code"] == "not_admitted"

    run(test)


def test_creating_tells_nothing_about_other_rooms(relay: Any) -> None:
    async def test() -> None:
        async with connected(relay.url) as host, connected(relay.url) as guest:
            request = system_random(16)
            made = await host.create(ADMISSION, request=request)
            for code in (made["code"], "00000-00000"):
                drawn = await guest.ask("room.open", code=code)
                signed = toolkit.resume_transcript(drawn["room"], drawn["nonce"], guest.leaf)
                proof = ED25519.sign(guest.secret, signed)
                fields = {"code": code, "leaf": guest.leaf, "signature": proof}
                answer = await guest.ask("room.create", **{**CREATION, **fields})
                assert answer == {"ok": False, "code": "not_admitted"}
            drawn = await host.ask("room.open", code=made["code"])
            signed = toolkit.resume_transcript(drawn["room"], drawn["nonce"], host.leaf)
            proof = ED25519.sign(host.secret, signed)
            fields = {"code": made["code"], "leaf": host.leaf, "signature": proof}
            again = await host.ask("room.create", **{**CREATION, **fields, "request": request})
            assert again == {"ok": True, "seq": 0, "time": made["time"]}

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


def test_a_locked_room_admits_members_only_and_says_so_to_nobody_else(relay: Any) -> None:
    async def test() -> None:
        async with connected(relay.url) as host, connected(relay.url) as guest:
            made = await host.create(ADMISSION)
            room, wrong = made["room"], ED25519.generate(system_random)
            early = await guest.admit(made["code"], ADMISSION)
            assert (await host.commit(room, 0, locked=True))["ok"]
            assert (await guest.admit(made["code"], wrong))["code"] == "wrong_room_key"
            assert (await guest.admit(made["code"], ADMISSION))["code"] == "room_locked"
            late = await guest.commit(room, early["epoch"] + 1, joined=guest.leaf)
            assert late["code"] == "room_locked"
            assert (await host.admit(made["code"], ADMISSION))["ok"]
            assert (await host.commit(room, 1, joined=host.leaf))["ok"]
            assert (await host.commit(room, 2, locked=False))["ok"]
            assert (await guest.join(made["code"], ADMISSION))["ok"]

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
            assert (await guest.commit(room, 3, locked=True))["ok"]

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


def test_a_full_room_takes_nobody_more(relay: Any) -> None:
    async def test() -> None:
        async with connected(relay.url) as host, connected(relay.url) as guest:
            code = (await host.create(ADMISSION, max_members=1))["code"]
            assert (await guest.join(code, ADMISSION))["code"] == "room_full"

    run(test)


def test_every_malformed_request_gets_a_code_and_the_connection_lives_on(relay: Any) -> None:
    async def test() -> None:
        async with connected(relay.url) as host:
            made = await host.create(ADMISSION)
            assert (await host.ask("room.nonsense"))["code"] == "unknown_event"
            events = ("open", "evaluate", "create", "admit", "resume", "commit", "send", "sync")
            values = (None, 7, "text", b"", [], [[]], {}, {"room": 1}, {"room": made["room"]}, 1.5)
            for event in (*events, "history", "signal", "leave", "close"):
                for value in values:
                    answer = await host.client.call(f"room.{event}", value)
                    assert answer["ok"] is False
                    assert answer["code"] in ("malformed_request", "not_admitted")
            assert (await host.send(made["room"], 0, b"x" * 131073))["code"] == "too_large"
            assert (await host.send(made["room"], 0, b"fine"))["ok"]

    run(test)


def test_another_version_of_the_protocol_is_refused(relay: Any) -> None:
    async def test() -> None:
        for auth in ({"v": 2}, {}, {"v": True}, [1]):
            with pytest.raises(Refused, match=r"unsupported_version|failed|namespaces"):
                async with connected(relay.url, auth=auth):
                    pass

    run(test)


def test_what_was_acknowledged_survives_a_killed_relay(tmp_path: Path) -> None:
    leaf = ED25519.generate(system_random)
    request = system_random(16)
    made: dict[str, Any] = {}
    sent: dict[str, Any] = {}

    async def before() -> None:
        async with connected(relay.url, leaf) as host:
            made.update(await host.create(ADMISSION))
            sent.update(await host.send(made["room"], 0, b"kept", request=request))
            relay.kill()

    async def after() -> None:
        async with connected(relay.url, leaf) as host:
            assert (await host.resume(made["code"]))["head"] == 1
            assert await host.send(made["room"], 0, b"kept", request=request) == sent
            log = await host.ask("room.sync", room=made["room"], after=0, limit=9)
            assert [e["body"] for e in log["envelopes"]] == [b"kept"]

    with running_relay(tmp_path / "data") as relay:
        run(before)
    seed = (tmp_path / "data" / "seed").read_bytes()
    with running_relay(tmp_path / "data") as relay:
        run(after)
    assert (tmp_path / "data" / "seed").read_bytes() == seed
    assert (tmp_path / "data" / "seed").stat().st_mode & 0o777 == 0o600


def test_a_full_disk_is_said_and_nothing_is_half_stored(tmp_path: Path) -> None:
    leaf = ED25519.generate(system_random)
    made: dict[str, Any] = {}
    stored: list[int] = []

    async def fill() -> None:
        async with connected(relay.url, leaf) as host:
            made.update(await host.create(ADMISSION))
            while True:
                answer = await host.send(made["room"], 0, bytes(50_000))
                if not answer["ok"]:
                    assert answer["code"] == "storage_full"
                    return
                stored.append(answer["seq"])

    async def recover() -> None:
        async with connected(relay.url, leaf) as host:
            assert (await host.resume(made["code"]))["head"] == len(stored)
            assert (await host.send(made["room"], 0, b"again"))["seq"] == len(stored) + 1

    with running_relay(tmp_path / "data", MAX_DATABASE_PAGES="300") as relay:
        run(fill)
    with running_relay(tmp_path / "data") as relay:
        run(recover)


def test_a_slow_reader_is_cut_off_and_the_others_read_everything(tmp_path: Path) -> None:
    async def test() -> None:
        async with connected(relay.url) as host, connected(relay.url) as good:
            made = await host.create(ADMISSION)
            await good.join(made["code"], ADMISSION)
            slow = toolkit.Peer(
                toolkit.socketio.AsyncClient(serializer="msgpack", reconnection=False),
                ED25519.generate(system_random),
            )
            await slow.client.connect(relay.url, transports=["websocket"], auth={"v": 1})
            await slow.join(made["code"], ADMISSION)
            transport = slow.client.eio.ws._response.connection.transport
            transport.pause_reading()
            total = 120
            for number in range(total):
                assert (await host.send(made["room"], 2, bytes([number]) * 120_000))["ok"]
            bodies = [c["body"] for _, c in await until(good, total + 1)][1:]
            assert bodies == [bytes([number]) * 120_000 for number in range(total)]
            transport.resume_reading()
            while slow.client.connected:
                await asyncio.sleep(0.01)

    with running_relay(tmp_path / "data", QUEUE_BYTES="300000") as relay:
        run(test)


def test_a_second_relay_on_the_same_port_says_so_in_one_line(relay: Any, tmp_path: Path) -> None:
    port = relay.url.rpartition(":")[2]
    command = [sys.executable, "-m", "roomkey.relay", "--port", port, "--data", str(tmp_path)]
    ended = toolkit.subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1
    assert "in use" in ended.stderr


def test_the_log_names_nobody_and_the_database_holds_no_code(relay: Any) -> None:
    async def test() -> None:
        async with connected(relay.url) as host:
            made = await host.create(ADMISSION)
            await host.client.call("room.send", {"room": made["room"], "message": "secret"})
            text = relay.log.read_text()
            for secret in (made["code"], made["room"].hex(), host.leaf.hex(), "127.0.0.1"):
                assert secret not in text
            for stored in (relay.log.parent / "data").glob("relay.sqlite3*"):
                assert made["code"].encode() not in stored.read_bytes()

    run(test)
    with sqlite3.connect(relay.log.parent / "data" / "relay.sqlite3") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
