"""The relay's end of a WebSocket: messages whole, answers in order, and an end to every one."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import gevent
import pytest
from gevent import socket
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.frames import CloseCode, Frame, Opcode
from websockets.protocol import OPEN, Protocol, Side

from roomkey.relay import websocket as driver
from roomkey.relay.websocket import (
    ENVIRON_KEY,
    SOCKET_KEY,
    Opened,
    WebSocket,
    WebSocketTransport,
)

QUEUE_BYTES = 1_000_000
# More than a connection on this machine takes while nobody reads.
LARGE = bytes(range(256)) * 4096
GOODBYE = int(CloseCode.NORMAL_CLOSURE).to_bytes(2, "big")


class Wire:
    """A connection: the relay's end, and a client of which the test says every frame."""

    def __init__(self, queue_bytes: int = 64 * QUEUE_BYTES) -> None:
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            listening.listen()
            self.client: Any = socket.create_connection(listening.getsockname())
            self.accepted: Any = listening.accept()[0]
        self.relay = WebSocket(self.accepted, queue_bytes)
        self._protocol = Protocol(Side.CLIENT, state=OPEN, max_size=None)

    def say(self, opcode: Opcode, data: bytes, *, fin: bool = True) -> None:
        self.client.sendall(Frame(opcode, data, fin).serialize(mask=True))

    def read(self) -> list[Frame]:
        """Give the frames that the relay sent until it hung up."""
        with suppress(ConnectionResetError):
            while data := self.client.recv(65536):
                self._protocol.receive_data(data)
        return [event for event in self._protocol.events_received() if isinstance(event, Frame)]

    def close(self) -> None:
        self.relay.abort()
        self.client.close()
        self.accepted.close()


@pytest.fixture
def wire() -> Iterator[Wire]:
    made = Wire()
    yield made
    made.close()


def bodies(frames: list[Frame]) -> list[bytes]:
    return [bytes(frame.data) for frame in frames]


@settings(max_examples=25)
@given(st.lists(st.lists(st.binary(max_size=300), min_size=1, max_size=4), max_size=5))
def test_a_message_is_whole_in_however_many_frames_it_came(messages: list[list[bytes]]) -> None:
    wire = Wire()
    for parts in messages:
        for place, part in enumerate(parts):
            opcode = Opcode.CONT if place else Opcode.BINARY
            wire.say(opcode, part, fin=place == len(parts) - 1)
            wire.say(Opcode.PING, b"between")
    taken = [wire.relay.wait() for _ in messages]
    wire.close()
    assert taken == [b"".join(parts) for parts in messages]


def test_a_ping_is_answered_and_is_no_message(wire: Wire) -> None:
    wire.say(Opcode.PING, b"are you there")
    wire.say(Opcode.PONG, b"nobody asked")
    wire.say(Opcode.BINARY, b"message")
    assert wire.relay.wait() == b"message"
    wire.relay.abort()
    (pong,) = wire.read()
    assert (pong.opcode, pong.data) == (Opcode.PONG, b"are you there")


@pytest.mark.parametrize("text", [b"1", b"3", b"6"])
def test_the_text_packets_of_engine_io_are_taken(wire: Wire, text: bytes) -> None:
    wire.say(Opcode.TEXT, text)
    assert wire.relay.wait() == text.decode()


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(Frame(Opcode.TEXT, b"4hello").serialize(mask=True), id="another text"),
        pytest.param(Frame(Opcode.TEXT, b"\xff").serialize(mask=True), id="no text"),
        pytest.param(Frame(Opcode.CONT, b"x").serialize(mask=True), id="the end of nothing"),
        pytest.param(Frame(Opcode.BINARY, b"x").serialize(mask=False), id="not masked"),
        pytest.param(b"\xc2\x81" + bytes(5), id="extended"),
        pytest.param(b"\x82\xff" + (2**62).to_bytes(8, "big") + bytes(4), id="too large"),
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", id="no frame"),
    ],
)
def test_what_no_client_of_ours_sends_ends_the_connection(wire: Wire, frame: bytes) -> None:
    wire.client.sendall(frame)
    assert wire.relay.wait() is None
    with pytest.raises(OSError, match="has ended"):
        wire.relay.send(b"more")


def test_a_connection_that_the_other_side_ended_gives_no_message(wire: Wire) -> None:
    wire.say(Opcode.BINARY, b"last words")
    wire.client.shutdown(socket.SHUT_WR)
    assert wire.relay.wait() == b"last words"
    assert wire.relay.wait() is None


def test_who_says_goodbye_is_answered_and_sent_nothing_more(wire: Wire) -> None:
    wire.say(Opcode.BINARY, b"last words")
    wire.say(Opcode.CLOSE, GOODBYE)
    wire.say(Opcode.BINARY, b"one thing more")
    assert wire.relay.wait() == b"last words"
    # the other side has not hung up, and is not waited for
    with gevent.Timeout(60):
        assert wire.relay.wait() is None
    with pytest.raises(OSError, match="has ended"):
        wire.relay.send(b"more")
    closing = gevent.spawn(wire.relay.close)
    (answer,) = wire.read()
    wire.client.close()
    closing.get()
    assert (answer.opcode, answer.data) == (Opcode.CLOSE, GOODBYE)


def send_much(wire: Wire) -> list[bytes]:
    """Have the relay send more than the client's side takes unread."""
    sent = [b"%d" % number + LARGE for number in range(6)]
    for message in sent:
        wire.relay.send(message)
    return sent


def test_who_says_goodbye_before_all_is_read_gets_it_all_and_the_answer_last(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "_CLOSING_SECONDS", 60)
    sent = send_much(wire)
    wire.say(Opcode.CLOSE, GOODBYE)
    with gevent.Timeout(60):
        assert wire.relay.wait() is None
    closing = gevent.spawn(wire.relay.close)
    *messages, answer = wire.read()
    wire.client.close()
    closing.get()
    assert bodies(messages) == sent
    assert (answer.opcode, answer.data) == (Opcode.CLOSE, GOODBYE)


class Talkative:
    """A socket from which there is always more to read at once."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._reads = 0

    def recv(self, _most: int) -> bytes:
        self._reads += 1
        assert self._reads < 1_000_000, "nobody else has had a turn"
        return b"and another thing"

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


@pytest.mark.parametrize("is_talking", [False, True], ids=["silent", "talking"])
def test_who_says_goodbye_and_never_hangs_up_is_waited_for_a_bounded_time(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, is_talking: bool
) -> None:
    monkeypatch.setattr(driver, "_CLOSING_SECONDS", 0.01)
    wire.say(Opcode.CLOSE, GOODBYE)
    with gevent.Timeout(60):
        assert wire.relay.wait() is None
    if is_talking:
        wire.relay._sock = Talkative(wire.accepted)
    with gevent.Timeout(60):
        wire.relay.close()
    (answer,) = wire.read()
    assert answer.opcode is Opcode.CLOSE


def test_what_the_network_does_not_take_yet_arrives_later_whole_and_in_order(wire: Wire) -> None:
    sent = [b"%d" % number + LARGE for number in range(12)]
    for message in sent[:-1]:
        wire.relay.send(message)
    wire.relay.send("6")
    wire.relay.send(sent[-1])
    reading = gevent.spawn(wire.read)
    while wire.relay._writer is not None:
        gevent.sleep(0.001)
    wire.relay.send(b"and once more at once")
    wire.relay.abort()
    assert bodies(reading.get()) == [*sent[:-1], b"6", sent[-1], b"and once more at once"]


def test_a_network_that_takes_nothing_at_all_is_waited_for(wire: Wire) -> None:
    frame = Frame(Opcode.BINARY, LARGE * 12).serialize(mask=False)
    taken = 0
    with suppress(BlockingIOError):
        while True:
            taken += wire.accepted.send(frame[taken:], 0, timeout=0.0)
    wire.relay._write(frame[taken:])
    wire.relay.send(b"behind it")
    reading = gevent.spawn(wire.read)
    while wire.relay._writer is not None:
        gevent.sleep(0.001)
    wire.relay.abort()
    assert bodies(reading.get()) == [LARGE * 12, b"behind it"]


def test_a_reader_for_whom_too_much_waits_is_cut_off(
    capsys: pytest.CaptureFixture[str],
) -> None:
    wire = Wire(QUEUE_BYTES)
    waiting = gevent.spawn(wire.relay.wait)
    gevent.sleep(0)

    def send_for_ever() -> None:
        while True:
            wire.relay.send(LARGE)

    with pytest.raises(OSError, match="too slow"):
        send_for_ever()
    assert waiting.get() is None
    with pytest.raises(OSError, match="has ended"):
        wire.relay.send(b"more")
    wire.close()
    said = capsys.readouterr()
    assert (said.out + said.err).count("slow_reader_cut_off") == 1


def test_a_reader_that_goes_away_while_something_waits_ends_the_connection(wire: Wire) -> None:
    for _ in range(12):
        wire.relay.send(LARGE)
    wire.client.close()
    while wire.relay._writer is not None:
        gevent.sleep(0.001)
    with pytest.raises(OSError, match="has ended"):
        wire.relay.send(b"more")
    assert wire.relay.wait() is None


def test_who_is_left_reads_what_had_come_and_no_more(wire: Wire) -> None:
    wire.say(Opcode.BINARY, b"one")
    wire.say(Opcode.BINARY, b"two")
    assert wire.relay.wait() == b"one"
    while not wire.relay._received:
        # both may have come in one piece, or not
        wire.relay._take(wire.relay._read())
    wire.relay.leave()
    wire.say(Opcode.BINARY, b"three")
    assert wire.relay.wait() == b"two"
    assert wire.relay.wait() is None


def test_who_waits_when_it_is_left_waits_no_longer(wire: Wire) -> None:
    waiting = gevent.spawn(wire.relay.wait)
    while wire.relay._reader is None:
        gevent.sleep(0)
    wire.relay.leave()
    assert waiting.get() is None


def test_who_is_left_gets_what_waits_and_is_told_to_come_again(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "_CLOSING_SECONDS", 60)
    sent = send_much(wire)
    wire.relay.leave()
    assert wire.relay.wait() is None
    closing = gevent.spawn(wire.relay.close)
    reading = gevent.spawn(wire.read)
    *messages, goodbye = reading.get()
    wire.client.close()
    closing.get()
    assert bodies(messages) == sent
    assert goodbye.opcode is Opcode.CLOSE
    assert bytes(goodbye.data) == int(CloseCode.SERVICE_RESTART).to_bytes(2, "big")


def test_what_nobody_reads_any_more_does_not_cost_the_last_answers(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "_CLOSING_SECONDS", 60)
    sent = send_much(wire)
    wire.relay.leave()
    wire.say(Opcode.BINARY, b"unread")
    assert wire.relay.wait() is None

    def end() -> None:
        wire.relay.close()
        # a socket with bytes that were not read is reset, and what it has not sent yet is lost
        wire.accepted.close()

    ending = gevent.spawn(end)
    *answers, goodbye = wire.read()
    wire.client.close()
    ending.get()
    assert bodies(answers) == sent
    assert goodbye.opcode is Opcode.CLOSE


def test_who_is_left_and_never_reads_holds_up_the_end_for_a_bounded_time(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "_CLOSING_SECONDS", 0.01)
    for _ in range(12):
        wire.relay.send(LARGE)
    wire.relay.leave()
    wire.relay.close()
    with pytest.raises(OSError, match="has ended"):
        wire.relay.send(b"more")


def test_an_end_that_comes_twice_is_one(wire: Wire) -> None:
    wire.client.close()
    for _ in range(2):
        wire.relay.abort()
        wire.relay.close()
    assert wire.relay.wait() is None


def test_all_that_are_open_are_left_together_and_who_comes_then_is_left_too() -> None:
    opened, wires = Opened(), [Wire(), Wire(), Wire()]

    def serve(wire: Wire) -> bytes | str | None:
        with opened.one(wire.relay):
            return wire.relay.wait()

    serving = [gevent.spawn(serve, wire) for wire in wires[:2]]
    while any(wire.relay._reader is None for wire in wires[:2]):
        gevent.sleep(0)
    opened.leave()
    assert [greenlet.get() for greenlet in serving] == [None, None]
    assert gevent.spawn(serve, wires[2]).get() is None
    for wire in wires:
        wire.close()


def test_who_does_not_end_in_time_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "_LEAVING_SECONDS", 0.01)
    opened, wire = Opened(), Wire()
    with opened.one(wire.relay):
        opened.leave()
        with pytest.raises(OSError, match="has ended"):
            wire.relay.send(b"an answer that comes too late")
    assert wire.read() == []
    wire.close()


class Upgrade:
    """What the server beneath does for an upgrade."""

    def __init__(self, wire: Wire, handler: Callable[[WebSocket], list[bytes]]) -> None:
        self.status = ""
        self.headers: dict[str, str] = {}
        # the key of RFC 6455, section 1.3
        self.environ = {
            "HTTP_SEC_WEBSOCKET_KEY": "dGhlIHNhbXBsZSBub25jZQ==",
            SOCKET_KEY: wire.accepted,
        }
        self._serve = WebSocketTransport(QUEUE_BYTES, Opened(), handler, None)

    def run(self) -> list[bytes]:
        return list(self._serve(self.environ, self._start))

    def _start(self, status: str, headers: list[tuple[str, str]]) -> Callable[[bytes], None]:
        self.status, self.headers = status, dict(headers)
        return lambda _written: None


def test_the_upgrade_is_accepted_as_in_the_specification_and_its_handler_can_end_it(
    wire: Wire,
) -> None:
    taken: list[Any] = []

    def handler(websocket: WebSocket) -> list[bytes]:
        taken.extend((websocket, websocket.wait()))
        websocket.send(b"answer")
        return []

    wire.say(Opcode.BINARY, b"question")
    upgrade = Upgrade(wire, handler)
    assert upgrade.run() == []
    assert upgrade.status.startswith("101 ")
    assert upgrade.headers["Sec-WebSocket-Accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    assert taken == [upgrade.environ[ENVIRON_KEY], b"question"]
    assert bodies(wire.read()) == [b"answer"]


def test_a_handler_that_fails_leaves_no_connection_open(wire: Wire) -> None:
    def handler(_websocket: WebSocket) -> list[bytes]:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        Upgrade(wire, handler).run()
    assert wire.read() == []
