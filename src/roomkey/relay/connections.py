"""How many WebSockets are open, in all and from each address."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from roomkey.errors import TooManyConnections


class Connections:
    """Counts open connections; whoever would be one too many is refused."""

    def __init__(self, most: int, most_per_address: int) -> None:
        self._most = most
        self._most_per_address = most_per_address
        self._open: Counter[str] = Counter()

    @contextmanager
    def one_from(self, address: str) -> Iterator[None]:
        """Count a connection until the block ends; raises TooManyConnections."""
        if self._open.total() >= self._most or self._open[address] >= self._most_per_address:
            raise TooManyConnections
        self._open[address] += 1
        try:
            yield
        finally:
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]
