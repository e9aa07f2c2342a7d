"""What somebody without the room key cannot do, from however many connections and addresses."""

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import msgpack  # type: ignore[import-untyped]
import pytest
from relay_toolkit import RelayProcess, running_relay
from stranger import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    TEXT,
    Ended,
    Stranger,
    a_stranger,
)

from roomkey.crypto.randomness import system_random
from roomkey.crypto.signature import ED25519
from roomkey.wire import room_code
from roomkey.wire.limits import MAX_FRAME_BYTES

IMPATIENT = (sys.executable, str(Path(__file__).with_name("impatient_relay.py")))
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RelayProcess]:
    """A relay as it is without any settings."""
    with running_relay(tmp_path_factory.mktemp("relay") / "data") as running:
        yield running


def a_key() -> tuple[bytes, bytes]:
    return ED25519.generate(system_random)


def a_room(url: str, address: str = "127.0.0.1") -> tuple[str, bytes, Any, Any]:
    """Make a room; give its code, id, admission key, and its host's leaf key."""
    admission, host = a_key(), a_key()
    with a_stranger(url, address) as creator:
        code, room = creator.enter().create(admission, host)
    return code, room, admission, host


def guesses(url: str, code: str, address: str, tries: int, **headers: str) -> int:
    """Try room keys, each on a new connection; give how many were looked at."""
    looked_at = 0
    for _ in range(tries):
        with a_stranger(url, address) as guesser:
            answer = guesser.enter(**headers).guess(code, a_key())
        assert answer["code"] in ("wrong_room_key", "rate_limited")
        looked_at += answer["code"] == "wrong_room_key"
    return looked_at


def rss(relay: RelayProcess) -> int:
    """Give the relay's memory in bytes."""
    status = Path(f"/proc/{relay.process.pid}/status").read_text()
    (line,) = [line for line in status.splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) * 1024


# guessing


def test_neither_reconnecting_nor_a_forged_address_gives_more_guesses(relay: RelayProcess) -> None:
    code, _, admission, host = a_room(relay.url)
    assert guesses(relay.url, code, "127.0.0.1", 23) == 20
    for number in range(3):
        forged = {"X_Forwarded_For": f"192.0.2.{number}", "Forwarded": f"for=192.0.2.{number}"}
        assert guesses(relay.url, code, "127.0.0.1", 1, **forged) == 0
    with a_stranger(relay.url) as there:
        assert there.enter().guess(code, admission)["code"] == "rate_limited"
        assert there.resume(code, host)["ok"]
        # a member on its own connection is asked for its own guesses only
        assert there.guess(code, admission)["ok"]
    with a_stranger(relay.url, "127.0.0.2") as elsewhere:
        assert elsewhere.enter().guess(code, admission)["ok"]


def test_a_room_is_guessed_at_no_faster_from_many_addresses(tmp_path: Path) -> None:
    with running_relay(
        tmp_path / "data", RATE_GUESS_ROOM="30/day", TRUSTED_PROXIES="127.0.0.1"
    ) as relay:
        code, _, admission, host = a_room(relay.url)
        looked_at = 0
        for number in range(9):
            # the last address is the proxy's word, what comes before it is anybody's
            said = f"198.51.100.{number}, 2001:db8:{number // 3}:{number}::1"
            looked_at += guesses(relay.url, code, "127.0.0.1", 9, X_Forwarded_For=said)
        assert looked_at == 30
        other, _, _, _ = a_room(relay.url)
        assert guesses(relay.url, other, "127.0.0.1", 9, X_Forwarded_For="2001:db8:0:5::2") == 9
        for number in range(20):
            said = f"2001:db8:7:{number:x}::1"
            looked_at += guesses(relay.url, other, "127.0.0.1", 1, X_Forwarded_For=said)
        assert looked_at == 50
        assert guesses(relay.url, other, "127.0.0.1", 1, X_Forwarded_For="2001:db8:7:ff::1") == 0
        with a_stranger(relay.url) as member:
            assert member.enter(X_Forwarded_For="203.0.113.1").resume(code, host)["ok"]
            assert member.guess(code, admission)["ok"]


def test_many_joins_fill_a_room_and_no_more_and_its_members_are_answered(
    relay: RelayProcess,
) -> None:
    admission, host = a_key(), a_key()
    with a_stranger(relay.url, "127.0.0.6") as member:
        code, room = member.enter().create(admission, host, max_members=5)
        outcomes = []
        for _ in range(40):
            with a_stranger(relay.url, "127.0.0.7") as joiner:
                admitted = joiner.enter().guess(code, admission)
                outcomes.append(joiner.join(admitted).get("code", "joined"))
            assert member.request("room.sync", room=room, after=0, limit=1)["ok"]
        assert outcomes == ["joined"] * 4 + ["room_full"] * 36
        sent = {"request": bytes(16), "room": room, "epoch": 4, "message": b"still here"}
        assert member.request("room.send", **sent)["seq"] == 5


# looking for rooms


def shape(answer: Any) -> Any:
    """Give an answer's form: its fields with the lengths of their values, and its code."""
    return {
        name: value if name in ("ok", "code") else (type(value).__name__, len(value))
        for name, value in answer.items()
    }


def test_every_request_of_an_outsider_is_answered_alike_whether_or_not_there_is_a_room(
    relay: RelayProcess,
) -> None:
    code, room, _, _ = a_room(relay.url, "127.0.0.3")
    known: dict[str, Any] = {"code": code, "room": room}
    unknown: dict[str, Any] = {"code": room_code.generate(system_random), "room": os.urandom(16)}
    blinded = ED25519.generate(system_random)[1]
    message = {"request": bytes(16), "epoch": 0, "message": b"message"}
    requests: list[tuple[str, dict[str, Any]]] = [
        ("room.evaluate", {"blinded": blinded}),
        ("room.commit", {**message, "group_info": b"info"}),
        ("room.commit", {**message, "group_info": b"info", "joined": blinded}),
        ("room.send", message),
        ("room.sync", {"after": 0, "limit": 1}),
        ("room.history", {"before": 9, "limit": 1}),
        ("room.signal", {"body": b"signal"}),
        ("room.leave", {"request": bytes(16), "signature": bytes(64)}),
        ("room.close", {"request": bytes(16), "signature": bytes(64)}),
    ]
    seen = []
    for where in (known, unknown):
        with a_stranger(relay.url, "127.0.0.3") as asker:
            asker.enter()
            answers = [asker.request("room.open", code=where["code"])]
            answers += [asker.request(event, room=where["room"], **f) for event, f in requests]
            answers += [asker.guess(where["code"], a_key()), asker.resume(where["code"], a_key())]
            seen.append([shape(answer) for answer in answers])
    assert seen[0] == seen[1]
    assert seen[0][-1] == seen[0][-2] == {"ok": False, "code": "wrong_room_key"}


# bytes that no client sends


def test_frames_too_large_end_the_connection_before_they_are_read(relay: RelayProcess) -> None:
    before = rss(relay)
    for length in (MAX_FRAME_BYTES + 1, 2**40, 2**63 - 1):
        with a_stranger(relay.url) as giant:
            giant.enter().send_frame(BINARY, b"", length=length)
            assert giant.is_ended()
    with a_stranger(relay.url) as patient:
        patient.enter().send_frame(BINARY, bytes(MEGABYTE), first=0)
        with suppress(Ended):
            for _ in range(2 * MAX_FRAME_BYTES // MEGABYTE):
                patient.send_frame(CONTINUATION, bytes(MEGABYTE), first=0)
        assert patient.is_ended()
    assert rss(relay) - before < 6 * MAX_FRAME_BYTES


@pytest.mark.parametrize(
    ("opcode", "data", "first"),
    [
        (BINARY, b"compressed", 0xC0),
        (BINARY, b"", 0xF0),
        (CONTINUATION, b"of nothing", 0x80),
        (TEXT, b"4", 0x80),
        (TEXT, b"\xff\xfe", 0x80),
        (TEXT, b"0{}", 0x80),
        (3, b"no such frame", 0x80),
        (PING, bytes(126), 0x80),
        (PING, b"in parts", 0),
    ],
)
def test_frames_that_break_the_protocol_end_the_connection(
    relay: RelayProcess, opcode: int, data: bytes, first: int
) -> None:
    with a_stranger(relay.url, "127.0.0.4") as breaker:
        breaker.enter().send_frame(opcode, data, first=first)
        assert breaker.is_ended()


def test_no_compression_is_taken_up_however_it_is_offered(relay: RelayProcess) -> None:
    for offer in ("permessage-deflate", "permessage-deflate; client_max_window_bits, x-webkit"):
        with a_stranger(relay.url, "127.0.0.4") as packer:
            head = packer.shake_hands(Sec_WebSocket_Extensions=offer).lower()
            assert head.startswith(b"http/1.1 101")
            assert b"sec-websocket-extensions" not in head


def test_packets_that_claim_to_be_large_are_answered_as_malformed(relay: RelayProcess) -> None:
    claims = (b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff", b"\xc6\xff\xff\xff\xff")
    before = rss(relay)
    with a_stranger(relay.url, "127.0.0.4") as liar:
        liar.enter()
        for claim in (*claims, b"\x91" * 900_000, b"\x81" * 900_000):
            liar.send_frame(BINARY, claim)
            request = {"type": 2, "nsp": "/", "id": 7, "data": ["room.open", {"code": 9}]}
            liar.send_frame(BINARY, msgpack.packb(request))
            while liar.read_frame()[0] != BINARY:
                pass
        assert liar.request("room.open", code="0000000000")["ok"]
    assert rss(relay) - before < 40 * MEGABYTE


def test_another_sites_page_gets_no_socket_and_a_page_without_one_neither(
    relay: RelayProcess,
) -> None:
    with a_stranger(relay.url, "127.0.0.4") as page:
        assert page.shake_hands(Origin="https://evil.example").startswith(b"HTTP/1.1 403 ")
    for path in ("/socket.io/?EIO=4&transport=polling", "/socket.io/?EIO=4&transport=websocket"):
        with a_stranger(relay.url, "127.0.0.4") as poller:
            assert poller.ask("GET", path).startswith(b"HTTP/1.1 426 ")


# holding on, and asking too much


def test_a_request_with_a_body_is_answered_without_waiting_for_it(relay: RelayProcess) -> None:
    for said in ({"Content_Length": str(10**10)}, {"Transfer_Encoding": "chunked"}):
        with a_stranger(relay.url, "127.0.0.4") as slow:
            assert slow.ask("POST", "/socket.io/", **said).startswith(b"HTTP/1.1 405 ")
            assert slow.is_ended()


def test_who_flooded_the_relay_is_cut_off_and_others_are_answered(tmp_path: Path) -> None:
    with running_relay(tmp_path / "data", RATE_EVENT_ADDRESS="500/minute") as relay:
        with a_stranger(relay.url) as flooder, a_stranger(relay.url, "127.0.0.2") as other:
            flooder.enter()
            other.enter()
            packet = {"type": 2, "nsp": "/", "data": ["room.nonsense", {}]}
            encoded = msgpack.packb(packet)
            with suppress(Ended):
                for _ in range(20_000):
                    flooder.send_frame(BINARY, encoded)
            assert flooder.is_ended()
            assert other.request("room.open", code="0000000000")["ok"]
        with a_stranger(relay.url) as again:
            assert again.shake_hands().startswith(b"HTTP/1.1 101 ")
            again.send_packet(type=0, nsp="/", data={"v": 1})
            while (frame := again.read_frame())[0] != BINARY:
                pass
            assert msgpack.unpackb(frame[1])["type"] == 4


def test_handshakes_of_one_address_are_bounded_in_number_and_in_rate(tmp_path: Path) -> None:
    bounds = {"MAX_CONNECTIONS_ADDRESS": "3", "RATE_CONNECT_ADDRESS": "5/hour"}
    with running_relay(tmp_path / "data", **bounds) as relay, ExitStack() as opened:
        heads = []
        for _ in range(4):
            stranger = opened.enter_context(a_stranger(relay.url))
            heads.append(stranger.shake_hands()[:12])
        assert heads == [b"HTTP/1.1 101"] * 3 + [b"HTTP/1.1 503"]
        with a_stranger(relay.url) as fifth, a_stranger(relay.url) as sixth:
            assert fifth.shake_hands().startswith(b"HTTP/1.1 503 ")
            assert sixth.shake_hands().startswith(b"HTTP/1.1 429 ")
        with a_stranger(relay.url, "127.0.0.2") as other:
            assert other.enter().request("room.open", code="0000000000")["ok"]


def test_silent_sockets_are_few_and_do_not_live_long(tmp_path: Path) -> None:
    bounds = {"MAX_CONNECTIONS_ADDRESS": "4"}
    with (
        running_relay(tmp_path / "data", command=IMPATIENT, **bounds) as relay,
        ExitStack() as opened,
    ):
        silent = [opened.enter_context(a_stranger(relay.url)) for _ in range(8)]
        for number, stranger in enumerate(silent):
            stranger.write(b"GET / HTTP/1.1\r\nHost: relay\r\nX: "[: 5 * number])
        with a_stranger(relay.url) as one_too_many:
            assert one_too_many.is_ended()
        with a_stranger(relay.url, "127.0.0.2") as other:
            other.enter()
        for stranger in silent:
            assert stranger.is_ended()
        with a_stranger(relay.url) as later:
            later.enter()


def test_who_answers_no_ping_is_let_go(tmp_path: Path) -> None:
    with (
        running_relay(tmp_path / "data", command=IMPATIENT) as relay,
        a_stranger(relay.url) as gone,
        a_stranger(relay.url, "127.0.0.2") as there,
    ):
        gone.enter()
        there.enter()
        for _ in range(4):
            while there.read_frame() != (TEXT, b"2"):
                pass
            there.send_frame(TEXT, b"3")
        # it has said nothing for four pings, while the other is still there
        assert gone.is_ended()
        assert there.request("room.open", code="0000000000")["ok"]


def test_who_says_goodbye_is_answered_and_let_go_before_it_hangs_up(relay: RelayProcess) -> None:
    with a_stranger(relay.url, "127.0.0.8") as leaving:
        leaving.enter().send_frame(CLOSE, b"\x03\xe8")
        opcode, data = leaving.read_frame()
        while opcode != CLOSE:
            opcode, data = leaving.read_frame()
        assert data == b"\x03\xe8"
        # the relay pings every 25 seconds, and would find out then
        leaving.socket.settimeout(20)
        assert leaving.is_ended()


def test_a_connection_without_a_hello_holds_nothing(relay: RelayProcess) -> None:
    with a_stranger(relay.url, "127.0.0.4") as rude:
        rude.shake_hands()
        rude.send_packet(type=2, nsp="/", id=1, data=["room.reserve", {}])
        rude.send_packet(type=0, nsp="/admin", data={"v": 1})
        rude.send_packet(type=0, nsp="/", data={"v": 1})
        while True:
            opcode, data = rude.read_frame()
            if opcode == BINARY and msgpack.unpackb(data)["type"] == 0:
                break
            assert opcode == TEXT or msgpack.unpackb(data)["type"] != 3
        assert rude.request("room.open", code="0000000000")["ok"]


def test_a_reset_in_the_middle_of_a_frame_leaves_nothing_behind(relay: RelayProcess) -> None:
    before = rss(relay)
    for _ in range(30):
        stranger = Stranger(relay.url, "127.0.0.5")
        stranger.enter().send_frame(BINARY, bytes(MEGABYTE), length=10 * MEGABYTE)
        stranger.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        stranger.close()
    with a_stranger(relay.url, "127.0.0.5") as other:
        assert other.enter().request("room.open", code="0000000000")["ok"]
    assert rss(relay) - before < 20 * MEGABYTE
