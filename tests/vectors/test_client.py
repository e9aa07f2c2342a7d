"""The committed vectors of content, room policy and signals, failures included."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from roomkey.client import signals
from roomkey.client.content import Content, Expiration, compute_message_id, pad, unpad
from roomkey.client.creating import LARGE_SUITE
from roomkey.client.room_policy import RoomPolicy
from roomkey.client.room_state import RoomState, new_identity
from roomkey.client.room_store import RoomStore
from roomkey.client.signals import Signal, SignalKind
from roomkey.client.transcript import Said, Transcript
from roomkey.errors import CryptoError, DecodeError, PolicyViolation
from roomkey.keys.key_ring import KeyRing
from roomkey.keys.root import derive_secrets

ROOT = Path(__file__).parents[2]
Vector = dict[str, Any]


def vectors(name: str) -> list[Any]:
    found = json.loads((ROOT / "vectors" / f"{name}.json").read_text("ascii"))
    assert found
    named = [(v.get("why") or v.get("what") or f"valid-{i}", v) for i, v in enumerate(found)]
    return [pytest.param(vector, id=name) for name, vector in named]


def data(vector: Vector, name: str) -> bytes:
    return bytes.fromhex(vector[name])


def optional(vector: Vector, name: str) -> bytes | None:
    return None if vector[name] is None else data(vector, name)


def fixed(value: bytes) -> Callable[[int], bytes]:
    return lambda _: value


def content_of(vector: Vector) -> Content:
    if "text_length" in vector:
        longest = "x" * vector["text_length"]
        return Content(hashlib.sha256(b"salt").digest()[:16], longest)
    extensions = (
        (name, bytes.fromhex(value["bytes"]) if isinstance(value, dict) else value)
        for name, value in vector["extensions"]
    )
    return Content(
        data(vector, "salt"),
        vector["text"],
        vector["disposition"],
        vector["content_type"],
        vector["language"],
        optional(vector, "replaces"),
        data(vector, "topic"),
        None if vector["expires"] is None else Expiration(*vector["expires"]),
        optional(vector, "in_reply_to"),
        tuple(extensions),
    )


@pytest.mark.parametrize("vector", vectors("content/content"))
def test_content_has_one_encoding_and_one_id_or_is_malformed(vector: Vector) -> None:
    if vector["result"] == "refused":
        with pytest.raises(DecodeError):
            Content.decode(data(vector, "encoded"))
        return
    content = content_of(vector)
    encoded = content.encode()
    assert hashlib.sha256(encoded).digest() == data(vector, "sha256")
    assert encoded.hex() == vector.get("encoded", encoded.hex())
    assert Content.decode(encoded) == content
    assert content.kind == vector["kind"]
    sender, room_id = data(vector, "sender"), data(vector, "room_id")
    assert compute_message_id(sender, room_id, encoded) == data(vector, "message_id")


@pytest.mark.parametrize("vector", vectors("content/padding"))
def test_padding_hides_the_length_and_comes_off_or_is_malformed(vector: Vector) -> None:
    if vector["result"] == "refused":
        with pytest.raises(DecodeError):
            unpad(data(vector, "padded"))
        return
    content = hashlib.shake_256(b"content").digest(vector["length"])
    assert hashlib.sha256(content).digest() == data(vector, "content_sha256")
    padded = pad(content)
    assert len(padded) == vector["padded_length"]
    assert hashlib.sha256(padded).digest() == data(vector, "padded_sha256")
    assert unpad(padded) == content


@pytest.mark.parametrize("vector", vectors("content/merging"))
@pytest.mark.parametrize("is_backwards", [False, True])
def test_messages_are_shown_as_their_log_says(
    vector: Vector, is_backwards: bool, tmp_path: Path
) -> None:
    state = RoomState(
        RoomStore(tmp_path / "vectors.room", bytes(32), create=True),
        relay="",
        code="0000000000",
        room_id=data(vector, "room_id"),
        name="",
        identity=new_identity(LARGE_SUITE),
        ring=KeyRing(derive_secrets(bytes(32))),
    )
    transcript = Transcript(state)
    log = [
        Said(
            entry["seq"],
            entry["time"],
            data(entry, "pseudonym"),
            data(entry, "leaf"),
            "",
            data(entry, "encoded"),
        )
        for entry in vector["log"]
    ]
    for said in reversed(log) if is_backwards else log:
        transcript.add(said)
    shown = [
        {
            "id": message.id.hex(),
            "seq": message.seq,
            "text": message.text,
            "is_edited": message.is_edited,
            "is_deleted": message.is_deleted,
            "reactions": [
                {"id": r.id.hex(), "sign": r.sign, "pseudonym": r.sender.pseudonym}
                for r in message.reactions
            ],
        }
        for message in transcript.messages(2**62, 1000)
    ]
    assert shown == vector["shown"]
    state.store.close()


@pytest.mark.parametrize("vector", vectors("policy/room_policy"))
def test_rules_have_one_encoding_or_are_malformed(vector: Vector) -> None:
    encoded = data(vector, "encoded")
    if vector["result"] == "refused":
        with pytest.raises(DecodeError):
            RoomPolicy.decode(encoded)
        return
    unsigned = RoomPolicy(
        vector["revision"],
        vector["history"],
        vector["retention"],
        vector["max_members"],
        vector["locked"],
        tuple(bytes.fromhex(host) for host in vector["hosts"]),
        vector["key_id"],
        data(vector, "admission"),
        data(vector, "sealed_title"),
    )
    rules = unsigned.sign(data(vector, "private"), data(vector, "room_id"))
    assert (rules.signer.hex(), rules.signature.hex()) == (vector["signer"], vector["signature"])
    assert rules.encode() == encoded
    assert RoomPolicy.decode(encoded) == rules
    rules.verify(data(vector, "room_id"))


@pytest.mark.parametrize("vector", vectors("policy/changes"))
def test_rules_follow_others_as_a_host_may_make_them(vector: Vector) -> None:
    before, after = (RoomPolicy.decode(data(vector, name)) for name in ("before", "after"))
    checks = {"in_a_commit": after.verify_next, "in_a_resync": after.verify}
    for name, check in checks.items():
        if vector[name] == "valid":
            check(data(vector, "room_id"), before)
        else:
            with pytest.raises(PolicyViolation):
                check(data(vector, "room_id"), before)


@pytest.mark.parametrize("vector", vectors("signals/signals"))
def test_a_signal_opens_for_its_sender_and_epoch_or_not_at_all(vector: Vector) -> None:
    key, leaf, room_id = (data(vector, name) for name in ("key", "leaf_key", "room_id"))
    epoch, body = vector["epoch"], data(vector, "body")
    if vector["result"] == "refused":
        with pytest.raises((CryptoError, DecodeError)):
            signals.open_signal(key, leaf, room_id, epoch, body)
        return
    signal = Signal(SignalKind(vector["kind"]), vector["time"])
    assert signals.open_signal(key, leaf, room_id, epoch, body) == signal
    private, salt = data(vector, "private"), fixed(data(vector, "salt"))
    assert signals.seal_signal(key, private, room_id, epoch, signal, salt) == body
    assert len(body) == signals.SIGNAL_BYTES == 129


def test_the_committed_vectors_are_what_the_generator_writes(tmp_path: Path) -> None:
    script = ROOT / "tools" / "make_client_vectors.py"
    subprocess.run([sys.executable, str(script), str(tmp_path)], check=True)
    for folder in ("content", "policy", "signals"):
        written = {path.name: path.read_bytes() for path in (tmp_path / folder).iterdir()}
        committed = (ROOT / "vectors" / folder).glob("*.json")
        assert written == {path.name: path.read_bytes() for path in committed}
