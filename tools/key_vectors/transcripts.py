"""What members sign for the relay."""

from key_vectors.values import LEAF_KEY, NONCE, ROOM_ID, Vector, secrets_of
from roomkey.keys import admission
from roomkey.wire import transcripts


def transcript_vectors() -> list[Vector]:
    secrets = secrets_of(b"root", 0)
    signature = admission.sign_admission(secrets, ROOM_ID, NONCE, LEAF_KEY)
    base = {
        "room_id": ROOM_ID.hex(),
        "nonce": NONCE.hex(),
        "leaf_key": LEAF_KEY.hex(),
    }
    signed = {**base, "public": secrets.admission_public_key.hex(), "kind": "admission"}
    other = bytes(reversed(NONCE)).hex()
    flipped = signature[:-1] + bytes((signature[-1] ^ 1,))
    return [
        {
            **signed,
            "transcript": transcripts.admission_transcript(ROOM_ID, NONCE, LEAF_KEY).hex(),
            "private": secrets.admission.hex(),
            "signature": signature.hex(),
            "result": "valid",
        },
        {**signed, "signature": flipped.hex(), "result": "refused", "why": "changed signature"},
        {**signed, "nonce": other, "signature": signature.hex(), "result": "refused",
         "why": "another nonce"},
        {**signed, "leaf_key": other, "signature": signature.hex(), "result": "refused",
         "why": "another leaf"},
        {**signed, "room_id": "ff" * 16, "signature": signature.hex(), "result": "refused",
         "why": "another room"},
        {**signed, "public": "01" + "00" * 31, "signature": "01" + "00" * 63, "result": "refused",
         "why": "public key of small order"},
        {**base, "kind": "resume", "result": "valid",
         "transcript": transcripts.resume_transcript(ROOM_ID, NONCE, LEAF_KEY).hex()},
        {**base, "kind": "leave", "result": "valid",
         "transcript": transcripts.leave_transcript(ROOM_ID, LEAF_KEY).hex()},
        {**base, "kind": "close", "result": "valid",
         "transcript": transcripts.close_transcript(ROOM_ID, LEAF_KEY).hex()},
    ]  # fmt: skip
