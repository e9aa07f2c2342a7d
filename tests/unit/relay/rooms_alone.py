"""A relay's rooms with nothing around them, and the request that makes one."""

from pathlib import Path
from typing import Any

from roomkey.crypto.randomness import system_random
from roomkey.crypto.signature import ED25519
from roomkey.relay.config import RelayConfig
from roomkey.relay.fields import Fields
from roomkey.relay.journal import Journal
from roomkey.relay.limits import Limits
from roomkey.relay.rooms import Rooms
from roomkey.relay.seed import Seed
from roomkey.relay.session import Presence
from roomkey.relay.store import Store
from roomkey.wire.transcripts import resume_transcript


class RoomsAlone:
    """Rooms and their database; the clock stands still until it is set."""

    def __init__(self, folder: Path, store: type[Store] = Store) -> None:
        self.now = 0
        self.store = store(f"sqlite:///{folder / 'relay.sqlite3'}")
        self.journal = Journal(self.store)
        self.presence, self.seed = Presence(), Seed(bytes(32))
        self.rooms = Rooms(
            RelayConfig(folder), self.store, self.journal, self.seed, Limits({}), self.presence,
            lambda: self.now, system_random, lambda *_: None,
        )  # fmt: skip

    def close(self) -> None:
        self.journal.close()
        self.store.close()


def creation(opened: dict[str, Any], code: str) -> Fields:
    """Make the fields of `room.create` for a code, by somebody new with the nonce `opened` has."""
    secret, leaf = ED25519.generate(system_random)
    signed = resume_transcript(opened["room"], opened["nonce"], leaf)
    return Fields(
        {
            "request": system_random(16),
            "code": code,
            "admission": leaf,
            "leaf": leaf,
            "signature": ED25519.sign(secret, signed),
            "group_info": b"group info",
            "suite": 1,
            "retention": 3600,
            "max_members": 9,
        }
    )
