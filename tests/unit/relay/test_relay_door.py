"""Who is let in to the relay's sockets, and whom a request is counted for."""

import contextlib
from typing import Any

import pytest

from roomkey.errors import ConnectionFull, TooManyConnections
from roomkey.relay.config import from_arguments
from roomkey.relay.connections import Connections
from roomkey.relay.handshake import Handshake
from roomkey.relay.limits import Limits
from roomkey.relay.proxies import Proxies
from roomkey.relay.session import MAX_ROOMS, Presence, Session

UPGRADE = {
    "PATH_INFO": "/socket.io/",
    "REQUEST_METHOD": "GET",
    "HTTP_HOST": "chat.example:8000",
    "HTTP_UPGRADE": "websocket",
    "HTTP_CONNECTION": "keep-alive, Upgrade",
    "HTTP_SEC_WEBSOCKET_VERSION": "13",
    "HTTP_SEC_WEBSOCKET_KEY": "dGhlIHNhbXBsZSBub25jZQ==",
    "REMOTE_ADDR": "192.0.2.7",
}


def knock(*, origins: tuple[str, ...] = (), proxies: tuple[str, ...] = (), **said: str) -> str:
    """Give the status that a handshake is answered with; 101 is the application's."""
    answers: list[str] = []

    def application(_environ: Any, start_response: Any) -> list[bytes]:
        start_response("101", [])
        return []

    door = Handshake(application, Proxies(proxies), Limits({}), Connections(9, 9), origins)
    environ = {**UPGRADE, **{name: text for name, text in said.items() if text}}
    for name, text in said.items():
        if not text:
            environ.pop(name, None)
    list(door(environ, lambda status, _headers: answers.append(status)))
    (answer,) = answers
    return answer.split()[0]


@pytest.mark.parametrize(
    "origin",
    ["", "http://chat.example:8000", "https://chat.example:8000", "http://CHAT.example:8000"],
)
def test_the_relays_own_page_and_clients_that_are_no_browsers_are_let_in(origin: str) -> None:
    assert knock(HTTP_ORIGIN=origin) == "101"


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "https://evil.example",
        "http://chat.example",
        "http://chat.example:80000",
        "http://chat.example:8000@evil.example",
        "http://evil.example@chat.example:8000",
        "http://evil.example/chat.example:8000",
        "http://chat.example:8000/",
        "file://chat.example:8000",
        "chat.example:8000",
        "http://",
        "http://chat.example:8000, http://evil.example",
    ],
)
def test_a_page_from_elsewhere_is_refused(origin: str) -> None:
    assert knock(HTTP_ORIGIN=origin) == "403"


def test_a_default_port_may_be_left_out() -> None:
    assert knock(HTTP_ORIGIN="https://chat.example", HTTP_HOST="chat.example:443") == "101"
    assert knock(HTTP_ORIGIN="http://chat.example", HTTP_HOST="chat.example:443") == "403"


@pytest.mark.parametrize("host", ["", "chat.example:8000/", "evil.example#chat.example:8000"])
def test_a_host_that_is_none_opens_the_door_to_no_page(host: str) -> None:
    assert knock(HTTP_ORIGIN="http://chat.example:8000", HTTP_HOST=host) == "403"
    assert knock(HTTP_ORIGIN="http://" + host, HTTP_HOST=host) == "403"


def test_pages_of_further_origins_come_in_if_the_operator_names_them() -> None:
    named = ("https://other.example",)
    assert knock(HTTP_ORIGIN="https://other.example", origins=named) == "101"
    assert knock(HTTP_ORIGIN="http://other.example", origins=named) == "403"


def test_behind_a_proxy_that_speaks_tls_a_page_without_it_is_refused() -> None:
    said = {"HTTP_X_FORWARDED_PROTO": "https", "proxies": ("192.0.2.7",)}
    assert knock(HTTP_ORIGIN="https://chat.example:8000", **said) == "101"
    assert knock(HTTP_ORIGIN="http://chat.example:8000", **said) == "403"


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"REQUEST_METHOD": "POST"}, "405"),
        ({"HTTP_UPGRADE": ""}, "426"),
        ({"HTTP_UPGRADE": "h2c"}, "426"),
        ({"HTTP_SEC_WEBSOCKET_VERSION": "8"}, "426"),
        ({"HTTP_SEC_WEBSOCKET_KEY": ""}, "426"),
        ({"HTTP_SEC_WEBSOCKET_KEY": "c2hvcnQ="}, "426"),
        ({"HTTP_SEC_WEBSOCKET_KEY": "not base64 at all!!!"}, "426"),
        ({"HTTP_SEC_WEBSOCKET_KEY": "\xe7" * 24}, "426"),
        ({"HTTP_CONNECTION": "keep-alive"}, "426"),
        ({"PATH_INFO": "/healthz", "REQUEST_METHOD": "POST"}, "101"),
    ],
)
def test_what_is_no_handshake_does_not_reach_the_sockets(said: Any, status: str) -> None:
    assert knock(**said) == status


@pytest.mark.parametrize(
    ("rates", "most", "status"),
    [
        ({"connect_address": "1/day"}, 9, "429 Too Many Requests"),
        ({}, 0, "503 Service Unavailable"),
    ],
)
def test_who_knocks_too_often_or_at_a_full_relay_is_told_to_come_later(
    rates: dict[str, str], most: int, status: str
) -> None:
    answers: list[tuple[str, dict[str, str]]] = []

    def application(_environ: Any, start_response: Any) -> list[bytes]:
        start_response("101", [])
        return []

    door = Handshake(application, Proxies(()), Limits(rates), Connections(9, most), ())
    for _ in range(2):
        list(door(dict(UPGRADE), lambda status, headers: answers.append((status, dict(headers)))))
    assert answers[-1][0] == status
    assert answers[-1][1]["Retry-After"] == "60"


def test_connections_are_bounded_in_all_and_for_each_address() -> None:
    connections = Connections(most=3, most_per_address=2)
    with contextlib.ExitStack() as opened:
        for _ in range(2):
            opened.enter_context(connections.one_from("a"))
        with pytest.raises(TooManyConnections):
            opened.enter_context(connections.one_from("a"))
        opened.enter_context(connections.one_from("b"))
        with pytest.raises(TooManyConnections):
            opened.enter_context(connections.one_from("c"))
    with connections.one_from("a"):
        pass


def test_a_connection_is_in_a_bounded_number_of_rooms() -> None:
    session, presence = Session("sid", "address"), Presence()
    for number in range(MAX_ROOMS):
        session.require_space(bytes([number]))
        presence.enter(session, bytes([number]), b"leaf")
    session.require_space(bytes([0]))
    with pytest.raises(ConnectionFull):
        session.require_space(b"one more")
    presence.drop_member(bytes([0]), b"leaf")
    session.require_space(b"one more")


@pytest.mark.parametrize(
    ("nearest", "forwarded", "counted"),
    [
        ("192.0.2.7", "", "192.0.2.7"),
        ("192.0.2.7", "198.51.100.1", "192.0.2.7"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "203.0.113.9, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, nonsense", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("::ffff:192.0.2.7", "", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        ("::ffff:10.0.0.1", "2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("", "198.51.100.1", ""),
    ],
)
def test_a_request_is_counted_for_the_last_address_that_is_no_trusted_proxy(
    nearest: str, forwarded: str, counted: str
) -> None:
    environ = {"REMOTE_ADDR": nearest, "HTTP_X_FORWARDED_FOR": forwarded}
    assert Proxies(["10.0.0.0/8"]).address(environ) == counted


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("TRUSTED_PROXIES", "nowhere"),
        ("ORIGINS", "chat.example"),
        ("ORIGINS", "https://chat.example/page"),
        ("MAX_CONNECTIONS", "0"),
        ("MAX_ROOMS", "many"),
        ("RATE_SEND_MEMBER", "often"),
        ("RATE_SEND_MEMBRE", "1/hour"),
    ],
)
def test_a_setting_that_cannot_be_read_is_named_and_nothing_starts(
    name: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        from_arguments([], {f"ROOMKEY_{name}": text})
    assert ended.value.code == 2
    assert f"ROOMKEY_{name}: " in capsys.readouterr().err
