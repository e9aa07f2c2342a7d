"""A connection that is closed in the end unless a room keeps it."""

from collections.abc import Callable

from roomkey.errors import RelayUnreachable

from .transport import Transport


class Line:
    """For coming into one room; `async with` connects and closes it."""

    def __init__(self, make: Callable[[], Transport]) -> None:
        self._make = make
        self._transport: Transport | None = None

    @property
    def transport(self) -> Transport:
        """The connection; raises RelayUnreachable if there is none."""
        if self._transport is None:
            raise RelayUnreachable
        return self._transport

    async def renew(self) -> None:
        """Connect, in the place of a connection that was lost."""
        await self._close()
        transport = self._make()
        try:
            await transport.connect()
        except BaseException:
            await transport.close()
            raise
        self._transport = transport

    def keep(self) -> Transport:
        """Hand the connection over to a room, which closes it."""
        transport, self._transport = self.transport, None
        return transport

    async def __aenter__(self) -> "Line":
        await self.renew()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._close()

    async def _close(self) -> None:
        transport, self._transport = self._transport, None
        if transport is not None:
            await transport.close()
