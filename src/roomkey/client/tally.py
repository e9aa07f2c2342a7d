"""How many messages each member has sent, so that one that the relay leaves out is missed."""

from collections.abc import Iterable, Mapping
from typing import Final

from roomkey.mls.codec import Reader, decode_all, uint32

MAX_SENT: Final = 2**32 - 1


def encode_sent(sent: int) -> bytes:
    """Write a sender's count, the `authenticated_data` of its message; it ends at 2^32 - 1."""
    return uint32(min(sent, MAX_SENT))


def decode_sent(data: bytes) -> int:
    """Read a sender's count; raises DecodeError."""
    return decode_all(Reader.uint32, data)


class Tally:
    """How many messages of each sender this member knows of, by leaf key.

    Of who was there before it came in it knows that from the first message on that it reads.
    """

    def __init__(self, counts: Mapping[bytes, int] | None = None) -> None:
        self.counts = dict(counts or {})

    def take(self, leaf: bytes, sent: int) -> bool:
        """Count a message that its sender sent `sent` before; returns whether some are missing."""
        known = self.counts.get(leaf, sent)
        # a sender that came back with an old copy of its state counts on from there
        self.counts[leaf] = max(known, sent) + 1
        return sent > known

    def follow(self, before: Iterable[bytes], after: Iterable[bytes]) -> "Tally":
        """Go on in a group that this member followed into: who is new has sent nothing."""
        old, new = set(before), set(after)
        kept = {leaf: count for leaf, count in self.counts.items() if leaf in new}
        return Tally(kept | dict.fromkeys(new - old, 0))
