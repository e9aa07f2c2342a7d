"""Puts envelopes in the order of the log: what comes next, and whether something is missing."""

from dataclasses import dataclass
from typing import Any, Final

from roomkey.errors import RelayFault
from roomkey.wire.limits import KEY_BYTES, MAX_SEQ, MAX_TIME, REQUEST_ID_BYTES

KINDS: Final = frozenset(("commit", "message", "leave", "close"))


@dataclass(frozen=True, slots=True)
class Envelope:
    """One record of a room's log; `time` is the relay's clock, milliseconds since 1970."""

    seq: int
    time: int
    kind: str
    epoch: int
    leaf: bytes
    request: bytes
    body: bytes
    history: bytes | None = None
    root: bytes | None = None

    @classmethod
    def read(cls, fields: Any) -> "Envelope":
        """Read what the relay sent; raises RelayFault if it is no envelope."""
        try:
            envelope = cls(
                fields["seq"],
                fields["time"],
                fields["kind"],
                fields["epoch"],
                fields["leaf"],
                fields["request"],
                fields["body"],
                fields.get("history"),
                fields.get("root"),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise RelayFault("an envelope lacks a field") from error
        numbers = (envelope.seq, envelope.epoch)
        beside = [fields[name] for name in ("history", "root") if name in fields]
        blobs = (envelope.leaf, envelope.request, envelope.body, *beside)
        if (
            not all(type(number) is int and 0 <= number <= MAX_SEQ for number in numbers)
            or not (type(envelope.time) is int and 0 <= envelope.time <= MAX_TIME)
            or not all(type(blob) is bytes for blob in blobs)
            or type(envelope.kind) is not str
            or envelope.kind not in KINDS
            or len(envelope.leaf) != KEY_BYTES
            or len(envelope.request) != REQUEST_ID_BYTES
        ):
            raise RelayFault("an envelope has a field of another form")
        return envelope


class Inbox:
    """Envelopes that were pushed, and the cursor: the place of the last one that was taken."""

    def __init__(self, cursor: int) -> None:
        self.cursor = cursor
        self.head = cursor
        self._waiting: dict[int, Envelope] = {}

    def push(self, envelope: Envelope) -> None:
        """Keep an envelope that arrived, unless it was taken before."""
        self.head = max(self.head, envelope.seq)
        # a push is a hint: what lies far ahead is pulled, so that this stays small
        if self.cursor < envelope.seq <= self.cursor + 1024:
            self._waiting.setdefault(envelope.seq, envelope)

    def next(self) -> Envelope | None:
        """Get the envelope after the cursor, if it is here."""
        return self._waiting.get(self.cursor + 1)

    def take(self, envelope: Envelope) -> None:
        """Move the cursor over an envelope."""
        self.move(envelope.seq)

    def move(self, cursor: int) -> None:
        """Set the cursor, and forget what lies before it."""
        self.cursor = cursor
        self.head = max(self.head, cursor)
        self._waiting = {seq: item for seq, item in self._waiting.items() if seq > cursor}

    def reach(self, head: int) -> None:
        """Learn that the log goes on at least to `head`."""
        self.head = max(self.head, head)

    def forget(self) -> None:
        """Drop what was pushed, and what was said of the log's end: a connection starts."""
        self._waiting.clear()
        self.head = self.cursor

    @property
    def has_gap(self) -> bool:
        """Whether something is missing that only a pull brings."""
        return self.cursor < self.head and self.next() is None
