"""Who somebody is in the directory, and the number that shows it (docs/protocol/directory.md)."""

import re
from dataclasses import dataclass
from typing import Final

from roomkey.crypto.hkdf import HKDF_SHA256
from roomkey.crypto.signature import ED25519
from roomkey.errors import BadSignature, CryptoError, DecodeError
from roomkey.mls.codec import Reader, opaque
from roomkey.wire.limits import HANDLE_FORM
from roomkey.wire.transcripts import certificate_transcript, contact_leaf_transcript, transcript

CONTACT_EXTENSION: Final = 0xF0A2
SAFETY_NUMBER_LABEL: Final = b"roomkey v1 safety number"
_GROUPS: Final = 6


def parse_handle(text: str) -> str:
    """Read a handle as people type it, with or without @; raises DecodeError."""
    handle = text.strip().removeprefix("@").lower()
    if not re.fullmatch(HANDLE_FORM, handle):
        raise DecodeError("a handle has 3 to 32 letters a to z, digits, and . _ - between them")
    return handle


@dataclass(frozen=True, slots=True)
class Contact:
    """A handle, its identity key, and why to believe both.

    `certificate` is the relay's word that they belong together, `signature` the identity's that a
    leaf key is its own.
    """

    handle: str
    identity: bytes
    certificate: bytes
    signature: bytes

    def encode(self) -> bytes:
        """Write `struct Contact`."""
        parts = (self.handle.encode(), self.identity, self.certificate, self.signature)
        return b"".join(map(opaque, parts))

    @classmethod
    def decode(cls, reader: Reader) -> "Contact":
        """Read `struct Contact`; raises DecodeError."""
        try:
            handle = reader.opaque().decode("ascii")
        except UnicodeDecodeError as error:
            raise DecodeError("a handle") from error
        if not re.fullmatch(HANDLE_FORM, handle):
            raise DecodeError("a handle")
        return cls(handle, reader.opaque(), reader.opaque(), reader.opaque())

    def verify(self, directory: bytes, leaf_key: bytes) -> None:
        """Raise BadSignature unless relay and identity have signed; `directory` is the relay's."""
        try:
            certified = certificate_transcript(self.handle, self.identity)
            ED25519.verify(directory, certified, self.certificate)
            signed = contact_leaf_transcript(self.handle, leaf_key)
            ED25519.verify(self.identity, signed, self.signature)
        except CryptoError as error:
            raise BadSignature("a contact that is not who it says") from error


def safety_number(handle: str, identity: bytes, other: str, other_identity: bytes) -> list[str]:
    """Return twelve groups of five digits, the same for both, whoever asks."""
    halves = sorted((_half(handle, identity), _half(other, other_identity)))
    return [group for half in halves for group in half]


def _half(handle: str, identity: bytes) -> list[str]:
    prk = HKDF_SHA256.extract(b"", transcript(handle.encode(), identity))
    material = HKDF_SHA256.expand(prk, SAFETY_NUMBER_LABEL, 8 * _GROUPS)
    numbers = (int.from_bytes(material[8 * at : 8 * at + 8], "big") for at in range(_GROUPS))
    return [f"{number % 100_000:05d}" for number in numbers]
