"""From what people type to the room's root, with the relay's half."""

import hashlib

from key_vectors.values import ROOM_ID, Vector, fixed
from roomkey.crypto import oprf
from roomkey.keys.client_exchange import blind
from roomkey.keys.room_key import normalize_room_key
from roomkey.keys.root import derive_root, derive_secrets

ROOM_KEY = "correct horse battery staple"


def oprf_key() -> bytes:
    return oprf.derive_key_pair(hashlib.sha256(b"server").digest(), ROOM_ID)[0]


def room_key_vectors() -> list[Vector]:
    accepted = (
        ROOM_KEY,
        "  trimmed both ends\u3000\n",
        "Ｆｕｌｌｗｉｄｔｈ",
        "Case Is KEPT",
        "u\u0308bermut tut gut",
        "x" * 512,
    )
    refused = {
        "": "too short",
        "seven 7": "too short",
        "       \t ": "too short",
        "x" * 513: "too long",
        "bell\x07 inside": "control character",
        "tab\tinside": "control character",
    }
    return [
        {"typed": typed, "normalized": normalize_room_key(typed), "result": "valid"}
        for typed in accepted
    ] + [{"typed": typed, "result": "refused", "why": why} for typed, why in refused.items()]


def root_vectors() -> list[Vector]:
    vectors: list[Vector] = []
    key = oprf_key()
    for typed in (ROOM_KEY, " Ｆｕｌｌｗｉｄｔｈ "):
        scalar = hashlib.shake_256(b"blind").digest(64)
        exchange, blinded = blind(typed, ROOM_ID, fixed(scalar))
        evaluated = oprf.evaluate(key, blinded)
        output = oprf.finalize(exchange._blinding, evaluated)
        root = derive_root(output, ROOM_ID)
        secrets = derive_secrets(root)
        vectors.append(
            {
                "typed": typed,
                "room_id": ROOM_ID.hex(),
                "blind_uniform": scalar.hex(),
                "blinded": blinded.hex(),
                "oprf_key": key.hex(),
                "evaluated": evaluated.hex(),
                "oprf_output": output.hex(),
                "root": root.hex(),
                "admission": secrets.admission.hex(),
                "admission_public": secrets.admission_public_key.hex(),
                "psk": secrets.psk.hex(),
                "names": secrets.names.hex(),
                "history": secrets.history.hex(),
                "result": "valid",
            }
        )
    broken = {
        "00" * 32: "the identity",
        "ff" * 32: "not canonical",
        "01" + "00" * 31: "not an element",
        vectors[0]["evaluated"][:-2]: "too short",
        "": "empty",
    }
    base = {name: vectors[0][name] for name in ("typed", "room_id", "blind_uniform")}
    vectors += [
        {**base, "evaluated": evaluated, "result": "refused", "why": why}
        for evaluated, why in broken.items()
    ]
    return vectors
