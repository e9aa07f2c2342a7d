"""Proof to the relay that a joiner knows the room key."""

from roomkey.crypto.signature import ED25519
from roomkey.keys.root import RoomSecrets
from roomkey.wire.transcripts import admission_transcript


def sign_admission(secrets: RoomSecrets, room_id: bytes, nonce: bytes, leaf_key: bytes) -> bytes:
    """Return the 64-byte signature that admits `leaf_key`, for the relay's 32-byte `nonce`."""
    return ED25519.sign(secrets.admission, admission_transcript(room_id, nonce, leaf_key))


def verify_admission(
    admission_public_key: bytes, room_id: bytes, nonce: bytes, leaf_key: bytes, signature: bytes
) -> None:
    """Raise `BadSignature` unless `signature` admits `leaf_key`, as the relay checks it."""
    transcript = admission_transcript(room_id, nonce, leaf_key)
    ED25519.verify(admission_public_key, transcript, signature)
