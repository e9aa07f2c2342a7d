"""The labels and sizes of docs/protocol/keys.md, and how its numbers are written."""

from typing import Final

ROOM_ID_LENGTH: Final = 16
SECRET_LENGTH: Final = 32

SEALED_NAME: Final = b"roomkey v1 sealed name"
SEALED_TITLE: Final = b"roomkey v1 sealed title"
EPOCH_HISTORY: Final = b"roomkey v1 epoch history"
KEY_CHAIN: Final = b"roomkey v1 key chain"
NEW_ROOT: Final = b"roomkey v1 new room key"
SIGNAL: Final = b"roomkey v1 signal"
ARCHIVE: Final = b"roomkey v1 archive"
ARCHIVE_SIGNATURE: Final = b"roomkey v1 archive signature"
PSK: Final = b"roomkey v1 psk"
SAFETY_CODE: Final = b"roomkey v1 safety code"


def u32(number: int) -> bytes:
    """Return `number` as four bytes, big-endian."""
    return number.to_bytes(4, "big")


def u64(number: int) -> bytes:
    """Return `number` as eight bytes, big-endian."""
    return number.to_bytes(8, "big")
