"""The server around a relay: what it is refused with at its start, and sockets that misbehave."""

import resource
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import gevent
import pytest
from gevent import socket

from roomkey.errors import StorageFull
from roomkey.relay import serve
from roomkey.relay.app import Relay, create_app
from roomkey.relay.config import RelayConfig

HELLO = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
Application = Callable[[dict[str, Any], Any], list[bytes]]


def answer(_environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Length", "5")])
    return [b"hello"]


@dataclass
class Started:
    """A server of one application, in this process."""

    server: Any

    def connect(self) -> Any:
        return socket.create_connection(("127.0.0.1", self.server.server_port))

    def say(self, *requests: bytes) -> bytes:
        """Say something on a connection of its own, and read until the server hangs up."""
        with self.connect() as connection:
            for request in requests:
                connection.sendall(request)
            return read(connection)


def read(connection: Any, until: bytes = b"") -> bytes:
    """Read until something has come, or the server hangs up."""
    said = b""
    while not (until and until in said):
        try:
            part = connection.recv(65536)
        except ConnectionResetError:
            break
        if not part:
            break
        said += part
    return said


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Started]]:
    running: list[Any] = []

    def begin(application: Application = answer, **settings: Any) -> Started:
        config = RelayConfig(tmp_path, port=0, **settings)
        server = serve._Server(
            config, application, handler_class=serve._Handler, log=None, error_log=None
        )
        server.start()
        running.append(server)
        return Started(server)

    yield begin
    for server in running:
        server.stop(timeout=0)


def test_an_application_that_fails_is_answered_for_and_noted_without_its_text(
    start: Callable[..., Started], capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_environ: dict[str, Any], _start_response: Any) -> list[bytes]:
        raise LookupError("a text that may name a room")

    said = start(fail).say(HELLO)
    assert said.startswith(b"HTTP/1.1 500 ")
    assert b"content-security-policy: default-src 'none'" in said.lower()
    noted = capsys.readouterr()
    assert "web_fault" in noted.out + noted.err
    assert "LookupError" in noted.out + noted.err
    assert b"a text" not in said
    assert "a text" not in noted.out + noted.err


def test_requests_on_one_connection_are_answered_one_after_the_other(
    start: Callable[..., Started],
) -> None:
    last = HELLO.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    assert start().say(HELLO, HELLO, last).count(b"\r\n\r\nhello") == 3


@pytest.mark.parametrize(
    "body",
    [
        b"Content-Length: 64\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
)
def test_nobody_waits_for_a_body_and_none_is_taken_for_a_request(
    start: Callable[..., Started], body: bytes
) -> None:
    asked: list[str] = []

    def note(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        asked.append(environ["PATH_INFO"])
        assert environ["wsgi.input"].read() == b""
        return answer(environ, start_response)

    said = start(note).say(b"POST /asked HTTP/1.1\r\nHost: a\r\n" + body)
    assert said.count(b"hello") == 1
    assert asked == ["/asked"]


@pytest.mark.parametrize("version", [b"HTTP/1", b"HTTP/2.0", b"HTTP/1.1x"])
def test_another_version_of_http_is_refused_with_all_headers(
    start: Callable[..., Started], version: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    said = start().say(b"GET / " + version + b"\r\n\r\n")
    assert said.split()[1] == b"400"
    assert b"content-security-policy: default-src 'none'" in said.lower()
    noted = capsys.readouterr()
    assert "Traceback" not in noted.out + noted.err


def test_who_asks_for_nothing_in_time_is_let_go(
    start: Callable[..., Started], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "_REQUEST_SECONDS", 0.01)
    assert start().say(b"GET / HTTP/1.1\r\nHost:") == b""


def test_an_answer_may_take_longer_than_the_question(
    start: Callable[..., Started], monkeypatch: pytest.MonkeyPatch
) -> None:
    deadlines: list[Any] = []
    begin = gevent.Timeout.start_new

    def note(seconds: float) -> Any:
        deadlines.append(begin(seconds))
        return deadlines[-1]

    def look(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        assert not deadlines[-1].pending
        return answer(environ, start_response)

    monkeypatch.setattr(gevent.Timeout, "start_new", note)
    with start(look).connect() as connection:
        connection.sendall(HELLO)
        assert read(connection, b"hello").startswith(b"HTTP/1.1 200 ")
        assert deadlines


def test_a_time_limit_of_somebody_else_is_not_swallowed(start: Callable[..., Started]) -> None:
    server = start().server
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        with (
            socket.create_connection(listening.getsockname()),
            gevent.Timeout(0.01) as limit,
            pytest.raises(gevent.Timeout) as ended,
        ):
            server.handle(*listening.accept())
    assert ended.value is limit


def test_an_address_holds_a_bounded_number_of_sockets_open(start: Callable[..., Started]) -> None:
    server = start(max_connections_address=1)
    first, second = server.connect(), server.connect()
    for connection in (first, second):
        connection.sendall(HELLO)
        assert read(connection, b"hello")
    assert server.say(HELLO) == b""
    first.close()
    while not (said := server.say(HELLO.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))):
        gevent.sleep(0.001)
    assert said.endswith(b"hello")
    second.close()


def test_a_trusted_proxy_holds_as_many_as_it_needs(start: Callable[..., Started]) -> None:
    server = start(max_connections_address=1, trusted_proxies=("127.0.0.1",))
    opened = [server.connect() for _ in range(5)]
    for connection in opened:
        connection.sendall(HELLO)
        assert read(connection, b"hello")
        connection.close()


class Sweeps:
    """A relay's retention, as far as it goes well."""

    def __init__(self, *outcomes: int | Exception) -> None:
        self.retention = self
        self.outcomes = list(outcomes)

    def sweep(self) -> int:
        outcome = self.outcomes.pop(0) if self.outcomes else 0
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def test_a_sweep_that_fails_is_noted_and_the_next_one_comes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    sweeps = Sweeps(StorageFull(), LookupError("a text that may name a room"), 0, 7)
    sweeping = gevent.spawn(serve._sweep, cast(Relay, sweeps), 0)
    while sweeps.outcomes:
        gevent.sleep(0)
    sweeping.kill()
    noted = capsys.readouterr()
    text = noted.out + noted.err
    assert text.count("retention_failed") == 2
    assert "storage_full" in text
    assert "LookupError" in text
    assert "a text" not in text
    assert "envelopes=7" in text
    assert "envelopes=0" not in text


@pytest.mark.parametrize(
    ("limits", "wanted", "taken"),
    [
        ((1024, 4096), [(4096, 4096)], 4096 - 128),
        ((1024, resource.RLIM_INFINITY), [], 1024 - 128),
        ((64, 64), [(64, 64)], 1),
        ((64, resource.RLIM_INFINITY), [], 1),
    ],
)
def test_as_many_files_are_opened_as_the_system_lets_a_process_have(
    monkeypatch: pytest.MonkeyPatch,
    limits: tuple[int, int],
    wanted: list[tuple[int, int]],
    taken: int,
) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _which: limits)
    monkeypatch.setattr(resource, "setrlimit", lambda _which, both: asked.append(both))
    assert serve._raise_file_limit() == taken
    assert asked == wanted


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"database": "sqlite:////nowhere/at/all.sqlite3"}, "database cannot be used"),
        ({"redis": "unix:///nowhere/redis.sock"}, "cannot share SQLite"),
        ({"host": "192.0.2.1"}, "(192.0.2.1:0, "),
    ],
)
def test_a_relay_that_cannot_start_says_why_in_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    settings: dict[str, str],
    said: str,
) -> None:
    made: list[Any] = []

    def create(config: RelayConfig) -> Any:
        made.append(create_app(config))
        return made[-1]

    monkeypatch.setattr(serve, "configure", lambda: None)
    monkeypatch.setattr(serve, "create_app", create)
    monkeypatch.setattr(serve, "_raise_file_limit", lambda: 9)
    assert serve.run(RelayConfig(tmp_path, port=0, **cast(Any, settings))) == 1
    for app in made:
        app.extensions["relay"].close()
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("roomkey relay: ")
    assert said in line


def test_a_data_folder_that_is_none_is_said_with_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serve, "configure", lambda: None)
    (tmp_path / "file").write_bytes(b"")
    assert serve.run(RelayConfig(tmp_path / "file" / "data")) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "Not a directory" in line
    assert str(tmp_path / "file" / "data") in line
