"""Sealed history: epochs, the chain of room keys, archive copies, a new root."""

import hashlib

from key_vectors.values import LEAF_KEY, LEAF_SEED, ROOM_ID, Vector, fixed, secrets_of, stream
from roomkey.keys import archive, history, labels, new_root, sealed_name
from roomkey.keys.root import derive_secrets
from roomkey.keys.sealing import seal


def history_vectors() -> list[Vector]:
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
    epoch: Vector = {
        **room,
        "kind": "epoch",
        "history": old.history.hex(),
        "key_id": 7,
        "epoch": 41,
        "salt": salt.hex(),
        "epoch_secret": epoch_secret.hex(),
        "sealed": sealed.hex(),
    }
    link: Vector = {
        **room,
        "kind": "chain",
        "history": new.history.hex(),
        "key_id": 8,
        "salt": salt.hex(),
        "old_names": old.names.hex(),
        "old_history": old.history.hex(),
        "sealed": chain.hex(),
    }
    message: Vector = {
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


def new_root_vectors() -> list[Vector]:
    exported, root = hashlib.sha256(b"exported").digest(), hashlib.sha256(b"new root").digest()
    salt = hashlib.sha256(b"salt").digest()
    sealed = new_root.seal_new_root(exported, 8, ROOM_ID, root, fixed(salt))
    context = (ROOM_ID, labels.u32(8))
    long = seal(exported, labels.NEW_ROOT, context, bytes(33), stream("form"))
    valid: Vector = {
        "room_id": ROOM_ID.hex(),
        "key_id": 8,
        "exported": exported.hex(),
        "salt": salt.hex(),
        "root": root.hex(),
        "admission_public": derive_secrets(root, 8).admission_public_key.hex(),
        "sealed": sealed.hex(),
    }
    refused: list[Vector] = [
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
