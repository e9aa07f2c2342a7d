"""Write vectors/keys/*.json: known answers for docs/protocol/keys.md, failures included.

    python tools/make_key_vectors.py [directory]

Randomness is SHAKE-256 of a fixed seed, so the files come out the same each time.
"""

import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from roomkey.crypto import oprf
from roomkey.crypto.signature import ED25519
from roomkey.errors import RoomkeyError
from roomkey.keys import admission, archive, history, labels, new_root, safety_code, sealed_name
from roomkey.keys.client_exchange import blind
from roomkey.keys.room_key import normalize_room_key
from roomkey.keys.root import derive_root, derive_secrets, psk_id
from roomkey.keys.sealing import seal
from roomkey.wire import transcripts

ROOM_ID = bytes(range(16))
LEAF_SEED = hashlib.sha256(b"leaf").digest()
LEAF_KEY = ED25519.public_key(LEAF_SEED)
NONCE = hashlib.sha256(b"nonce").digest()
ROOM_KEY = "correct horse battery staple"


def stream(seed: str) -> Callable[[int], bytes]:
    """Return a source of bytes that follows from `seed`."""
    position = 0

    def draw(length: int) -> bytes:
        nonlocal position
        position += length
        return hashlib.shake_256(seed.encode()).digest(position)[-length:]

    return draw


def fixed(value: bytes) -> Callable[[int], bytes]:
    """Return a source that gives `value` whatever it is asked for."""
    return lambda _: value


def oprf_key() -> bytes:
    return oprf.derive_key_pair(hashlib.sha256(b"server").digest(), ROOM_ID)[0]


def secrets_of(label: bytes, key_id: int) -> Any:
    return derive_secrets(hashlib.sha256(label).digest(), key_id)


def room_key_vectors() -> list[dict[str, Any]]:
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


def root_vectors() -> list[dict[str, Any]]:
    vectors: list[dict[str, Any]] = []
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


def transcript_vectors() -> list[dict[str, Any]]:
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


def name_vectors() -> list[dict[str, Any]]:
    secrets = secrets_of(b"root", 7)
    vectors: list[dict[str, Any]] = []
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

    broken: dict[str, dict[str, Any]] = {
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


def history_vectors() -> list[dict[str, Any]]:
    old, new = secrets_of(b"root", 7), secrets_of(b"new root", 8)
    epoch_secret = hashlib.sha256(b"epoch").digest()
    salt = hashlib.sha256(b"salt").digest()
    sealed = history.seal_epoch_secret(old, ROOM_ID, 41, epoch_secret, fixed(salt))
    chain = history.seal_key_chain(new, old, ROOM_ID, fixed(salt))
    name = sealed_name.seal_name(old, ROOM_ID, LEAF_KEY, "Ada", fixed(salt))
    copy = archive.make_archive_copy(LEAF_SEED, ROOM_ID, 41, b"pseudonym", 7, name, b"content")
    archived = archive.seal_archive(epoch_secret, ROOM_ID, 41, copy, fixed(salt))
    forged = archive.make_archive_copy(LEAF_SEED, ROOM_ID, 42, b"pseudonym", 7, name, b"content")
    forged_sealed = archive.seal_archive(epoch_secret, ROOM_ID, 41, forged, fixed(salt))
    room = {"room_id": ROOM_ID.hex()}
    epoch: dict[str, Any] = {
        **room,
        "kind": "epoch",
        "history": old.history.hex(),
        "key_id": 7,
        "epoch": 41,
        "salt": salt.hex(),
        "epoch_secret": epoch_secret.hex(),
        "sealed": sealed.hex(),
    }
    link: dict[str, Any] = {
        **room,
        "kind": "chain",
        "history": new.history.hex(),
        "key_id": 8,
        "salt": salt.hex(),
        "old_names": old.names.hex(),
        "old_history": old.history.hex(),
        "sealed": chain.hex(),
    }
    message: dict[str, Any] = {
        **room,
        "kind": "archive",
        "epoch": 41,
        "epoch_secret": epoch_secret.hex(),
        "salt": salt.hex(),
        "private": LEAF_SEED.hex(),
        "signature_key": LEAF_KEY.hex(),
        "pseudonym": copy.pseudonym.hex(),
        "key_id": 7,
        "sealed_name": name.hex(),
        "content": copy.content.hex(),
        "transcript": archive.archive_transcript(ROOM_ID, 41, b"pseudonym", b"content").hex(),
        "signature": copy.signature.hex(),
        "sealed": archived.hex(),
    }
    context = (ROOM_ID, labels.u64(41))
    short = seal(epoch_secret, labels.ARCHIVE, context, b"\x00\x00\x00\x01", stream("form"))
    refused = [
        {**epoch, "epoch": 42, "why": "another epoch"},
        {**epoch, "key_id": 8, "why": "another key id"},
        {**epoch, "room_id": "ff" * 16, "why": "another room"},
        {**epoch, "history": "00" * 32, "why": "another history key"},
        {**epoch, "sealed": sealed[:-1].hex(), "why": "too short"},
        {**link, "key_id": 7, "why": "another key id"},
        {**link, "room_id": "ff" * 16, "why": "another room"},
        {**message, "epoch": 42, "why": "another epoch"},
        {**message, "room_id": "ff" * 16, "why": "another room"},
        {**message, "epoch_secret": "00" * 32, "why": "another epoch secret"},
        {**message, "sealed": forged_sealed.hex(), "why": "signed for another epoch"},
        {**message, "sealed": short.hex(), "why": "truncated fields"},
    ]
    return [
        *({**vector, "result": "valid"} for vector in (epoch, link, message)),
        *({**vector, "result": "refused"} for vector in refused),
    ]


def new_root_vectors() -> list[dict[str, Any]]:
    exported, root = hashlib.sha256(b"exported").digest(), hashlib.sha256(b"new root").digest()
    salt = hashlib.sha256(b"salt").digest()
    sealed = new_root.seal_new_root(exported, 8, ROOM_ID, root, fixed(salt))
    context = (ROOM_ID, labels.u32(8))
    long = seal(exported, labels.NEW_ROOT, context, bytes(33), stream("form"))
    valid: dict[str, Any] = {
        "room_id": ROOM_ID.hex(),
        "key_id": 8,
        "exported": exported.hex(),
        "salt": salt.hex(),
        "root": root.hex(),
        "admission_public": derive_secrets(root, 8).admission_public_key.hex(),
        "sealed": sealed.hex(),
    }
    refused: list[dict[str, Any]] = [
        {"key_id": 7, "why": "another key id"},
        {"room_id": "ff" * 16, "why": "another room"},
        {"exported": "00" * 32, "why": "another epoch's secret"},
        {"sealed": (sealed[:-1] + bytes((sealed[-1] ^ 1,))).hex(), "why": "changed ciphertext"},
        {"sealed": sealed[:-1].hex(), "why": "too short"},
        {"sealed": long.hex(), "why": "a root of 33 bytes"},
    ]
    return [
        {**valid, "result": "valid"},
        *({**valid, **change, "result": "refused"} for change in refused),
    ]


def other_vectors() -> list[dict[str, Any]]:
    vectors: list[dict[str, Any]] = [
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
    short: dict[str, Any] = {
        "epoch_authenticator": "00" * 31,
        "result": "refused",
        "why": "too short",
    }
    return [*vectors, {"kind": "safety_code", **short}]


def open_vector(name: str, vector: dict[str, Any]) -> None:
    """Do with a vector what its readers do; one that is refused raises."""

    def data(field: str) -> bytes:
        return bytes.fromhex(vector[field])

    key_id, epoch = vector.get("key_id", 0), vector.get("epoch", 0)
    match name, vector.get("kind"):
        case "room_key", _:
            normalize_room_key(vector["typed"])
        case "root", _:
            exchange, _ = blind(vector["typed"], data("room_id"), fixed(data("blind_uniform")))
            oprf.finalize(exchange._blinding, data("evaluated"))
        case _, "admission":
            admission.verify_admission(
                data("public"), data("room_id"), data("nonce"), data("leaf_key"), data("signature")
            )
        case _, "name":
            sealed_name.open_name(
                data("names"), key_id, data("room_id"), data("leaf_key"), data("sealed")
            )
        case _, "epoch":
            history.open_epoch_secret(
                data("history"), key_id, data("room_id"), epoch, data("sealed")
            )
        case _, "chain":
            history.open_key_chain(data("history"), key_id, data("room_id"), data("sealed"))
        case _, "archive":
            archive.open_archive(data("epoch_secret"), data("room_id"), epoch, data("sealed"))
        case "new_root", _:
            new_root.open_new_root(data("exported"), key_id, data("room_id"), data("sealed"))
        case _, "safety_code":
            safety_code.safety_code(data("epoch_authenticator"))


def with_error(name: str, vector: dict[str, Any]) -> dict[str, Any]:
    """Add the code of the error that a refused vector leads to."""
    if vector["result"] == "valid":
        return vector
    try:
        open_vector(name, vector)
    except RoomkeyError as error:
        return {**vector, "error": error.code}
    raise AssertionError(f"{name}: {vector['why']} is not refused")


def main() -> None:
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "vectors/keys")
    target.mkdir(parents=True, exist_ok=True)
    for name, make in {
        "room_key": room_key_vectors,
        "root": root_vectors,
        "transcripts": transcript_vectors,
        "sealed_name": name_vectors,
        "history": history_vectors,
        "new_root": new_root_vectors,
        "codes": other_vectors,
    }.items():
        vectors = [with_error(name, vector) for vector in make()]
        text = json.dumps(vectors, indent=1, ensure_ascii=True) + "\n"
        (target / f"{name}.json").write_text(text, "ascii")


if __name__ == "__main__":
    main()
