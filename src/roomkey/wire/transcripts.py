"""The bytes that proofs sign, laid out once for the client that signs and the relay that verifies.

A transcript is a label and its fields, each behind its length as four bytes, big-endian. The label
differs for each purpose, so a signature made for one never fits another.
"""

ADMISSION_LABEL = b"roomkey v1 admission"
RESUME_LABEL = b"roomkey v1 resume"
LEAVE_LABEL = b"roomkey v1 leave"
CLOSE_LABEL = b"roomkey v1 close"
CLAIM_LABEL = b"roomkey v1 directory claim"
CERTIFICATE_LABEL = b"roomkey v1 directory certificate"
CONTACT_LEAF_LABEL = b"roomkey v1 directory leaf"


def transcript(label: bytes, *fields: bytes) -> bytes:
    """Return the transcript of `label` and `fields`, which no other label or fields encode to."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in (label, *fields))


def admission_transcript(room_id: bytes, nonce: bytes, leaf_key: bytes) -> bytes:
    """Return what the admission key signs to let `leaf_key` in, after the relay's `nonce`.

    `room_id` has 16 bytes, `nonce` 32; `leaf_key` is the leaf's signature public key.
    """
    return transcript(ADMISSION_LABEL, room_id, nonce, leaf_key)


def resume_transcript(room_id: bytes, nonce: bytes, leaf_key: bytes) -> bytes:
    """Return what a leaf key signs to come back to its room, after the relay's `nonce`.

    `room_id` has 16 bytes, `nonce` 32; `leaf_key` is the leaf's signature public key.
    """
    return transcript(RESUME_LABEL, room_id, nonce, leaf_key)


def leave_transcript(room_id: bytes, leaf_key: bytes) -> bytes:
    """Return what a leaf key signs to give up its place in a room for good.

    `room_id` has 16 bytes. It carries no nonce: once a leaf has left, the same request again
    changes nothing.
    """
    return transcript(LEAVE_LABEL, room_id, leaf_key)


def close_transcript(room_id: bytes, leaf_key: bytes) -> bytes:
    """Return what a host's leaf key signs to close a room for everybody, for good."""
    return transcript(CLOSE_LABEL, room_id, leaf_key)


def claim_transcript(nonce: bytes, handle: str, identity: bytes) -> bytes:
    """Return what an identity key signs to claim a handle, or prove its own, after a `nonce`.

    `nonce` has 32 bytes; `identity` is the Ed25519 public key that signs, 32 bytes.
    """
    return transcript(CLAIM_LABEL, nonce, handle.encode(), identity)


def certificate_transcript(handle: str, identity: bytes) -> bytes:
    """Return what the relay's directory key signs once a handle is bound to an identity key."""
    return transcript(CERTIFICATE_LABEL, handle.encode(), identity)


def contact_leaf_transcript(handle: str, leaf_key: bytes) -> bytes:
    """Return what an identity key signs to say that a leaf key is its own."""
    return transcript(CONTACT_LEAF_LABEL, handle.encode(), leaf_key)
