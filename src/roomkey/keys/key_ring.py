"""The room keys a member knows: the current one whole, of older ones what reads the past."""

from collections.abc import Iterable, Mapping

from roomkey.errors import DecryptionFailed
from roomkey.keys.history import PastKeys, open_key_chain
from roomkey.keys.root import RoomSecrets


class KeyRing:
    """`current` is the newest room key that this member was given; key ids count from 0."""

    def __init__(self, current: RoomSecrets, past: Iterable[PastKeys] = ()) -> None:
        self.current = current
        self._past = {keys.key_id: keys for keys in past}

    def __repr__(self) -> str:
        return f"KeyRing(key_id={self.current.key_id})"

    @property
    def past(self) -> list[PastKeys]:
        """What is kept of older room keys, the oldest first."""
        return [self._past[key_id] for key_id in sorted(self._past)]

    def find(self, key_id: int) -> PastKeys | None:
        """Give the keys that open names and history under a key id; None if they are unknown."""
        return self._reading if key_id == self.current.key_id else self._past.get(key_id)

    def turn(self, new: RoomSecrets) -> "KeyRing":
        """Return a ring whose current room key is `new`; the one before goes to the past."""
        known = [*self._past.values(), self._reading]
        return KeyRing(new, (keys for keys in known if keys.key_id < new.key_id))

    def follow_chain(self, room_id: bytes, links: Mapping[int, bytes]) -> "KeyRing":
        """Return a ring with the older keys that sealed `links`, by key id, lead to.

        A link that does not open leads nowhere; what is known already stays.
        """
        ring = KeyRing(self.current, self._past.values())
        for key_id in sorted(links, reverse=True):
            newer = ring.find(key_id)
            if newer is None or ring.find(key_id - 1) is not None:
                continue
            try:
                older = open_key_chain(newer.history, key_id, room_id, links[key_id])
            except DecryptionFailed:
                continue
            ring._past[older.key_id] = older
        return ring

    @property
    def _reading(self) -> PastKeys:
        current = self.current
        return PastKeys(current.key_id, current.names, current.history)
