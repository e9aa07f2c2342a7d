"""What a relay takes from anybody: HTTP requests, frames, packets, events, and its own seed."""

import contextlib
from functools import cache
from pathlib import Path
from typing import Any

import gevent
import msgpack
from flask import Flask
from gevent import socket
from gevent.pywsgi import WSGIServer
from websockets.frames import Frame, Opcode

from roomkey.crypto.randomness import system_random
from roomkey.crypto.signature import ED25519
from roomkey.errors import RoomkeyError
from roomkey.relay.app import Relay, create_app
from roomkey.relay.config import RelayConfig
from roomkey.relay.handshake import parse_origin
from roomkey.relay.limits import DEFAULT_RATES
from roomkey.relay.packets import CheckedPacket
from roomkey.relay.proxies import Proxies
from roomkey.relay.seed import load_or_create
from roomkey.relay.serve import _Handler
from roomkey.relay.session import Session
from roomkey.relay.websocket import WebSocket
from roomkey.wire.transcripts import (
    admission_transcript,
    claim_transcript,
    close_transcript,
    leave_transcript,
    resume_transcript,
)

from .decoder import Decoder, Prepared, reading
from .room_world import folder

LEAF = ED25519.generate(system_random)
ADMISSION = ED25519.generate(system_random)
ID = bytes(16)


def _packet(*data: Any, kind: int = 2, **more: Any) -> bytes:
    packed: bytes = msgpack.packb({"type": kind, "data": list(data), "nsp": "/", **more})
    return packed


def _packets() -> list[bytes]:
    return [
        _packet("room.open", {"code": "7GQ2M-0XK4T"}, id=1),
        msgpack.packb({"type": 0, "data": {"v": 1}, "nsp": "/"}),
        msgpack.packb({"type": 1, "nsp": "/"}),
        _packet("connect", {}),
        _packet(1, kind=3),
    ]


def _checked(data: bytes) -> CheckedPacket:
    packet = CheckedPacket(encoded_packet=data)
    assert packet.namespace == "/"
    assert packet.packet_type in (0, 1, 2)
    return packet


@cache
def _app() -> tuple[Flask, Relay]:
    rates = dict.fromkeys(DEFAULT_RATES, "100000000/second")
    data = folder() / "relay"
    trusted = ("127.0.0.1",)
    config = RelayConfig(data, durability="normal", rates=rates, trusted_proxies=trusted)
    app = create_app(config, web=Path(__file__).parent)
    return app, app.extensions["relay"]


class _Asking:
    """A connection that has made a room, and asks for whatever the input says."""

    def __init__(self) -> None:
        self.relay = _app()[1]
        self.session = Session("sid", "192.0.2.1")
        self.relay.sockets._sessions["sid"] = self.session
        drawn = self.ask("room.reserve", {})
        self.code, self.room = drawn["code"], drawn["room"]
        self.create = self._create(drawn["nonce"])
        assert self.ask("room.create", self.create)["ok"]
        self.session.nonce, self.session.nonce_room = bytes(32), self.room
        self.member = dict(self.session.member)

    def ask(self, event: str, fields: Any) -> dict[str, Any]:
        answer: dict[str, Any] = gevent.spawn(
            self.relay.sockets._answer, event, "sid", fields
        ).get()
        return answer

    def _create(self, nonce: bytes) -> dict[str, Any]:
        signed = resume_transcript(self.room, nonce, LEAF[1])
        return {
            "request": ID,
            "code": self.code,
            "admission": ADMISSION[1],
            "leaf": LEAF[1],
            "signature": ED25519.sign(LEAF[0], signed),
            "group_info": b"group info",
            "suite": 1,
            "retention": 86400,
            "max_members": 100,
            "history": b"sealed",
        }

    def examples(self) -> dict[str, dict[str, Any]]:
        """Each event as a member sends it."""
        room, request = self.room, ID
        message = {"request": request, "room": room, "epoch": 0, "message": b"sealed"}
        rekey = {"key_id": 1, "admission": ADMISSION[1], "chain": b"c", "root": b"r"}
        beside = {"group_info": b"g", "history": b"h", "welcome": b"w", "joined": LEAF[1]}
        decree = {"removed": [bytes(32)], "hosts": [LEAF[1]], "rekey": rekey, "locked": False}
        transcripts = {
            "room.admit": (ADMISSION, admission_transcript(room, bytes(32), LEAF[1])),
            "room.resume": (LEAF, resume_transcript(room, bytes(32), LEAF[1])),
            "room.leave": (LEAF, leave_transcript(room, LEAF[1])),
            "room.close": (LEAF, close_transcript(room, LEAF[1])),
        }
        signed = {
            event: {
                "request": request,
                "room": room,
                "leaf": LEAF[1],
                "signature": ED25519.sign(key[0], said),
            }
            for event, (key, said) in transcripts.items()
        }
        return {
            "room.reserve": {},
            "room.open": {"code": self.code},
            "room.evaluate": {"room": room, "blinded": bytes(32)},
            "room.create": self.create,
            "room.commit": {**message, **beside, **decree},
            "room.send": {**message, "archive": b"archived"},
            "room.sync": {"room": room, "after": 0, "limit": 9},
            "room.history": {"room": room, "before": 9, "limit": 9},
            "room.signal": {"room": room, "body": bytes(129)},
            **self._directory(),
            **signed,
        }

    def _directory(self) -> dict[str, dict[str, Any]]:
        signed = claim_transcript(bytes(32), "adelaide", LEAF[1])
        mine = {"handle": "adelaide", "identity": LEAF[1], "request": ID}
        packages = {"packages": [b"package"], "expires": 4_000_000_000, "last_resort": True}
        return {
            "directory.open": {},
            "directory.claim": {**mine, "signature": ED25519.sign(LEAF[0], signed)},
            "directory.publish": {**mine, **packages},
            "directory.fetch": mine,
            "inbox.list": mine,
            "inbox.read": {**mine, "room": self.room},
            "inbox.remove": {**mine, "rooms": [self.room]},
        }

    def take(self, data: bytes) -> object:
        packet = _checked(data)
        if packet.packet_type != 2:
            return None
        self.session.member.update(self.member)
        self.session.nonce, self.session.nonce_room = bytes(32), self.room
        event, fields = packet.data
        if event.startswith("directory"):
            self.session.nonce_room = b""
        answer = self.ask(event, fields)
        assert answer.get("code") != "relay_fault", event
        msgpack.packb(answer)
        return answer


def _requests() -> Prepared:
    asking = _Asking()
    examples = asking.examples()
    assert set(examples) == set(asking.relay.sockets.handlers)
    packets = (_packet(event, fields, id=1) for event, fields in examples.items())
    return Prepared(asking.take, tuple(packets))


class _FedSocket:
    """A socket whose other end says the input and hangs up."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def setsockopt(self, *_: int) -> None:
        pass

    def shutdown(self, _how: int) -> None:
        pass

    def recv(self, most: int) -> bytes:
        given, self._data = self._data[:most], self._data[most:]
        return given

    def send(self, data: bytes, *_: object, **__: object) -> int:
        return len(data)


def _frames(data: bytes) -> object:
    websocket: Any = WebSocket(_FedSocket(data), 65536)
    return list(iter(websocket.wait, None))


def _frame_examples() -> list[bytes]:
    whole = Frame(Opcode.BINARY, _packets()[0]).serialize(mask=True)
    text = Frame(Opcode.TEXT, b"3").serialize(mask=True)
    first = Frame(Opcode.BINARY, b"one", fin=False).serialize(mask=True)
    last = Frame(Opcode.CONT, b"two").serialize(mask=True)
    ping = Frame(Opcode.PING, b"ping").serialize(mask=True)
    close = Frame(Opcode.CLOSE, b"\x03\xe8bye").serialize(mask=True)
    return [whole + text, first + ping + last, close, b"\x82\xff" + bytes(8) + whole]


def _http() -> Prepared:
    server = WSGIServer(
        ("127.0.0.1", 0),
        _app()[0].wsgi_app,
        handler_class=_Handler,
        log=None,
        error_log=None,
    )
    server.environ.update(SERVER_NAME="x", SERVER_PORT="80")

    def take(data: bytes) -> object:
        ours, theirs = socket.socketpair()
        ours.settimeout(5)
        try:
            ours.sendall(data[:60_000])
            ours.shutdown(socket.SHUT_WR)
            gevent.spawn(_Handler(theirs, ("127.0.0.1", 1), server).handle).get()
            theirs.close()
            answer = b""
            with contextlib.suppress(ConnectionResetError):
                while more := ours.recv(65536):
                    answer += more
        finally:
            ours.close()
            theirs.close()
        assert not answer.startswith(b"HTTP/1.1 500"), answer[:200]
        return answer

    return Prepared(take, tuple(_http_requests()))


def _http_requests() -> list[bytes]:
    lines = [
        "GET / HTTP/1.1",
        "GET /healthz HTTP/1.1",
        "HEAD /r/7GQ2M-0XK4T HTTP/1.0",
        'GET /decoder.py HTTP/1.1\r\nAccept-Encoding: gzip;q=0.5\r\nIf-None-Match: "a", W/"b"',
        "POST /version HTTP/1.1\r\nContent-Length: 3",
        "GET /../%2e%2e/%00?a=b#c HTTP/1.1\r\nRange: bytes=0-1,5-",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0",
        "GET /socket.io/?EIO=4&transport=polling HTTP/1.1",
    ]
    upgrade = (
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nOrigin: http://x\r\n"
        "X-Forwarded-For: 192.0.2.1, [2001:db8::1]:80\r\nX-Forwarded-Proto: https\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="
    )
    plain = [f"{line}\r\nHost: x\r\n\r\n".encode() for line in lines]
    return [*plain, f"{upgrade}\r\nHost: x\r\n\r\n".encode() + _frame_examples()[0]]


def _origin(data: bytes) -> object:
    with contextlib.suppress(ValueError):
        return parse_origin(data.decode("latin-1"))
    return None


def _origins() -> list[bytes]:
    return [b"https://chat.example:443", b"http://[::1]:80"]


def _addresses() -> list[bytes]:
    return [b"192.0.2.1, 10.0.0.1", b"[2001:db8::1]:80"]


def _forwarded(data: bytes) -> object:
    proxies = Proxies(("127.0.0.1", "10.0.0.0/8"))
    said = data.decode("latin-1")
    environ = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": said}
    return proxies.address({**environ, "HTTP_X_FORWARDED_PROTO": said})


def _seed() -> Prepared:
    place = folder() / "seed"
    place.mkdir()
    load_or_create(place)
    [path] = place.iterdir()
    example = path.read_bytes()

    def load(data: bytes) -> object:
        path.write_bytes(data)
        return load_or_create(place)

    return Prepared(load, (example,))


def decoders() -> list[Decoder]:
    """List them."""
    return [
        reading("packet", _checked, _packets),
        Decoder("request to the relay", _requests, ()),
        reading("websocket frames", _frames, _frame_examples),
        Decoder("http request", _http, ()),
        reading("origin", _origin, _origins),
        reading("forwarded address", _forwarded, _addresses),
        Decoder("relay seed", _seed, (RoomkeyError,)),
    ]
