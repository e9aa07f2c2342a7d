"""A connection that a test can have lose answers, or strip what the relay hands out."""

from collections.abc import Callable, Mapping
from typing import Any

from roomkey.client.transport import Map, SocketTransport
from roomkey.errors import RelayUnreachable

Strip = Callable[[Map], None]


class Meddling(SocketTransport):
    """`lose` names events whose next answer is lost; `strip` changes each envelope."""

    def __init__(self, url: str, lose: list[str] | None = None, strip: Strip | None = None) -> None:
        super().__init__(url)
        self._lose = [] if lose is None else lose
        self._strip = strip

    async def request(self, event: str, fields: Mapping[str, Any]) -> Map:
        answer = await super().request(event, fields)
        if event in self._lose:
            self._lose.remove(event)
            await self._socket.disconnect()
            raise RelayUnreachable
        if self._strip is not None:
            for envelope in answer.get("envelopes", ()):
                self._strip(envelope)
        return answer

    async def _pushed(self, event: str, fields: Any = None, *rest: Any) -> None:
        if self._strip is not None and event == "room.envelope":
            self._strip(fields)
        await super()._pushed(event, fields, *rest)
