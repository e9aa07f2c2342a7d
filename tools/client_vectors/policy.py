"""A room's rules, and who may change them."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from client_vectors.values import (
    HOST,
    HOST_SEED,
    ROOM_ID,
    SECOND,
    SECOND_SEED,
    STRANGER,
    STRANGER_SEED,
    Vector,
    fixed,
)
from roomkey.client.room_policy import RoomPolicy
from roomkey.crypto.signature import ED25519
from roomkey.errors import PolicyViolation
from roomkey.keys.root import derive_secrets
from roomkey.keys.sealed_name import seal_title


def rules(**changes: Any) -> RoomPolicy:
    secrets = derive_secrets(hashlib.sha256(b"root").digest())
    title = seal_title(secrets, ROOM_ID, "Garden", fixed(hashlib.sha256(b"title").digest()))
    first = RoomPolicy(
        0, "shared", 604_800, 100, False, (HOST,), 0, secrets.admission_public_key, title
    )
    return replace(first, **changes)


def policy_fields(policy: RoomPolicy) -> Vector:
    return {
        "revision": policy.revision,
        "history": policy.history,
        "retention": policy.retention,
        "max_members": policy.max_members,
        "locked": policy.locked,
        "hosts": [host.hex() for host in policy.hosts],
        "key_id": policy.key_id,
        "admission": policy.admission.hex(),
        "sealed_title": policy.sealed_title.hex(),
        "signer": policy.signer.hex(),
        "signature": policy.signature.hex(),
    }


def policy_vectors() -> list[Vector]:
    made = {
        "a new room": rules(),
        "a strict, locked room with two hosts": rules(
            revision=7, history="strict", locked=True, hosts=(HOST, SECOND), key_id=3
        ),
        "the largest numbers": rules(
            revision=2**32 - 1, retention=2**32 - 1, max_members=2**32 - 1, key_id=2**32 - 1
        ),
        "no title": rules(sealed_title=b""),
    }
    vectors: list[Vector] = []
    for what, policy in made.items():
        signed = policy.sign(HOST_SEED, ROOM_ID)
        vectors.append(
            {
                "what": what,
                "room_id": ROOM_ID.hex(),
                "private": HOST_SEED.hex(),
                **policy_fields(signed),
                "encoded": signed.encode().hex(),
                "result": "valid",
            }
        )
    whole = rules().sign(HOST_SEED, ROOM_ID).encode()
    hosts = b"\x21\x20" + HOST
    twice = b"\x40\x42" + 2 * (b"\x20" + HOST)
    broken = {
        "empty": b"",
        "another version": b"\x02" + whole[1:],
        "another history": whole[:5] + b"\x02" + whole[6:],
        "neither locked nor open": whole[:14] + b"\x02" + whole[15:],
        "no host": whole.replace(hosts, b"\x00"),
        "a host twice": whole.replace(hosts, twice),
        "a host of 31 bytes": whole.replace(hosts, b"\x20\x1f" + HOST[:31]),
        "33 hosts": rules(hosts=tuple(bytes((n,)) * 32 for n in range(33))).encode(),
        "an admission key of 31 bytes": rules(admission=bytes(31)).encode(),
        "a length that is not the shortest": whole.replace(hosts, b"\x40" + hosts),
        "cut off": whole[:-1],
        "a byte after the end": whole + b"\x00",
    }
    return vectors + [
        {"encoded": encoded.hex(), "result": "refused", "why": why}
        for why, encoded in broken.items()
    ]


def change_vectors() -> list[Vector]:
    """Rules after others, as a commit's next step and as what somebody who resyncs is shown."""
    before = rules(revision=4, hosts=(HOST, SECOND), key_id=2).sign(HOST_SEED, ROOM_ID)
    other = ED25519.public_key(hashlib.sha256(b"another admission").digest())

    def after(seed: bytes = HOST_SEED, **changes: Any) -> RoomPolicy:
        changed = {"revision": 5, "hosts": (HOST, SECOND), "key_id": 2, **changes}
        return rules(**changed).sign(seed, ROOM_ID)

    unsigned = replace(after(locked=True), signature=after().signature)
    cases = {
        "locked": after(locked=True),
        "made by another host": after(SECOND_SEED, retention=3600),
        "another host named": after(hosts=(HOST, SECOND, STRANGER)),
        "a host less": after(hosts=(SECOND,)),
        "a new room key": after(key_id=3, admission=other),
        "two revisions later": after(revision=6),
        "two room keys later": after(revision=6, key_id=4, admission=other),
        "the same revision": after(revision=4),
        "an older revision": after(revision=3),
        "made by a stranger": after(STRANGER_SEED, hosts=(HOST, STRANGER)),
        "signed for something else": unsigned,
        "signed for another room": rules(revision=5, hosts=(HOST, SECOND), key_id=2).sign(
            HOST_SEED, bytes(16)
        ),
        "another history": after(history="strict"),
        "another size": after(max_members=1000),
        "an older room key": after(key_id=1, admission=other),
        "another admission key under the same id": after(admission=other),
        "the same admission key under another id": after(key_id=3),
    }

    def outcome(check: Callable[[], None]) -> str:
        try:
            check()
        except PolicyViolation as error:
            return error.code
        return "valid"

    return [
        {
            "what": what,
            "room_id": ROOM_ID.hex(),
            "before": before.encode().hex(),
            "after": policy.encode().hex(),
            "in_a_commit": outcome(lambda policy=policy: policy.verify_next(ROOM_ID, before)),
            "in_a_resync": outcome(lambda policy=policy: policy.verify(ROOM_ID, before)),
        }
        for what, policy in cases.items()
    ]
