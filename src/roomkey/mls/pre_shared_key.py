"""Pre-shared keys: secrets from outside that are mixed into an epoch (RFC 9420 §8.4)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from roomkey.crypto.suite import CipherSuite
from roomkey.errors import DecodeError

from .codec import Reader, opaque, uint8, uint16, uint64
from .labels import expand_with_label
from .rules import require


class PskType:
    """Whether a key comes from the application or from an epoch of some group."""

    EXTERNAL: Final = 1
    RESUMPTION: Final = 2


class ResumptionUsage:
    """What a resumption key is brought in for."""

    APPLICATION: Final = 1
    REINIT: Final = 2
    BRANCH: Final = 3


@dataclass(frozen=True, slots=True)
class PreSharedKeyId:
    """Names a key: `id` for an external one; usage, group and epoch for a resumption key."""

    type: int
    id: bytes = b""
    usage: int = 0
    group_id: bytes = b""
    epoch: int = 0
    nonce: bytes = b""

    @classmethod
    def external(cls, key_id: bytes, nonce: bytes) -> "PreSharedKeyId":
        """Name a key that the application holds; the nonce is fresh, of the hash's length."""
        return cls(PskType.EXTERNAL, id=key_id, nonce=nonce)

    @property
    def key_name(self) -> tuple[int, bytes, int, bytes, int]:
        """What names the key itself, without the nonce of one use."""
        return (self.type, self.id, self.usage, self.group_id, self.epoch)

    def encode(self) -> bytes:
        """Write `struct PreSharedKeyID`."""
        if self.type == PskType.EXTERNAL:
            name = opaque(self.id)
        else:
            name = uint8(self.usage) + opaque(self.group_id) + uint64(self.epoch)
        return uint8(self.type) + name + opaque(self.nonce)

    @classmethod
    def decode(cls, reader: Reader) -> "PreSharedKeyId":
        """Read `struct PreSharedKeyID`."""
        psk_type = reader.uint8()
        if psk_type == PskType.EXTERNAL:
            return cls(psk_type, id=reader.opaque(), nonce=reader.opaque())
        if psk_type != PskType.RESUMPTION:
            raise DecodeError("a pre-shared key is of an unknown type")
        usage = reader.uint8()
        if not ResumptionUsage.APPLICATION <= usage <= ResumptionUsage.BRANCH:
            raise DecodeError("a resumption key has an unknown usage")
        return cls(psk_type, b"", usage, reader.opaque(), reader.uint64(), reader.opaque())


def derive_psk_secret(suite: CipherSuite, keys: Sequence[tuple[PreSharedKeyId, bytes]]) -> bytes:
    """Combine pre-shared keys, in their order, into the epoch's psk_secret (§8.4)."""
    zero = bytes(suite.hash_length)
    secret = zero
    for index, (psk_id, key) in enumerate(keys):
        label = psk_id.encode() + uint16(index) + uint16(len(keys))
        extracted = suite.extract(zero, key)
        derived = expand_with_label(suite, extracted, b"derived psk", label, suite.hash_length)
        secret = suite.extract(derived, secret)
    return secret


def collect_psks(
    psk_ids: Sequence[PreSharedKeyId], find: Callable[[PreSharedKeyId], bytes | None]
) -> list[tuple[PreSharedKeyId, bytes]]:
    """Get the keys that are named; raises ValidationError if one is not known."""
    keys = []
    for psk_id in psk_ids:
        key = find(psk_id)
        require(key is not None, "psk-04")
        assert key is not None
        keys.append((psk_id, key))
    return keys
