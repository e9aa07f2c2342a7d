"""Messages as they are encoded, and padded."""

import hashlib
from typing import Any

import cbor2

from client_vectors.values import OTHER_ID, PSEUDONYM, ROOM_ID, SALT, Vector, hexed
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
