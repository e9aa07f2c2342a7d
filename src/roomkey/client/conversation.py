"""Beginning a private conversation, and taking up one that somebody else began (directory.md)."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

import cbor2

from roomkey.errors import DecodeError, PolicyViolation
from roomkey.keys.root import RoomSecrets
from roomkey.keys.sealed_name import seal_title
from roomkey.mls import (
    Add,
    Environment,
    Extension,
    Group,
    KeyPackage,
    KeyPackageBundle,
    SigningIdentity,
    Welcome,
    find_extension,
)
from roomkey.mls.codec import Reader, decode_all, opaque
from roomkey.wire import room_code
from roomkey.wire.limits import CONVERSATION_MEMBERS, REQUEST_ID_BYTES

from .contact import CONTACT_EXTENSION, Contact
from .conversation_policy import Peer
from .creating import CREATING
from .policy import rules_in
from .room_policy import RoomPolicy
from .room_state import HYBRID_SUITE, RoomState

CONVERSATION_EXTENSION: Final = 0xF0A3
RETENTION_SECONDS: Final = 30 * 24 * 3600
ROOT_BYTES: Final = 32


@dataclass(frozen=True, slots=True, repr=False)
class Invitation:
    """Somebody's key package, and who that is; `introduce` says for a leaf key that it is `name`'s.

    `name` is one's own handle.
    """

    package: KeyPackage
    peer: Peer
    name: str
    introduce: Callable[[bytes], Contact]


@dataclass(frozen=True, slots=True)
class Received:
    """A conversation that somebody began, as its Welcome says; `root` is its secret."""

    room_id: bytes
    code: str
    root: bytes = field(repr=False)
    contact: Contact
    rules: RoomPolicy

    @property
    def peer(self) -> Peer:
        """Who has written; the rules are signed with the writer's leaf key."""
        return Peer(self.contact.handle, self.contact.identity, self.rules.signer)


def read_package(data: bytes, handle: str, directory: bytes) -> tuple[KeyPackage, Contact]:
    """Read what the relay gave for a handle; raises DecodeError, PolicyViolation, BadSignature.

    That the package itself is right is checked when its owner is added (RFC 9420 §10.1).
    """
    package = decode_all(KeyPackage.decode, data)
    said = find_extension(package.extensions, CONTACT_EXTENSION)
    if said is None:
        raise PolicyViolation("a key package of nobody")
    contact = decode_all(Contact.decode, said)
    if contact.handle != handle:
        raise PolicyViolation("the relay gave a key package of somebody else")
    contact.verify(directory, package.leaf_node.signature_key)
    return package, contact


def start_conversation(state: RoomState, invitation: Invitation, root: bytes) -> None:
    """Make the group of two and store it, with what the relay is to be asked.

    `root` has 32 random bytes, and the state its keys. Raises ValidationError or
    PolicyViolation for a key package that must not be used.
    """
    secrets = state.secrets
    own, other = state.leaf_key, invitation.peer.leaf_key
    rules = _rules(own, other, secrets, seal_title(secrets, state.room_id, ""))
    alone = Group.create(
        state.identity,
        state.room_id,
        state.environment,
        extensions=(rules.sign(state.identity.private_key, state.room_id).as_extension(),),
    )
    said = opaque(state.code.encode()) + opaque(root) + invitation.introduce(own).encode()
    made = alone.commit(
        [Add(invitation.package)], welcome_extensions=[Extension(CONVERSATION_EXTENSION, said)]
    )
    fields = {
        "request": os.urandom(REQUEST_ID_BYTES),
        "code": state.code,
        "admission": secrets.admission_public_key,
        "leaf": own,
        "group_info": made.group.group_info(),
        "suite": HYBRID_SUITE,
        "retention": RETENTION_SECONDS,
        "max_members": CONVERSATION_MEMBERS,
        "to": {"handle": invitation.peer.handle, "leaf": other, "welcome": made.welcome},
    }
    with state.store.transaction():
        state.save_identity()
        state.adopt(made.group, 0)
        state.store.set(CREATING, cbor2.dumps(fields))


def peek(
    welcome: Welcome,
    room_id: bytes,
    bundle: KeyPackageBundle,
    identity: SigningIdentity,
    directory: bytes,
) -> Received:
    """Read whom a Welcome is from, before anything is believed but that this one signed it.

    Raises CryptoError, DecodeError, MlsError or PolicyViolation.
    """
    environment = Environment(clock=lambda: int(time.time()))
    info = Group.peek_welcome(identity, welcome, bundle, environment)
    said = find_extension(info.extensions, CONVERSATION_EXTENSION)
    if said is None:
        raise PolicyViolation("a Welcome to no conversation")

    def read(reader: Reader) -> tuple[bytes, bytes, Contact]:
        return reader.opaque(), reader.opaque(), Contact.decode(reader)

    code, root, contact = decode_all(read, said)
    rules, context = rules_in(info.context), info.context
    if (context.group_id, context.epoch, len(root)) != (room_id, 1, ROOT_BYTES):
        raise PolicyViolation("a Welcome to another room than it lies with")
    try:
        parsed = room_code.parse(code.decode("ascii"))
    except UnicodeDecodeError as error:
        raise DecodeError("a room code") from error
    contact.verify(directory, rules.signer)
    return Received(room_id, parsed, root, contact, rules)


def take_up(
    state: RoomState, received: Received, welcome: Welcome, bundle: KeyPackageBundle
) -> None:
    """Join the group of a conversation and store it; raises MlsError, CryptoError, PolicyViolation.

    `state` has the root's keys, and the writer as its peer.
    """
    group = Group.join_welcome(state.identity, welcome, bundle, state.environment)
    rules, other, own = received.rules, received.peer.leaf_key, state.leaf_key
    expected = _rules(other, own, state.secrets, rules.sealed_title)
    if replace(rules, signer=b"", signature=b"") != expected:
        raise PolicyViolation("a conversation with other rules")
    rules.verify(state.room_id)
    if {leaf.signature_key for _, leaf in group.members()} != {own, other}:
        raise PolicyViolation("a conversation that is not of two")
    with state.store.transaction():
        state.save_identity()
        state.adopt(group, 0)


def _rules(writer: bytes, owner: bytes, secrets: RoomSecrets, sealed_title: bytes) -> RoomPolicy:
    return RoomPolicy(
        0,
        "strict",
        RETENTION_SECONDS,
        CONVERSATION_MEMBERS,
        True,
        (writer, owner),
        secrets.key_id,
        secrets.admission_public_key,
        sealed_title,
    )
