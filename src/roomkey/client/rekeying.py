"""A change of the room key: what travels beside its commit, and what those who stay make of it."""

from dataclasses import dataclass

from roomkey.errors import CryptoError
from roomkey.keys.history import seal_key_chain
from roomkey.keys.labels import NEW_ROOT, SECRET_LENGTH, u32
from roomkey.keys.new_root import open_new_root, seal_new_root
from roomkey.keys.root import RoomSecrets, derive_secrets
from roomkey.mls import Group

from .policy import room_policy_of
from .room_policy import RoomPolicy
from .transport import Map


@dataclass(frozen=True, slots=True, repr=False)
class NewRoomKey:
    """A room key that is to become the room's: its root, and the keys that follow from it."""

    root: bytes
    secrets: RoomSecrets

    @classmethod
    def of(cls, root: bytes, key_id: int) -> "NewRoomKey":
        """Derive the keys of a 32-byte root under a key id."""
        return cls(root, derive_secrets(root, key_id))


def make_rekey(new: NewRoomKey, old: RoomSecrets, group: Group) -> Map:
    """Make what the relay stores with the commit that leads to `group`, under the new room key."""
    secrets, room_id = new.secrets, group.group_id
    exported = _export(group, secrets.key_id)
    return {
        "key_id": secrets.key_id,
        "admission": secrets.admission_public_key,
        "chain": seal_key_chain(secrets, old, room_id),
        "root": seal_new_root(exported, secrets.key_id, room_id, new.root),
    }


def receive_root(group: Group, sealed: bytes | None) -> RoomSecrets | None:
    """Open the new root that came with the commit that led to `group`; None if it is not right."""
    rules = room_policy_of(group)
    if sealed is None:
        return None
    try:
        exported = _export(group, rules.key_id)
        root = open_new_root(exported, rules.key_id, group.group_id, sealed)
        secrets = derive_secrets(root, rules.key_id)
    except CryptoError:
        return None
    return secrets if fits(secrets, rules) else None


def fits(secrets: RoomSecrets, rules: RoomPolicy) -> bool:
    """Say whether these are the keys of the room key that the rules name."""
    current = (secrets.key_id, secrets.admission_public_key)
    return current == (rules.key_id, rules.admission)


def _export(group: Group, key_id: int) -> bytes:
    return group.export_secret(NEW_ROOT, u32(key_id), SECRET_LENGTH)
