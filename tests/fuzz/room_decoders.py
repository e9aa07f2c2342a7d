"""What members say to each other inside of messages, leaves, rules, signals and archives."""

from collections.abc import Callable
from dataclasses import replace

import cbor2

from roomkey.client.content import Content, pad, unpad
from roomkey.client.policy import (
    decode_sealed_name,
    decode_statements,
    encode_sealed_name,
    encode_statements,
)
from roomkey.client.room_policy import RoomPolicy
from roomkey.client.signals import Signal, SignalKind, _signed, open_signal, seal_signal
from roomkey.client.text import clean_name, clean_text
from roomkey.crypto import oprf
from roomkey.crypto.randomness import system_random
from roomkey.crypto.signature import ED25519
from roomkey.errors import CryptoError, DecodeError, GhostMember, PolicyViolation, TooLarge
from roomkey.keys import labels
from roomkey.keys.archive import ArchiveCopy, make_archive_copy, open_archive, seal_archive
from roomkey.keys.history import (
    open_epoch_secret,
    open_key_chain,
    seal_epoch_secret,
    seal_key_chain,
)
from roomkey.keys.key_ring import KeyRing
from roomkey.keys.labels import u32, u64
from roomkey.keys.new_root import open_new_root, seal_new_root
from roomkey.keys.sealed_name import open_name, open_title, seal_name, seal_title
from roomkey.keys.sealing import seal
from roomkey.wire import room_code
from roomkey.wire.transcripts import transcript

from .decoder import Decoder, Prepared, Read, reading
from .room_world import ROOM_ID, contents, secrets_of, world

SECRETS = secrets_of()
LEAF = ED25519.generate(system_random)
EPOCH = 3
PADDED = pad(contents()[0])


Seal = Callable[[bytes], bytes]


def _sealed(key: bytes, label: bytes, *context: bytes) -> Seal:
    """What a member with the room key sealed, in the place of what it should have."""
    return lambda plaintext: seal(key, label, context, plaintext, bytes)


def _through(opening: Read, sealing: Seal) -> Read:
    return lambda data: opening(sealing(data))


def _name(data: bytes) -> object:
    return open_name(SECRETS.names, 0, ROOM_ID, LEAF[1], data)


def _title(data: bytes) -> object:
    return open_title(SECRETS.names, 0, ROOM_ID, data)


def _archive(data: bytes) -> object:
    return open_archive(bytes(32), ROOM_ID, EPOCH, data)


def _rules(data: bytes) -> object:
    rules = RoomPolicy.decode(data)
    assert rules.encode() == data
    rules.verify(ROOM_ID)
    return rules


def _rules_prepared() -> Prepared:
    rules = world().ada.rules
    assert rules is not None
    return Prepared(_rules, (rules.encode(), replace(rules, hosts=(bytes(32), LEAF[1])).encode()))


def _signal() -> Prepared:
    here = Signal(SignalKind.HERE, 1_800_000_000_000)
    sealed = seal_signal(bytes(32), LEAF[0], ROOM_ID, EPOCH, here)
    return Prepared(lambda data: open_signal(bytes(32), LEAF[1], ROOM_ID, EPOCH, data), (sealed,))


def _signal_within() -> Prepared:
    sealing = _sealed(bytes(32), labels.SIGNAL, ROOM_ID, u64(EPOCH), LEAF[1])

    def read(said: bytes) -> object:
        signature = ED25519.sign(LEAF[0], _signed(ROOM_ID, EPOCH, LEAF[1], said[:9]))
        body = u64(EPOCH) + sealing(said[:9] + signature)
        return open_signal(bytes(32), LEAF[1], ROOM_ID, EPOCH, body)

    return Prepared(read, (b"\x01" + u64(1_800_000_000_000), b"\x04" + bytes(8)))


def _names_of_members() -> Prepared:
    ben = world().ben
    leaf = ben.joined.leaf(0)
    assert leaf is not None

    def read(data: bytes) -> object:
        named = replace(leaf, extensions=(replace(leaf.extensions[0], data=data),))
        ben.policy.keep_names({}, ())
        return ben.policy.name_of(named)

    return Prepared(read, (leaf.extensions[0].data,))


def _shown(data: bytes) -> object:
    text = data.decode(errors="replace")
    shown = clean_text(text)
    assert not any(sign in shown for sign in "\x1b\x9b\x9d\u202e")
    return shown, clean_name(text)


def _blinded() -> Prepared:
    blinding, _ = oprf.blind(b"a room key", system_random)
    _, element = oprf.blind(b"another", system_random)
    return Prepared(lambda data: oprf.finalize(blinding, data), (element, bytes(32)))


def _ring(data: bytes) -> object:
    return KeyRing(secrets_of(1)).follow_chain(ROOM_ID, {1: data})


def _code(data: bytes) -> object:
    code = room_code.parse(data.decode(errors="replace"))
    assert room_code.parse(room_code.show(code)) == code
    return code


def _leaf_names() -> list[bytes]:
    return [encode_sealed_name(0, *_names()).data]


def _names() -> list[bytes]:
    return [seal_name(SECRETS, ROOM_ID, LEAF[1], "Ada")]


def _inside(length: int) -> list[bytes]:
    return [length.to_bytes(2, "big") + b"Adas"[:length] + bytes(30 - length) + bytes(32)]


def _statements() -> list[bytes]:
    return [encode_statements({0: bytes(64), 7: bytes(64)}), b""]


def _copy() -> ArchiveCopy:
    return make_archive_copy(LEAF[0], ROOM_ID, EPOCH, bytes(16), 0, _names()[0], PADDED)


def _archives() -> list[bytes]:
    return [seal_archive(bytes(32), ROOM_ID, EPOCH, _copy())]


def _copies() -> list[bytes]:
    copy = _copy()
    parts = (copy.pseudonym, copy.signature_key, u32(copy.key_id))
    return [transcript(*parts, copy.sealed_name, copy.content, copy.signature)]


def _epoch_secret(data: bytes) -> object:
    return open_epoch_secret(SECRETS.history, 0, ROOM_ID, EPOCH, data)


def _epoch_secrets() -> list[bytes]:
    return [seal_epoch_secret(SECRETS, ROOM_ID, EPOCH, bytes(32))]


def _chain(data: bytes) -> object:
    return open_key_chain(secrets_of(1).history, 1, ROOM_ID, data)


def _new_root(data: bytes) -> object:
    return open_new_root(bytes(32), 1, ROOM_ID, data)


def _new_roots() -> list[bytes]:
    return [seal_new_root(bytes(32), 1, ROOM_ID, bytes(32))]


def _content_examples() -> list[bytes]:
    return [*contents(), cbor2.dumps([[[[]]]]), cbor2.dumps([b"", {"a": 2**64}])]


def decoders() -> list[Decoder]:
    """List them."""
    sealed = (CryptoError,)
    name_in = _sealed(SECRETS.names, labels.SEALED_NAME, ROOM_ID, u32(0), LEAF[1])
    title_in = _sealed(SECRETS.names, labels.SEALED_TITLE, ROOM_ID, u32(0), b"")
    archive_in = _sealed(bytes(32), labels.ARCHIVE, ROOM_ID, u64(EPOCH))
    chain_in = _sealed(secrets_of(1).history, labels.KEY_CHAIN, ROOM_ID, u32(1))
    chain = seal_key_chain(secrets_of(1), secrets_of(0), ROOM_ID)
    return [
        reading("content", Content.decode, _content_examples, DecodeError),
        reading("padding", unpad, lambda: [PADDED, pad(contents()[3])], DecodeError, TooLarge),
        reading("text to show", _shown, lambda: [b"Hello \x1b[31mred", "\x9d👍\x07".encode()]),
        reading("room code", _code, lambda: [b"7GQ2M-0XK4T", b" 7gq2moxk4t"], DecodeError),
        Decoder("signal", _signal, (DecodeError, CryptoError)),
        Decoder("signal by a member", _signal_within, (DecodeError, CryptoError)),
        Decoder("rules", _rules_prepared, (DecodeError, CryptoError, PolicyViolation)),
        reading("sealed name in a leaf", decode_sealed_name, _leaf_names, DecodeError),
        Decoder("name of a member", _names_of_members, (GhostMember,)),
        reading("leave statements", decode_statements, _statements, DecodeError),
        reading("sealed name", _name, _names, *sealed),
        reading("name by a member", _through(_name, name_in), lambda: _inside(4), *sealed),
        reading("sealed title", _title, lambda: [seal_title(SECRETS, ROOM_ID, "Tea")], *sealed),
        reading("title by a member", _through(_title, title_in), lambda: _inside(3), *sealed),
        reading("archive copy", _archive, _archives, *sealed),
        reading("archive copy by a member", _through(_archive, archive_in), _copies, *sealed),
        reading("epoch secret", _epoch_secret, _epoch_secrets, *sealed),
        reading("key chain", _chain, lambda: [chain], *sealed),
        reading("key chain by a member", _through(_chain, chain_in), lambda: [bytes(64)], *sealed),
        reading("key ring", _ring, lambda: [chain], *sealed),
        reading("new root", _new_root, _new_roots, *sealed),
        Decoder("evaluated room key", _blinded, sealed),
    ]
