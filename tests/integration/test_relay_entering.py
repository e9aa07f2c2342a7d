"""Coming into a room, or not: what each refusal says, and to whom."""

from collections.abc import Iterator
from typing import Any

import pytest
from relay_toolkit import ADMISSION, connected, run, running_relay
from socketio.exceptions import ConnectionError as Refused

from roomkey.crypto import oprf
from roomkey.crypto.randomness import system_random
from roomkey.crypto.signature import ED25519
from roomkey.wire.transcripts import admission_transcript, resume_transcript

CREATION = {
    "request": bytes(16),
    "admission": ADMISSION[1],
    "group_info": b"g",
    "suite": 1,
    "retention": 3600,
    "max_members": 2,
}


@pytest.fixture(scope="module")
def relay(either_database: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with running_relay(tmp_path_factory.mktemp("relay") / "data") as process:
        yield process


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
            signed = admission_transcript(drawn["room"], drawn["nonce"], guest.leaf)
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
                signed = resume_transcript(drawn["room"], drawn["nonce"], guest.leaf)
                proof = ED25519.sign(guest.secret, signed)
                fields = {"code": code, "leaf": guest.leaf, "signature": proof}
                answer = await guest.ask("room.create", **{**CREATION, **fields})
                assert answer == {"ok": False, "code": "not_admitted"}
            drawn = await host.ask("room.open", code=made["code"])
            signed = resume_transcript(drawn["room"], drawn["nonce"], host.leaf)
            proof = ED25519.sign(host.secret, signed)
            fields = {"code": made["code"], "leaf": host.leaf, "signature": proof}
            again = await host.ask("room.create", **{**CREATION, **fields, "request": request})
            assert again == {"ok": True, "seq": 0, "time": made["time"]}

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
