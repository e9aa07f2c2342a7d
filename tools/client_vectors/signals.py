"""What members tell each other without its being kept."""

import hashlib

from client_vectors.values import HOST, HOST_SEED, ROOM_ID, SECOND, SECOND_SEED, Vector, fixed
from roomkey.client import signals
from roomkey.client.signals import Signal, SignalKind
from roomkey.crypto.signature import ED25519
from roomkey.keys import labels
from roomkey.keys.sealing import seal


def signal_vectors() -> list[Vector]:
    key, salt = hashlib.sha256(b"exported").digest(), hashlib.sha256(b"salt").digest()
    epoch, time = 41, 1_790_000_000_000
    base: Vector = {
        "room_id": ROOM_ID.hex(),
        "epoch": epoch,
        "leaf_key": HOST.hex(),
        "key": key.hex(),
    }
    vectors: list[Vector] = []
    for kind in SignalKind:
        body = signals.seal_signal(key, HOST_SEED, ROOM_ID, epoch, Signal(kind, time), fixed(salt))
        vectors.append(
            {
                **base,
                "private": HOST_SEED.hex(),
                "salt": salt.hex(),
                "kind": int(kind),
                "time": time,
                "body": body.hex(),
                "result": "valid",
            }
        )
    body = bytes.fromhex(vectors[0]["body"])
    context = (ROOM_ID, labels.u64(epoch), HOST)

    def sealed(plaintext: bytes) -> str:
        return (labels.u64(epoch) + seal(key, labels.SIGNAL, context, plaintext, fixed(salt))).hex()

    def signed(said: bytes, seed: bytes = HOST_SEED, in_epoch: int = epoch) -> bytes:
        return said + ED25519.sign(seed, signals._signed(ROOM_ID, in_epoch, HOST, said))

    said = b"\x01" + labels.u64(time)
    broken: dict[str, Vector] = {
        "another room": {"room_id": "ff" * 16},
        "another epoch": {"epoch": 42},
        "another leaf": {"leaf_key": SECOND.hex()},
        "another key": {"key": "00" * 32},
        "changed ciphertext": {"body": (body[:-1] + bytes((body[-1] ^ 1,))).hex()},
        "changed epoch": {"body": (labels.u64(42) + body[8:]).hex()},
        "too short": {"body": body[:-1].hex()},
        "too long": {"body": (body + b"\x00").hex()},
        "empty": {"body": ""},
        "kind 0": {"body": sealed(signed(b"\x00" + labels.u64(time)))},
        "kind 5": {"body": sealed(signed(b"\x05" + labels.u64(time)))},
        "signed by another member": {"body": sealed(signed(said, SECOND_SEED))},
        "signed for another epoch": {"body": sealed(signed(said, HOST_SEED, 42))},
        "a time that was not signed": {
            "body": sealed(b"\x01" + labels.u64(time + 1) + signed(said)[9:])
        },
    }
    return vectors + [
        {**base, "body": body.hex(), **change, "result": "refused", "why": why}
        for why, change in broken.items()
    ]
