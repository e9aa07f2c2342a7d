"""The new root of a changed room key, sealed for those who stay in the group.

The key comes from the exporter of the epoch that the change begins: whom the change removes cannot
compute it, and who was not told can still follow the group.
"""

from roomkey.crypto.randomness import Random, system_random
from roomkey.errors import DecryptionFailed, InvalidKey
from roomkey.keys import labels
from roomkey.keys.labels import SECRET_LENGTH, u32
from roomkey.keys.sealing import open_sealed, seal


def seal_new_root(
    exported: bytes, key_id: int, room_id: bytes, root: bytes, random: Random = system_random
) -> bytes:
    """Seal a 32-byte root under the new epoch's 32-byte exported secret; 80 bytes.

    `key_id` is the new room key's. Raises `InvalidKey` for the lengths.
    """
    if len(root) != SECRET_LENGTH:
        raise InvalidKey("length of root")
    return seal(exported, labels.NEW_ROOT, (room_id, u32(key_id)), root, random)


def open_new_root(exported: bytes, key_id: int, room_id: bytes, sealed: bytes) -> bytes:
    """Return the 32-byte root, or raise `DecryptionFailed`.

    Whether it is the right one, its admission public key shows (docs/protocol/group.md).
    """
    root = open_sealed(exported, labels.NEW_ROOT, (room_id, u32(key_id)), sealed)
    if len(root) != SECRET_LENGTH:
        raise DecryptionFailed("length of root")
    return root
