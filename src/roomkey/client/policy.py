"""What a room's members hold each other to, beyond RFC 9420 (docs/protocol/group.md)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from roomkey.crypto.signature import ED25519
from roomkey.errors import (
    BadSignature,
    DecodeError,
    DecryptionFailed,
    GhostMember,
    PolicyViolation,
)
from roomkey.keys.key_ring import KeyRing
from roomkey.keys.root import psk_id
from roomkey.keys.sealed_name import open_name
from roomkey.mls import (
    Add,
    CredentialType,
    Extension,
    Group,
    GroupContext,
    GroupContextExtensions,
    LeafNode,
    Policy,
    PreSharedKeyId,
    PskType,
    ReInit,
    Remove,
    SentProposal,
)
from roomkey.mls.codec import Reader, decode_all, opaque, uint32
from roomkey.wire.limits import SIGNATURE_BYTES
from roomkey.wire.transcripts import leave_transcript

from .room_policy import ROOM_POLICY_EXTENSION, SEALED_NAME_EXTENSION, RoomPolicy

PSEUDONYM_BYTES: Final = 16


def encode_sealed_name(key_id: int, sealed: bytes) -> Extension:
    """Wrap a sealed display name, and the key id it is sealed under, for a leaf."""
    return Extension(SEALED_NAME_EXTENSION, uint32(key_id) + opaque(sealed))


def decode_sealed_name(data: bytes) -> tuple[int, bytes]:
    """Read the key id and the sealed name of a leaf; raises DecodeError."""
    return decode_all(lambda reader: (reader.uint32(), reader.opaque()), data)


def sealed_under(leaf: LeafNode) -> int:
    """Say which room key a leaf's name is sealed under; raises GhostMember if it has no name."""
    try:
        return decode_sealed_name(leaf.extension(SEALED_NAME_EXTENSION) or b"")[0]
    except DecodeError as error:
        raise GhostMember from error


def encode_statements(statements: Mapping[int, bytes]) -> bytes:
    """Write leave statements by leaf index, for a commit's authenticated data."""
    return b"".join(uint32(index) + opaque(statements[index]) for index in sorted(statements))


def decode_statements(data: bytes) -> dict[int, bytes]:
    """Read leave statements by leaf index; raises DecodeError."""
    reader, statements = Reader(data), {}
    while reader.position < len(data):
        index, signature = reader.uint32(), reader.opaque()
        if len(signature) != SIGNATURE_BYTES:
            raise DecodeError("a leave statement")
        statements[index] = signature
    return statements


def verify_leave(room_id: bytes, leaf_key: bytes, signature: bytes) -> None:
    """Raise BadSignature unless the leaf's owner signed that it leaves."""
    ED25519.verify(leaf_key, leave_transcript(room_id, leaf_key), signature)


class MembersPolicy(Policy):
    """The checks of one room, with the room keys that names open with."""

    supported_extensions: tuple[int, ...] = (ROOM_POLICY_EXTENSION, SEALED_NAME_EXTENSION)

    def __init__(self, room_id: bytes, ring: KeyRing) -> None:
        self.room_id = room_id
        self.ring = ring
        self._names: dict[bytes, tuple[bytes, str]] = {}

    @property
    def names(self) -> dict[bytes, tuple[bytes, str]]:
        """The names that were opened: by signature key, the sealed form and the name."""
        return self._names

    def keep_names(self, names: Mapping[bytes, tuple[bytes, str]], leaves: Iterable[bytes]) -> None:
        """Know `names` of the members with these signature keys, and forget those of others."""
        self._names = {leaf: names[leaf] for leaf in leaves if leaf in names}

    def name_of(self, leaf: LeafNode) -> str:
        """Open a leaf's display name as its owner wrote it; raises GhostMember.

        Under a room key that this member was not given, it is the name that was known before.
        """
        sealed = leaf.extension(SEALED_NAME_EXTENSION)
        if sealed is None:
            raise GhostMember
        known = self._names.get(leaf.signature_key)
        if known is not None and known[0] == sealed:
            return known[1]
        try:
            key_id, sealed_name = decode_sealed_name(sealed)
            keys = self.ring.find(key_id)
            if keys is None and known is not None:
                return known[1]
            if keys is None:
                raise GhostMember
            key = leaf.signature_key
            name = open_name(keys.names, key_id, self.room_id, key, sealed_name)
        except (DecodeError, DecryptionFailed) as error:
            raise GhostMember from error
        self._names[leaf.signature_key] = (sealed, name)
        return name

    def check_leaf(self, leaf: LeafNode, index: int | None, context: GroupContext | None) -> None:
        """Refuse ghosts, and credentials that are more than a pseudonym."""
        del index
        credential = leaf.credential
        if credential.type != CredentialType.BASIC or len(credential.identity) != PSEUDONYM_BYTES:
            raise PolicyViolation("a member's credential is not a pseudonym")
        self.name_of(leaf)
        if context is not None and sealed_under(leaf) > rules_in(context).key_id:
            raise GhostMember

    def check_successor(self, old: LeafNode, new: LeafNode) -> None:
        """Let a member renew its keys, never who it is."""
        super().check_successor(old, new)
        if old.signature_key != new.signature_key:
            raise PolicyViolation("a member changed its signature key")

    def check_external_commit(
        self,
        psk_ids: Sequence[PreSharedKeyId],
        removed: LeafNode | None,
        new: LeafNode,
        context: GroupContext,
    ) -> None:
        """Let in who brings the current room key's PSK, and takes out nobody but itself."""
        rules = rules_in(context)
        names = [name.id for name in psk_ids if name.type == PskType.EXTERNAL]
        if names != [psk_id(rules.key_id)] or len(psk_ids) != 1:
            raise PolicyViolation("a join without the room key")
        if sealed_under(new) != rules.key_id:
            raise PolicyViolation("a join under an older room key")
        if removed is None and rules.locked:
            raise PolicyViolation("a join to a locked room")
        if removed is not None and (
            removed.credential != new.credential or removed.signature_key != new.signature_key
        ):
            raise PolicyViolation("a join that removes somebody else")

    def check_commit(
        self,
        group: Group,
        sender: int | None,
        proposals: Sequence[SentProposal],
        authenticated_data: bytes,
        removed: Mapping[int, LeafNode],
    ) -> None:
        """Check that each change was made by somebody who may make it."""
        rules = room_policy_of(group)
        for sent in proposals:
            proposal, author = sent.proposal, sent.sender
            if isinstance(proposal, ReInit):
                raise PolicyViolation("a room is not started anew")
            if isinstance(proposal, Add) and rules.locked:
                raise PolicyViolation("somebody was added to a locked room")
            if isinstance(proposal, GroupContextExtensions):
                self._check_rules(group, author, rules, proposal)
            if isinstance(proposal, Remove) and sender is not None:
                leaf = removed.get(proposal.removed)
                if leaf is not None and not is_host(group, author, rules):
                    self._check_left(proposal.removed, leaf, authenticated_data)

    def _check_rules(
        self,
        group: Group,
        author: int | None,
        rules: RoomPolicy,
        proposal: GroupContextExtensions,
    ) -> None:
        if not is_host(group, author, rules):
            raise PolicyViolation("only a host changes the room's rules")
        types = [extension.type for extension in proposal.extensions]
        if types != [ROOM_POLICY_EXTENSION]:
            raise PolicyViolation("the room's rules are missing")
        RoomPolicy.decode(proposal.extensions[0].data).verify_next(self.room_id, rules)

    def _check_left(self, index: int, leaf: LeafNode, authenticated_data: bytes) -> None:
        try:
            statement = decode_statements(authenticated_data).get(index)
            if statement is None:
                raise PolicyViolation("only a host removes somebody")
            verify_leave(self.room_id, leaf.signature_key, statement)
        except (DecodeError, BadSignature) as error:
            raise PolicyViolation("a leave statement that its leaf did not sign") from error


def rules_in(context: GroupContext) -> RoomPolicy:
    """Read the rules a group's context holds; raises PolicyViolation if it has none."""
    data = context.extension(ROOM_POLICY_EXTENSION)
    if data is None:
        raise PolicyViolation("the room has no rules")
    return RoomPolicy.decode(data)


def room_policy_of(group: Group) -> RoomPolicy:
    """Read the rules of a group; raises PolicyViolation if it has none."""
    return rules_in(group.context)


def is_host(group: Group, index: int | None, rules: RoomPolicy) -> bool:
    """Say whether the member at a leaf index is a host."""
    leaf = None if index is None else group.leaf(index)
    return leaf is not None and leaf.signature_key in rules.hosts
