"""Who is here and who is typing: one signal's bytes (docs/protocol/signals.md)."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from roomkey.crypto.randomness import Random, system_random
from roomkey.crypto.signature import ED25519
from roomkey.errors import DecodeError
from roomkey.keys import labels
from roomkey.keys.labels import SECRET_LENGTH, u64
from roomkey.keys.sealing import OVERHEAD, open_sealed, seal
from roomkey.mls import Group
from roomkey.wire.limits import SIGNATURE_BYTES
from roomkey.wire.transcripts import transcript

CLOCK_TOLERANCE_MS: Final = 300_000
_EPOCH_BYTES: Final = 8
_SIGNED_BYTES: Final = 9
SIGNAL_BYTES: Final = _EPOCH_BYTES + OVERHEAD + _SIGNED_BYTES + SIGNATURE_BYTES


class SignalKind(IntEnum):
    """What a signal says."""

    HERE = 1
    AWAY = 2
    TYPING = 3
    STOPPED_TYPING = 4


@dataclass(frozen=True, slots=True)
class Signal:
    """One signal; `time` is its sender's clock, milliseconds since 1970."""

    kind: SignalKind
    time: int


def signal_key(group: Group, leaf_key: bytes) -> bytes:
    """Derive the key of a sender's signals in a group's epoch, 32 bytes."""
    return group.export_secret(labels.SIGNAL, leaf_key, SECRET_LENGTH)


def seal_signal(
    key: bytes,
    private_key: bytes,
    room_id: bytes,
    epoch: int,
    signal: Signal,
    random: Random = system_random,
) -> bytes:
    """Sign a signal with a leaf's private key and seal it under its sender's key; 129 bytes."""
    leaf_key = ED25519.public_key(private_key)
    said = bytes((signal.kind,)) + u64(signal.time)
    signature = ED25519.sign(private_key, _signed(room_id, epoch, leaf_key, said))
    context = (room_id, u64(epoch), leaf_key)
    return u64(epoch) + seal(key, labels.SIGNAL, context, said + signature, random)


def open_signal(key: bytes, leaf_key: bytes, room_id: bytes, epoch: int, body: bytes) -> Signal:
    """Return a signal of the leaf with this key, or raise DecodeError or CryptoError.

    Whether it is new is for the caller to see.
    """
    if len(body) != SIGNAL_BYTES or body[:_EPOCH_BYTES] != u64(epoch):
        raise DecodeError("a signal of another form or epoch")
    context = (room_id, u64(epoch), leaf_key)
    plaintext = open_sealed(key, labels.SIGNAL, context, body[_EPOCH_BYTES:])
    said, signature = plaintext[:_SIGNED_BYTES], plaintext[_SIGNED_BYTES:]
    ED25519.verify(leaf_key, _signed(room_id, epoch, leaf_key, said), signature)
    try:
        return Signal(SignalKind(said[0]), int.from_bytes(said[1:], "big"))
    except ValueError as error:
        raise DecodeError("a signal of no known kind") from error


def _signed(room_id: bytes, epoch: int, leaf_key: bytes, said: bytes) -> bytes:
    return transcript(labels.SIGNAL, room_id, u64(epoch), leaf_key, said)


class SignalGate:
    """Lets each leaf's signals through once, in the order they were made."""

    def __init__(self) -> None:
        self._last: dict[bytes, int] = {}

    def admit(self, leaf_key: bytes, signal: Signal, now: int) -> None:
        """Raise DecodeError unless a signal is newer than the last; `now` is in milliseconds."""
        if abs(now - signal.time) > CLOCK_TOLERANCE_MS:
            raise DecodeError("a signal of another time")
        if signal.time <= self._last.get(leaf_key, -1):
            raise DecodeError("a signal that was heard before")
        self._last[leaf_key] = signal.time
