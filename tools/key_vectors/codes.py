"""Names of PSKs, and safety codes."""

import hashlib

from key_vectors.values import Vector
from roomkey.keys import safety_code
from roomkey.keys.root import psk_id


def other_vectors() -> list[Vector]:
    vectors: list[Vector] = [
        {"kind": "psk_id", "key_id": number, "psk_id": psk_id(number).hex(), "result": "valid"}
        for number in (0, 1, 2**32 - 1)
    ]
    for length in (32, 64):
        authenticator = hashlib.shake_256(b"authenticator").digest(length)
        code = safety_code.safety_code(authenticator)
        vectors.append(
            {
                "kind": "safety_code",
                "epoch_authenticator": authenticator.hex(),
                "digits": list(code.digits),
                "words": list(code.words),
                "result": "valid",
            }
        )
    short: Vector = {
        "epoch_authenticator": "00" * 31,
        "result": "refused",
        "why": "too short",
    }
    return [*vectors, {"kind": "safety_code", **short}]
