"""Write vectors/{content,policy,signals}/*.json: known answers, failures included.

    python tools/make_client_vectors.py [directory]

Every file comes out the same each time; salts are SHA-256 of a word.
"""

import hashlib
import itertools
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cbor2

from roomkey.client import signals
from roomkey.client.content import (
    BUCKETS,
    CLOCK_EXTENSION,
    MARKDOWN,
    MAX_TEXT_BYTES,
    PLAIN,
    Content,
    Disposition,
    Expiration,
    compute_message_id,
    pad,
)
from roomkey.client.creating import LARGE_SUITE
from roomkey.client.room_policy import RoomPolicy
from roomkey.client.room_state import RoomState, new_identity
from roomkey.client.room_store import RoomStore
from roomkey.client.signals import Signal, SignalKind
from roomkey.client.transcript import Said, Transcript
from roomkey.crypto.signature import ED25519
from roomkey.errors import PolicyViolation
from roomkey.keys import labels
from roomkey.keys.key_ring import KeyRing
from roomkey.keys.root import derive_secrets
from roomkey.keys.sealed_name import seal_title
from roomkey.keys.sealing import seal

Vector = dict[str, Any]

ROOM_ID = bytes(range(16))
MERGED_AT = 1_790_000_000_000
PSEUDONYM = hashlib.sha256(b"pseudonym").digest()[:16]
SALT = hashlib.sha256(b"salt").digest()[:16]
OTHER_ID = b"\x01" + hashlib.sha256(b"other message").digest()[:31]
HOST_SEED = hashlib.sha256(b"host").digest()
SECOND_SEED = hashlib.sha256(b"second host").digest()
STRANGER_SEED = hashlib.sha256(b"stranger").digest()
HOST, SECOND, STRANGER = (
    ED25519.public_key(seed) for seed in (HOST_SEED, SECOND_SEED, STRANGER_SEED)
)


def fixed(value: bytes) -> Callable[[int], bytes]:
    return lambda _: value


def hexed(value: bytes | None) -> str | None:
    return None if value is None else value.hex()


# content


def described(content: Content) -> Vector:
    expires = content.expires
    return {
        "salt": content.salt.hex(),
        "text": content.text,
        "disposition": content.disposition,
        "content_type": content.content_type,
        "language": content.language,
        "replaces": hexed(content.replaces),
        "topic": content.topic.hex(),
        "expires": None if expires is None else [expires.relative, expires.seconds],
        "in_reply_to": hexed(content.in_reply_to),
        "extensions": [
            [name, {"bytes": value.hex()} if isinstance(value, bytes) else value]
            for name, value in content.extensions
        ],
    }


def content_vectors() -> list[Vector]:
    clock = ((CLOCK_EXTENSION, 1_790_000_000_000),)
    contents = {
        "a message": Content(SALT, "Hello, *everybody*", extensions=clock),
        "an empty message": Content(SALT, ""),
        "plain text in another language": Content(
            SALT, "¡Hola! 🦔", content_type=PLAIN, language="es"
        ),
        "a reply": Content(SALT, "Me too", in_reply_to=OTHER_ID, extensions=clock),
        "a message that expires after it was shown": Content(
            SALT, "gone soon", expires=Expiration(True, 3600), extensions=clock
        ),
        "a message that expires at a time": Content(
            SALT, "gone then", expires=Expiration(False, 2**32 - 1)
        ),
        "an edit": Content(SALT, "Hello, all", replaces=OTHER_ID, extensions=clock),
        "an edit of a reply": Content(SALT, "Me three", replaces=OTHER_ID, in_reply_to=OTHER_ID),
        "a deletion": Content(SALT, None, replaces=OTHER_ID, extensions=clock),
        "a reaction": Content(SALT, "👍", Disposition.REACTION, in_reply_to=OTHER_ID),
        "a reaction of 64 bytes": Content(
            SALT, "👍" * 16, Disposition.REACTION, in_reply_to=OTHER_ID
        ),
        "a reaction taken back": Content(SALT, None, Disposition.REACTION, replaces=OTHER_ID),
        "extensions in their order": Content(
            SALT,
            "x",
            extensions=(
                (-1, "minus one"),
                (1, 2**53 - 1),
                ("a", b"\x00\xff"),
                (CLOCK_EXTENSION, 0),
            ),
        ),
        "a topic": Content(SALT, "x", topic=b"\x01" * 64),
        "the longest text": Content(SALT, "x" * MAX_TEXT_BYTES),
    }
    vectors = []
    for what, content in contents.items():
        encoded = content.encode()
        again = Content.decode(encoded)
        vectors.append(
            {
                "what": what,
                **(
                    described(again)
                    if len(encoded) < 1024
                    else {"text_length": len(content.text or "")}
                ),
                "kind": again.kind.value,
                **({"encoded": encoded.hex()} if len(encoded) < 1024 else {}),
                "sha256": hashlib.sha256(encoded).hexdigest(),
                "sender": PSEUDONYM.hex(),
                "room_id": ROOM_ID.hex(),
                "message_id": compute_message_id(PSEUDONYM, ROOM_ID, encoded).hex(),
                "result": "valid",
            }
        )
    return vectors + [
        {"encoded": encoded.hex(), "result": "refused", "why": why}
        for why, encoded in malformed_contents().items()
    ]


def malformed_contents() -> dict[str, bytes]:
    single = [Disposition.RENDER, "", 1, MARKDOWN, b"x"]
    gone = [Disposition.RENDER, "", 0]
    sign = [Disposition.REACTION, "", 1, MARKDOWN, b"+"]
    unsigned = [Disposition.REACTION, "", 0]
    usual: list[Any] = [SALT, None, b"", None, None, {}, single]

    def changed(**fields: Any) -> bytes:
        places = ("salt", "replaces", "topic", "expires", "in_reply_to", "extensions", "part")
        value = [fields.get(name, usual[place]) for place, name in enumerate(places)]
        return cbor2.dumps(value, canonical=True)

    whole = changed()
    return {
        "nothing": b"",
        "not CBOR": b"\xff",
        "six fields": cbor2.dumps(usual[:6], canonical=True),
        "eight fields": cbor2.dumps([*usual, None], canonical=True),
        "a byte after the end": whole + b"\x00",
        "a salt of 15 bytes": changed(salt=SALT[:15]),
        "an id of 31 bytes": changed(in_reply_to=OTHER_ID[:31]),
        "a topic of 65 bytes": changed(topic=bytes(65)),
        "an expiry without its kind": changed(expires=[3600]),
        "an expiry of zero": changed(expires=[True, 0]),
        "an expiry above 32 bits": changed(expires=[True, 2**32]),
        "an expiry that is no boolean": changed(expires=[1, 3600]),
        "seventeen extensions": changed(extensions=dict.fromkeys(range(17), 0)),
        "an extension without a name": changed(extensions={"": 0}),
        "an extension of 1,025 bytes": changed(extensions={"a": bytes(1025)}),
        "an extension that is a list": changed(extensions={"a": []}),
        "an extension that is negative": changed(extensions={"a": -1}),
        "an extension of 2^53": changed(extensions={"a": 2**53}),
        "an extension that is true": changed(extensions={"a": True}),
        "a disposition of zero": changed(part=[0, *single[1:]]),
        "a disposition of three": changed(part=[3, *single[1:]]),
        "a disposition that is true": changed(part=[True, *single[1:]]),
        "a language of 36 characters": changed(part=[1, "x" * 36, *single[2:]]),
        "many parts": changed(part=[1, "", 2, [single]]),
        "another content type": changed(part=[1, "", 1, "text/html", b"x"]),
        "a body that is text": changed(part=[1, "", 1, MARKDOWN, "x"]),
        "a body that is not UTF-8": changed(part=[1, "", 1, MARKDOWN, b"\xff"]),
        "a body of 64,001 bytes": changed(part=[1, "", 1, MARKDOWN, bytes(MAX_TEXT_BYTES + 1)]),
        "a null part with a body": changed(replaces=OTHER_ID, part=[1, "", 0, MARKDOWN, b"x"]),
        "a deletion of nothing": changed(part=gone),
        "a deletion that answers": changed(replaces=OTHER_ID, in_reply_to=OTHER_ID, part=gone),
        "an edit that expires": changed(replaces=OTHER_ID, expires=[True, 1]),
        "a reaction to nothing": changed(part=sign),
        "a reaction that replaces": changed(replaces=OTHER_ID, part=sign),
        "a reaction that expires": changed(in_reply_to=OTHER_ID, expires=[True, 1], part=sign),
        "a reaction without a sign": changed(in_reply_to=OTHER_ID, part=[*sign[:4], b""]),
        "a sign of 65 bytes": changed(in_reply_to=OTHER_ID, part=[*sign[:4], b"+" * 65]),
        "taking back nothing": changed(part=unsigned),
        "taking back and answering": changed(
            replaces=OTHER_ID, in_reply_to=OTHER_ID, part=unsigned
        ),
        "an array of unknown length": b"\x9f" + whole[1:] + b"\xff",
        "a length that is not the shortest": b"\x98\x07" + whole[1:],
        "a number that is not the shortest": whole.replace(b"\x85\x01", b"\x85\x18\x01"),
        "extensions in another order": changed(extensions={"a": 0, "b": 0}).replace(
            b"\xa2\x61a\x00\x61b\x00", b"\xa2\x61b\x00\x61a\x00"
        ),
        "an extension twice": changed(extensions={"a": 0, "b": 0}).replace(
            b"\xa2\x61a\x00\x61b\x00", b"\xa2\x61a\x00\x61a\x00"
        ),
        "a tag": b"\xd9\xd9\xf7" + whole,
        "a map": cbor2.dumps({0: 0}),
    }


def padding_vectors() -> list[Vector]:
    vectors = []
    for length in (0, 1, 255, 256, 257, 1024, 4097, BUCKETS[-1]):
        encoded = hashlib.shake_256(b"content").digest(length)
        padded = pad(encoded)
        vectors.append(
            {
                "content_sha256": hashlib.sha256(encoded).hexdigest(),
                "length": length,
                "padded_length": len(padded),
                "padded_sha256": hashlib.sha256(padded).hexdigest(),
                **({"padded": padded.hex()} if len(padded) < 1024 else {}),
                "result": "valid",
            }
        )
    short = pad(b"abc")
    broken = {
        "empty": b"",
        "no whole length": b"\x00\x00\x00",
        "shorter than its length": b"\x00\x00\x00\x04abc",
        "not padded": b"\x00\x00\x00\x03abc",
        "padding that is not zero": short[:-1] + b"\x01",
        "a byte too much": short + b"\x00",
        "a larger bucket": short + bytes(1024 - 256),
    }
    return vectors + [
        {"padded": padded.hex(), "result": "refused", "why": why} for why, padded in broken.items()
    ]


def merging_vectors() -> list[Vector]:
    """Logs of content, and the messages that a reader shows of them in whatever order they came."""
    vectors: list[Vector] = []
    for what, log in merging_logs().items():
        with tempfile.TemporaryDirectory() as folder:
            transcript = a_transcript(Path(folder))
            for said in log:
                transcript.add(said)
            shown = transcript.messages(2**62, 1000)
        vectors.append(
            {
                "what": what,
                "room_id": ROOM_ID.hex(),
                "log": [
                    {
                        "seq": said.seq,
                        "time": said.time,
                        "pseudonym": said.pseudonym.hex(),
                        "leaf": said.leaf.hex(),
                        "encoded": said.content.hex(),
                    }
                    for said in log
                ],
                "shown": [
                    {
                        "id": message.id.hex(),
                        "seq": message.seq,
                        "text": message.text,
                        "is_edited": message.is_edited,
                        "is_deleted": message.is_deleted,
                        "reactions": [
                            {
                                "id": reaction.id.hex(),
                                "sign": reaction.sign,
                                "pseudonym": reaction.sender.pseudonym,
                            }
                            for reaction in message.reactions
                        ],
                    }
                    for message in shown
                ],
            }
        )
    return vectors


def a_transcript(folder: Path) -> Transcript:
    state = RoomState(
        RoomStore(folder / "vectors.room", bytes(32), create=True),
        relay="",
        code="0000000000",
        room_id=ROOM_ID,
        name="",
        identity=new_identity(LARGE_SUITE),
        ring=KeyRing(derive_secrets(bytes(32))),
    )
    return Transcript(state, lambda: MERGED_AT)


def merging_logs() -> dict[str, list[Said]]:
    places = itertools.count(1)

    def said(who: str, text: str | None, leaf: str = "", **fields: Any) -> Said:
        seq = next(places)
        salt = hashlib.sha256(seq.to_bytes(4, "big")).digest()[:16]
        pseudonym, key = (hashlib.sha256(name.encode()).digest() for name in (who, leaf or who))
        content = Content(salt, text, **fields).encode()
        return Said(seq, MERGED_AT, pseudonym[:16], key, who, content)

    def name(of: Said) -> bytes:
        return compute_message_id(of.pseudonym, ROOM_ID, of.content)

    def edit(who: str, of: Said, text: str, leaf: str = "") -> Said:
        return said(who, text, leaf, replaces=name(of))

    def delete(who: str, of: Said, leaf: str = "") -> Said:
        return said(who, None, leaf, replaces=name(of))

    def react(who: str, to: Said, sign: str) -> Said:
        return said(who, sign, disposition=Disposition.REACTION, in_reply_to=name(to))

    def unreact(who: str, reaction: Said, leaf: str = "") -> Said:
        fields: dict[str, Any] = {"disposition": Disposition.REACTION, "replaces": name(reaction)}
        return said(who, None, leaf, **fields)

    logs: dict[str, list[Said]] = {}
    first = said("Ann", "one")
    logs["edited twice"] = [first, edit("Ann", first, "two"), edit("Ann", first, "three")]
    first = said("Ann", "one")
    logs["edits and a deletion by another"] = [
        first,
        edit("Bob", first, "his"),
        delete("Bob", first),
        edit("Ann", first, "hers", "Bob"),
        delete("Ann", first, "Bob"),
    ]
    first = said("Ann", "one")
    logs["deleted, then edited"] = [
        first,
        edit("Ann", first, "two"),
        react("Bob", first, "+"),
        delete("Ann", first),
        edit("Ann", first, "three"),
    ]
    first = said("Ann", "one")
    thumb, again = react("Bob", first, "+"), react("Bob", first, "+")
    logs["signs that meet, and one taken back"] = [
        first,
        thumb,
        again,
        react("Ann", first, "+"),
        react("Bob", first, "♥"),
        unreact("Bob", thumb),
    ]
    first = said("Ann", "one")
    thumb = react("Bob", first, "+")
    logs["a sign taken back by another"] = [
        first,
        thumb,
        unreact("Ann", thumb),
        unreact("Bob", thumb, "Ann"),
    ]
    first = said("Ann", "one")
    thumb, second = react("Bob", first, "+"), edit("Ann", first, "two")
    logs["changes of what is no message"] = [
        first,
        thumb,
        second,
        unreact("Ann", first),
        delete("Bob", thumb),
        edit("Ann", second, "three"),
        react("Bob", second, "+"),
        react("Ann", thumb, "+"),
    ]
    first = said("Ann", "one")
    logs["an edit of a reply keeps what it answers"] = [
        first,
        reply := said("Bob", "two", in_reply_to=name(first)),
        edit("Bob", reply, "three"),
    ]
    logs["a change of what nobody has"] = [delete("Ann", said("Ann", "lost")), said("Bob", "here")]
    return logs


# policy


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


# signals


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


def main() -> None:
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "vectors")
    for name, make in {
        "content/content": content_vectors,
        "content/padding": padding_vectors,
        "content/merging": merging_vectors,
        "policy/room_policy": policy_vectors,
        "policy/changes": change_vectors,
        "signals/signals": signal_vectors,
    }.items():
        path = target / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(make(), indent=1, ensure_ascii=True) + "\n", "ascii")


if __name__ == "__main__":
    main()
