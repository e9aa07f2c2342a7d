"""The relay's events over Socket.IO: requests in, answers and pushes out."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Flask
from flask_socketio import SocketIO
from socketio.exceptions import ConnectionRefusedError as Refused

from roomkey.errors import (
    MalformedRequest,
    RateLimited,
    RelayFault,
    RequestError,
    UnknownEvent,
    UnsupportedVersion,
)
from roomkey.wire.limits import MAX_FRAME_BYTES, PROTOCOL_VERSION

from .fields import Fields
from .handshake import ADDRESS_KEY
from .limits import Limits
from .logs import logger
from .packets import MALFORMED, CheckedPacket, encode_event
from .session import Presence, Session
from .websocket import ENVIRON_KEY, Opened, WebSocketTransport

Handler = Callable[[Session, Fields], dict[str, Any]]


class Sockets:
    """The connections of one relay; `handlers` names what answers each event."""

    def __init__(self, app: Flask, queue_bytes: int, limits: Limits, presence: Presence) -> None:
        self.handlers: dict[str, Handler] = {}
        self._limits = limits
        self._presence = presence
        self._sessions: dict[str, Session] = {}
        self._websockets: dict[str, Any] = {}
        self._engine_ids: dict[str, str] = {}
        socketio = SocketIO(
            app,
            async_mode="gevent",
            serializer=CheckedPacket,
            transports=["websocket"],
            async_handlers=False,
            manage_session=False,
            max_http_buffer_size=MAX_FRAME_BYTES,
            # The handshake is checked before it comes here (handshake.py).
            cors_allowed_origins=[],
            cookie=None,
        )
        # Events go straight to the server beneath: a Flask context for each halves the rate.
        self._server = socketio.server
        engine = self._server.eio
        self._opened = Opened()
        transport = partial(WebSocketTransport, queue_bytes, self._opened)
        engine._async = {**engine._async, "websocket": transport}
        self._server.on("connect", self._connect)
        self._server.on("disconnect", self._disconnect)
        self._server.on("*", self._answer)

    def push(self, event: str, room: bytes, content: dict[str, Any], but: str | None) -> None:
        """Send an event to all connections of a room's members but one."""
        others = [other for other in self._presence.connections(room) if other.sid != but]
        if others:
            packet = encode_event(event, content)
            for other in others:
                engine_id = self._engine_ids.get(other.sid)
                if engine_id is not None:
                    self._server._send_eio_packet(engine_id, packet)

    def close(self) -> None:
        """End all connections, once what was asked on them is answered."""
        self._opened.leave()

    @property
    def connections(self) -> int:
        """How many connections there are."""
        return len(self._sessions)

    def _connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        version = auth.get("v") if isinstance(auth, dict) else None
        if type(version) is not int or version != PROTOCOL_VERSION:
            raise Refused(UnsupportedVersion.code)
        session = Session(sid, environ[ADDRESS_KEY])
        try:
            self._limits.event(session)
        except RateLimited as error:
            raise Refused(error.code) from error
        self._sessions[sid] = session
        self._websockets[sid] = environ.get(ENVIRON_KEY)
        self._engine_ids[sid] = self._server.manager.eio_sid_from_sid(sid, "/")

    def _disconnect(self, sid: str, _reason: object = None) -> None:
        self._websockets.pop(sid, None)
        self._engine_ids.pop(sid, None)
        session = self._sessions.pop(sid, None)
        if session is not None:
            self._presence.forget(session)

    def _count(self, session: Session) -> None:
        try:
            self._limits.event(session)
        except RateLimited:
            # Answering a flood would cost as much as what it asks for.
            websocket = self._websockets.get(session.sid)
            if websocket is not None:
                websocket.abort()
            raise

    def _answer(self, event: str, sid: str, request: Any = None) -> dict[str, Any]:
        session = self._sessions.get(sid)
        try:
            if session is None:
                raise MalformedRequest
            self._count(session)
            if event == MALFORMED:
                raise MalformedRequest
            handler = self.handlers.get(event)
            if handler is None:
                raise UnknownEvent
            answer = handler(session, Fields(request))
            if sid not in self._sessions:
                # It went away while it waited for the disk, and may have entered a room since.
                self._presence.forget(session)
            return {"ok": True, **answer}
        except RequestError as error:
            return {"ok": False, "code": error.code, **error.answer}
        except Exception as error:
            logger().error(
                "relay_fault",
                request=event if event in self.handlers else "",
                fault=type(error).__name__,
            )
            return {"ok": False, "code": RelayFault.code}
