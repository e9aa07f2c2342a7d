"""Archive copies: what somebody who joins later reads messages from where history is shared.

Everybody with the room key can seal a copy, so the sender's own signature stands inside.
"""

from dataclasses import dataclass, field

from roomkey.crypto.randomness import Random, system_random
from roomkey.crypto.signature import ED25519
from roomkey.errors import DecryptionFailed
from roomkey.keys import labels
from roomkey.keys.labels import u32, u64
from roomkey.keys.sealing import open_sealed, seal
from roomkey.wire.transcripts import transcript

_FIELDS = 6


@dataclass(frozen=True, slots=True)
class ArchiveCopy:
    """One message as its sender archived it.

    `pseudonym` is the sender's credential, `signature_key` its leaf's Ed25519 public key (32
    bytes), `sealed_name` its display name as sealed under the room key `key_id`, `content` what
    the MLS message carried, `signature` the sender's (64 bytes).
    """

    pseudonym: bytes = field(repr=False)
    signature_key: bytes = field(repr=False)
    key_id: int
    sealed_name: bytes = field(repr=False)
    content: bytes = field(repr=False)
    signature: bytes = field(repr=False)


def archive_transcript(room_id: bytes, epoch: int, pseudonym: bytes, content: bytes) -> bytes:
    """Return what the sender of an archive copy signs."""
    return transcript(labels.ARCHIVE_SIGNATURE, room_id, u64(epoch), pseudonym, content)


def make_archive_copy(
    private: bytes,
    room_id: bytes,
    epoch: int,
    pseudonym: bytes,
    key_id: int,
    sealed_name: bytes,
    content: bytes,
) -> ArchiveCopy:
    """Return a copy signed with the leaf's Ed25519 key `private`, or raise `InvalidKey`."""
    return ArchiveCopy(
        pseudonym=pseudonym,
        signature_key=ED25519.public_key(private),
        key_id=key_id,
        sealed_name=sealed_name,
        content=content,
        signature=ED25519.sign(private, archive_transcript(room_id, epoch, pseudonym, content)),
    )


def seal_archive(
    epoch_secret: bytes,
    room_id: bytes,
    epoch: int,
    copy: ArchiveCopy,
    random: Random = system_random,
) -> bytes:
    """Seal a copy under the epoch's 32-byte history secret, for the relay to keep."""
    encoded = transcript(
        copy.pseudonym,
        copy.signature_key,
        u32(copy.key_id),
        copy.sealed_name,
        copy.content,
        copy.signature,
    )
    return seal(epoch_secret, labels.ARCHIVE, (room_id, u64(epoch)), encoded, random)


def open_archive(epoch_secret: bytes, room_id: bytes, epoch: int, sealed: bytes) -> ArchiveCopy:
    """Return a copy whose signature holds, or raise `DecryptionFailed` / `BadSignature`.

    That `signature_key` belonged to `pseudonym` is for the caller to check against the members it
    knows; the sealed name shows that the key's owner knew the room key.
    """
    encoded = open_sealed(epoch_secret, labels.ARCHIVE, (room_id, u64(epoch)), sealed)
    pseudonym, signature_key, key_id, sealed_name, content, signature = _split(encoded)
    if len(key_id) != 4:
        raise DecryptionFailed("form of archive copy")
    signed = archive_transcript(room_id, epoch, pseudonym, content)
    ED25519.verify(signature_key, signed, signature)
    return ArchiveCopy(
        pseudonym, signature_key, int.from_bytes(key_id, "big"), sealed_name, content, signature
    )


def _split(encoded: bytes) -> list[bytes]:
    fields: list[bytes] = []
    position = 0
    while position < len(encoded) and len(fields) < _FIELDS:
        start = position + 4
        end = start + int.from_bytes(encoded[position:start], "big")
        fields.append(encoded[start:end])
        position = end
    if len(fields) != _FIELDS or position != len(encoded):
        raise DecryptionFailed("form of archive copy")
    return fields
