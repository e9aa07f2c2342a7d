"""Names and titles as they are sealed."""

import hashlib

from key_vectors.values import LEAF_KEY, ROOM_ID, Vector, fixed, secrets_of, stream
from roomkey.keys import labels, sealed_name
from roomkey.keys.sealing import seal


def name_vectors() -> list[Vector]:
    secrets = secrets_of(b"root", 7)
    vectors: list[Vector] = []
    base = {"names": secrets.names.hex(), "key_id": 7, "room_id": ROOM_ID.hex()}
    for number, name in enumerate(("Ada", "", "Zoë 🦔", "n" * 62, "n" * 63, "n" * 256)):
        salt = hashlib.sha256(bytes((number,))).digest()
        sealed = sealed_name.seal_name(secrets, ROOM_ID, LEAF_KEY, name, fixed(salt))
        vectors.append(
            {
                **base,
                "kind": "name",
                "leaf_key": LEAF_KEY.hex(),
                "text": name,
                "salt": salt.hex(),
                "sealed": sealed.hex(),
                "result": "valid",
            }
        )
    salt = hashlib.sha256(b"title").digest()
    title = sealed_name.seal_title(secrets, ROOM_ID, "Garden", fixed(salt))
    vectors.append(
        {
            **base,
            "kind": "title",
            "text": "Garden",
            "salt": salt.hex(),
            "sealed": title.hex(),
            "result": "valid",
        }
    )
    first = {name: vectors[0][name] for name in (*base, "kind", "leaf_key", "sealed")}
    sealed = bytes.fromhex(first["sealed"])
    context = (ROOM_ID, labels.u32(7), LEAF_KEY)

    def sealed_plaintext(plaintext: bytes) -> str:
        label = labels.SEALED_NAME
        return seal(secrets.names, label, context, plaintext, stream("form")).hex()

    broken: dict[str, Vector] = {
        "another leaf": {"leaf_key": "00" * 32},
        "another room": {"room_id": "ff" * 16},
        "another key id": {"key_id": 8},
        "another names key": {"names": "00" * 32},
        "changed ciphertext": {"sealed": (sealed[:-1] + bytes((sealed[-1] ^ 1,))).hex()},
        "changed salt": {"sealed": (bytes((sealed[0] ^ 1,)) + sealed[1:]).hex()},
        "too short": {"sealed": sealed[:47].hex()},
        "a title is no name": {"sealed": title.hex()},
        "padding is not zero": {"sealed": sealed_plaintext(b"\x00\x01A" + bytes(60) + b"\x01")},
        "a block too much": {"sealed": sealed_plaintext(b"\x00\x01A" + bytes(125))},
        "longer than its block": {"sealed": sealed_plaintext(b"\x00\xffA" + bytes(61))},
        "not UTF-8": {"sealed": sealed_plaintext(b"\x00\x01\xff" + bytes(61))},
        "longer than 256 bytes": {"sealed": sealed_plaintext(b"\x01\x01" + b"n" * 257 + bytes(61))},
    }
    vectors += [
        {**first, **change, "result": "refused", "why": why} for why, change in broken.items()
    ]
    return vectors
