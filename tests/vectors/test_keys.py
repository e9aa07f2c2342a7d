"""The committed vectors of docs/protocol/keys.md, failures included."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from roomkey.crypto import oprf
from roomkey.errors import RoomkeyError
from roomkey.keys import admission, archive, history, new_root, safety_code, sealed_name
from roomkey.keys.client_exchange import blind, finish
from roomkey.keys.room_key import normalize_room_key
from roomkey.keys.root import RoomSecrets, derive_root, derive_secrets, psk_id
from roomkey.wire import transcripts

ROOT = Path(__file__).parents[2]
Vector = dict[str, Any]


def vectors(name: str, *kinds: str) -> list[Any]:
    found = json.loads((ROOT / "vectors" / "keys" / f"{name}.json").read_text("ascii"))
    chosen = [vector for vector in found if not kinds or vector["kind"] in kinds]
    assert chosen
    return [pytest.param(v, id=v.get("why", f"valid-{i}")) for i, v in enumerate(chosen)]


def data(vector: Vector, name: str) -> bytes:
    return bytes.fromhex(vector[name])


@contextmanager
def refusal(vector: Vector) -> Iterator[None]:
    """Expect the error that the vector names."""
    with pytest.raises(RoomkeyError) as caught:
        yield
    assert caught.value.code == vector["error"]


def fixed(value: bytes) -> Callable[[int], bytes]:
    return lambda _: value


def secrets(vector: Vector) -> RoomSecrets:
    names = data(vector, "names") if "names" in vector else bytes(32)
    past = data(vector, "history") if "history" in vector else bytes(32)
    return RoomSecrets(vector["key_id"], bytes(32), bytes(32), names, past)


@pytest.mark.parametrize("vector", vectors("room_key"))
def test_a_typed_room_key_has_one_normal_form_or_is_refused(vector: Vector) -> None:
    if vector["result"] == "valid":
        assert normalize_room_key(vector["typed"]) == vector["normalized"]
        assert normalize_room_key(vector["normalized"]) == vector["normalized"]
    else:
        with refusal(vector):
            normalize_room_key(vector["typed"])


@pytest.mark.parametrize("vector", vectors("root"))
def test_a_room_key_leads_to_the_same_keys_or_the_answer_is_refused(vector: Vector) -> None:
    exchange, blinded = blind(
        vector["typed"], data(vector, "room_id"), fixed(data(vector, "blind_uniform"))
    )
    if vector["result"] == "refused":
        with refusal(vector):
            finish(exchange, data(vector, "evaluated"))
        return
    assert blinded == data(vector, "blinded")
    evaluated = oprf.evaluate(data(vector, "oprf_key"), blinded)
    assert evaluated == data(vector, "evaluated")
    assert derive_root(data(vector, "oprf_output"), data(vector, "room_id")) == data(vector, "root")
    found = finish(exchange, evaluated, 3)
    assert found.key_id == 3
    assert found.admission_public_key == data(vector, "admission_public")
    for name in ("admission", "psk", "names", "history"):
        assert getattr(found, name) == data(vector, name)


@pytest.mark.parametrize("vector", vectors("transcripts", "admission"))
def test_an_admission_is_verified_over_its_room_nonce_and_leaf(vector: Vector) -> None:
    room_id, nonce, leaf = (data(vector, name) for name in ("room_id", "nonce", "leaf_key"))
    signature = data(vector, "signature")
    if vector["result"] == "valid":
        signer = RoomSecrets(0, data(vector, "private"), bytes(32), bytes(32), bytes(32))
        assert transcripts.admission_transcript(room_id, nonce, leaf) == data(vector, "transcript")
        assert admission.sign_admission(signer, room_id, nonce, leaf) == signature
        admission.verify_admission(data(vector, "public"), room_id, nonce, leaf, signature)
    else:
        with refusal(vector):
            admission.verify_admission(data(vector, "public"), room_id, nonce, leaf, signature)


@pytest.mark.parametrize("vector", vectors("transcripts", "resume", "leave", "close"))
def test_each_transcript_has_its_layout(vector: Vector) -> None:
    room_id, nonce, leaf = (data(vector, name) for name in ("room_id", "nonce", "leaf_key"))
    layouts = {
        "resume": transcripts.resume_transcript(room_id, nonce, leaf),
        "leave": transcripts.leave_transcript(room_id, leaf),
        "close": transcripts.close_transcript(room_id, leaf),
    }
    assert layouts[vector["kind"]] == data(vector, "transcript")


@pytest.mark.parametrize("vector", vectors("sealed_name", "name"))
def test_a_sealed_name_opens_only_where_it_belongs(vector: Vector) -> None:
    room_id, leaf, sealed = (data(vector, name) for name in ("room_id", "leaf_key", "sealed"))
    names, key_id = data(vector, "names"), vector["key_id"]
    if vector["result"] == "refused":
        with refusal(vector):
            sealed_name.open_name(names, key_id, room_id, leaf, sealed)
        return
    assert sealed_name.open_name(names, key_id, room_id, leaf, sealed) == vector["text"]
    salt = fixed(data(vector, "salt"))
    assert sealed_name.seal_name(secrets(vector), room_id, leaf, vector["text"], salt) == sealed


@pytest.mark.parametrize("vector", vectors("sealed_name", "title"))
def test_a_sealed_title_opens(vector: Vector) -> None:
    room_id, sealed = data(vector, "room_id"), data(vector, "sealed")
    names, key_id = data(vector, "names"), vector["key_id"]
    assert sealed_name.open_title(names, key_id, room_id, sealed) == vector["text"]
    salt = fixed(data(vector, "salt"))
    assert sealed_name.seal_title(secrets(vector), room_id, vector["text"], salt) == sealed


@pytest.mark.parametrize("vector", vectors("history", "epoch"))
def test_an_epochs_secret_opens_only_for_its_room_key_and_epoch(vector: Vector) -> None:
    room_id, sealed = data(vector, "room_id"), data(vector, "sealed")
    key_id, epoch = vector["key_id"], vector["epoch"]
    if vector["result"] == "refused":
        with refusal(vector):
            history.open_epoch_secret(data(vector, "history"), key_id, room_id, epoch, sealed)
        return
    opened = history.open_epoch_secret(data(vector, "history"), key_id, room_id, epoch, sealed)
    assert opened == data(vector, "epoch_secret")
    salt = fixed(data(vector, "salt"))
    assert history.seal_epoch_secret(secrets(vector), room_id, epoch, opened, salt) == sealed


@pytest.mark.parametrize("vector", vectors("history", "chain"))
def test_the_key_chain_leads_to_the_room_key_before(vector: Vector) -> None:
    room_id, sealed, key = (data(vector, name) for name in ("room_id", "sealed", "history"))
    if vector["result"] == "refused":
        with refusal(vector):
            history.open_key_chain(key, vector["key_id"], room_id, sealed)
        return
    past = history.open_key_chain(key, vector["key_id"], room_id, sealed)
    assert past.key_id == vector["key_id"] - 1
    assert past.names == data(vector, "old_names")
    assert past.history == data(vector, "old_history")
    old = RoomSecrets(past.key_id, bytes(32), bytes(32), past.names, past.history)
    salt = fixed(data(vector, "salt"))
    assert history.seal_key_chain(secrets(vector), old, room_id, salt) == sealed


@pytest.mark.parametrize("vector", vectors("history", "archive"))
def test_an_archive_copy_opens_with_its_senders_signature_or_not_at_all(vector: Vector) -> None:
    room_id, secret, sealed = (data(vector, n) for n in ("room_id", "epoch_secret", "sealed"))
    epoch = vector["epoch"]
    if vector["result"] == "refused":
        with refusal(vector):
            archive.open_archive(secret, room_id, epoch, sealed)
        return
    pseudonym, content = data(vector, "pseudonym"), data(vector, "content")
    copy = archive.make_archive_copy(
        data(vector, "private"),
        room_id,
        epoch,
        pseudonym,
        vector["key_id"],
        data(vector, "sealed_name"),
        content,
    )
    signed = archive.archive_transcript(room_id, epoch, pseudonym, content)
    assert signed == data(vector, "transcript")
    assert copy.signature == data(vector, "signature")
    assert copy.signature_key == data(vector, "signature_key")
    assert archive.seal_archive(secret, room_id, epoch, copy, fixed(data(vector, "salt"))) == sealed
    assert archive.open_archive(secret, room_id, epoch, sealed) == copy


@pytest.mark.parametrize("vector", vectors("new_root"))
def test_a_new_root_opens_only_in_its_epoch_and_for_its_key_id(vector: Vector) -> None:
    exported, room_id, sealed = (data(vector, n) for n in ("exported", "room_id", "sealed"))
    key_id = vector["key_id"]
    if vector["result"] == "refused":
        with refusal(vector):
            new_root.open_new_root(exported, key_id, room_id, sealed)
        return
    root = new_root.open_new_root(exported, key_id, room_id, sealed)
    assert root == data(vector, "root")
    public = derive_secrets(root, key_id).admission_public_key
    assert public == data(vector, "admission_public")
    salt = fixed(data(vector, "salt"))
    assert new_root.seal_new_root(exported, key_id, room_id, root, salt) == sealed


@pytest.mark.parametrize("vector", vectors("codes", "psk_id"))
def test_a_psk_id_follows_from_the_key_id(vector: Vector) -> None:
    assert psk_id(vector["key_id"]) == data(vector, "psk_id")


@pytest.mark.parametrize("vector", vectors("codes", "safety_code"))
def test_a_safety_code_follows_from_the_epoch_authenticator(vector: Vector) -> None:
    if vector["result"] == "refused":
        with refusal(vector):
            safety_code.safety_code(data(vector, "epoch_authenticator"))
        return
    code = safety_code.safety_code(data(vector, "epoch_authenticator"))
    assert list(code.digits) == vector["digits"]
    assert list(code.words) == vector["words"]


def test_the_committed_vectors_are_what_the_generator_writes(tmp_path: Path) -> None:
    script = ROOT / "tools" / "make_key_vectors.py"
    subprocess.run([sys.executable, str(script), str(tmp_path)], check=True)
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    committed = {path.name: path.read_bytes() for path in (ROOT / "vectors/keys").glob("*.json")}
    assert written == committed
