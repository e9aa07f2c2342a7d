"""What a client holds of one room, in memory and in its store, always the same in both."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import cbor2

from roomkey.crypto.suite import XWING_SUITE, CipherSuite, cipher_suite
from roomkey.errors import RoomkeyError, SendingExhausted, StateCorrupt, StateError
from roomkey.keys.history import PastKeys, seal_epoch_secret
from roomkey.keys.key_ring import KeyRing
from roomkey.keys.root import RoomSecrets, psk_id
from roomkey.keys.sealed_name import seal_name
from roomkey.mls import (
    Credential,
    Environment,
    Extension,
    Group,
    PendingCommit,
    PreSharedKeyId,
    PskType,
    SigningIdentity,
)

from .conversation_policy import ConversationPolicy, Peer
from .policy import PSEUDONYM_BYTES, MembersPolicy, encode_sealed_name, room_policy_of
from .room_policy import RoomPolicy
from .room_store import RoomStore
from .tally import Tally
from .transport import Map

Sealed = TypeVar("Sealed")

HYBRID_SUITE = XWING_SUITE
HISTORY_LABEL = b"roomkey v1 history"
_DAMAGE = (
    RoomkeyError,
    cbor2.CBORError,
    ValueError,
    TypeError,
    AttributeError,
    OverflowError,
)
"""What reading a stored part raises that is not what was written."""


@dataclass(frozen=True, slots=True)
class Pending:
    """An own commit that the relay has not accepted yet, as far as is known here.

    `beside` is what travels with it (delivery.md), `secrets` the new room key's if it changes that.
    """

    request: bytes
    epoch: int
    beside: Map
    secrets: RoomSecrets | None
    commit: PendingCommit

    def __repr__(self) -> str:
        return f"Pending(epoch={self.epoch})"


class RoomState:
    """One member's room; whoever changes the group stores it in the same transaction."""

    def __init__(
        self,
        store: RoomStore,
        *,
        relay: str,
        code: str,
        room_id: bytes,
        name: str,
        identity: SigningIdentity,
        ring: KeyRing,
        peer: Peer | None = None,
    ) -> None:
        self.store = store
        self.relay, self.code, self.room_id, self.name = relay, code, room_id, name
        self.identity = identity
        self.peer = peer
        """The other one, if this is a private conversation."""
        self.policy = (
            MembersPolicy(room_id, ring)
            if peer is None
            else ConversationPolicy(room_id, ring, identity.public_key, name, peer)
        )
        self.environment = Environment(
            clock=lambda: int(time.time()), psks=self._find_psk, policy=self.policy
        )
        self.group: Group | None = None
        self.pending: Pending | None = None
        self.cursor = 0
        self.generations: dict[int, int] = {}
        self.tally = Tally()
        self.rules: RoomPolicy | None = None

    def __repr__(self) -> str:
        return f"RoomState({self.code})"

    @property
    def ring(self) -> KeyRing:
        """The room keys that this member was given."""
        return self.policy.ring

    @property
    def secrets(self) -> RoomSecrets:
        """The newest room key's keys that this member was given."""
        return self.policy.ring.current

    @property
    def needs_room_key(self) -> bool:
        """Whether the room key was changed to one that this member was not given."""
        return self.rules is not None and self.rules.key_id != self.secrets.key_id

    @property
    def leaf_key(self) -> bytes:
        """This member's signature public key."""
        return self.identity.public_key

    @property
    def pseudonym(self) -> bytes:
        """This member's credential."""
        return self.identity.credential.identity

    @property
    def joined(self) -> Group:
        """The group; raises StateCorrupt before the room was entered."""
        if self.group is None:
            raise StateCorrupt("the room was not entered yet")
        return self.group

    def _find_psk(self, name: PreSharedKeyId) -> bytes | None:
        mine = name.type == PskType.EXTERNAL and name.id == psk_id(self.secrets.key_id)
        return self.secrets.psk if mine else None

    def leaf_extensions(self) -> tuple[Extension, ...]:
        """Make the extension that shows the name to those with the room key; none of a handle."""
        if self.peer is not None:
            return ()
        sealed = seal_name(self.secrets, self.room_id, self.leaf_key, self.name)
        return (encode_sealed_name(self.secrets.key_id, sealed),)

    def history_secret(self, group: Group) -> bytes:
        """Derive the secret that archive copies of a group's epoch are sealed under; 32 bytes."""
        return group.export_secret(HISTORY_LABEL, b"", 32)

    def sealed_history(self, group: Group) -> bytes | None:
        """Seal an epoch's history secret for those who join later.

        None in a strict room, and without the room key it is to be sealed under.
        """
        return self.seal_history(group, self.secrets)

    def seal_history(self, group: Group, secrets: RoomSecrets) -> bytes | None:
        """Seal an epoch's history secret under a room key, as `sealed_history` does."""
        rules = room_policy_of(group)
        if not rules.is_shared or rules.key_id != secrets.key_id:
            return None
        secret = self.history_secret(group)
        return seal_epoch_secret(secrets, self.room_id, group.epoch, secret)

    # storing

    def save_identity(self) -> None:
        """Store what stays: names, the identity, the room's keys."""
        store = self.store
        store.set("relay", self.relay.encode())
        store.set("code", self.code.encode())
        store.set("room", self.room_id)
        store.set("name", self.name.encode())
        store.set("suite", self.identity.suite.id.to_bytes(2, "big"))
        store.set("signing", self.identity.private_key)
        store.set("pseudonym", self.pseudonym)
        if self.peer is not None:
            peer = [self.peer.handle, self.peer.identity, self.peer.leaf_key]
            store.set("peer", cbor2.dumps(peer))
        self.save_ring(self.ring)

    def save_ring(self, ring: KeyRing) -> None:
        """Store the room keys, and go on with them; inside of a transaction."""
        past = [[keys.key_id, keys.names, keys.history] for keys in ring.past]
        self.store.set("secrets", _encode_secrets(ring.current))
        self.store.set("past", cbor2.dumps(past))
        self.policy.ring = ring

    def set_suite(self, suite: CipherSuite) -> None:
        """Take the suite of the room for the identity."""
        self.identity = SigningIdentity(
            suite, self.identity.private_key, self.leaf_key, self.identity.credential
        )

    def adopt(
        self,
        group: Group,
        cursor: int,
        secrets: RoomSecrets | None = None,
        *,
        follows: bool = False,
    ) -> None:
        """Store a group that a commit led to, and go on with it; inside of a transaction.

        `secrets` are the new room key's, if the commit changed it. Who came in anew, and `follows`
        no group, may have passed over messages.
        """
        leaves = [leaf.signature_key for _, leaf in group.members()]
        if follows:
            before = (leaf.signature_key for _, leaf in self.joined.members())
            self.tally = self.tally.follow(before, leaves)
        else:
            self.tally = Tally()
        self.store.save_group(group.encode())
        if secrets is not None:
            self.save_ring(self.ring.turn(secrets))
        self.save_cursor(cursor)
        rules = room_policy_of(group)
        self.store.set("rules", rules.encode())
        self.generations = {}
        self._save_tally()
        self.store.drop("pending")
        self.group, self.pending, self.rules = group, None, rules
        self.policy.keep_names(self.policy.names, leaves)
        if self.needs_room_key:
            names = {leaf: list(known) for leaf, known in self.policy.names.items()}
            self.store.set("names", cbor2.dumps(names))
        else:
            self.store.drop("names")

    def sealed(self, make: Callable[[Group], Sealed]) -> Sealed:
        """Make with the group what uses a generation, which is reserved first where none is."""
        try:
            return make(self.joined)
        except SendingExhausted:
            self.reserve()
            return make(self.joined)

    def reserve(self) -> None:
        """Store that generations are used, before the group uses those that it was asked for."""
        with self.store.transaction():
            self.save_messages()

    def save_messages(self) -> None:
        """Store what sending or reading a message changed; inside of a transaction."""
        self.store.save_group(self.joined.encode())
        self._save_tally()

    def _save_tally(self) -> None:
        self.store.set("generations", cbor2.dumps(self.generations))
        self.store.set("tally", cbor2.dumps(self.tally.counts))

    @property
    def sent(self) -> int:
        """How many messages of this member's own it has seen in the log."""
        return int.from_bytes(self.store.get("sent") or b"", "big")

    def count_sent(self) -> None:
        """Count an own message that came to its place in the log; inside of a transaction."""
        self.store.set("sent", (self.sent + 1).to_bytes(8, "big"))

    def save_cursor(self, cursor: int) -> None:
        """Store the place in the log that was read up to."""
        self.store.set("cursor", cursor.to_bytes(8, "big"))
        self.store.set("seen", int(time.time() * 1000).to_bytes(8, "big"))
        self.cursor = cursor

    def save_pending(self, pending: Pending) -> None:
        """Store an own commit, and the key it used, before it is sent; inside of a transaction."""
        fields = [
            pending.request,
            pending.epoch,
            pending.beside,
            None if pending.secrets is None else _encode_secrets(pending.secrets),
            pending.commit.encode(),
        ]
        self.store.set("pending", cbor2.dumps(fields))
        self.store.remember(pending.request, "commit", pending.commit.message)
        self.save_messages()
        self.pending = pending

    def drop_pending(self) -> None:
        """Forget an own commit that lost."""
        self.store.drop("pending")
        self.pending = None

    def forget_keys(self) -> None:
        """Drop every key of a room that this member is no longer in; the transcript stays."""
        self.store.set("removed", b"\x01")
        self.save_ring(KeyRing(RoomSecrets(self.secrets.key_id, b"", b"", b"", b"")))
        self.store.drop("pending", "names")
        self.store.drop_group()
        self.group = self.pending = None

    def reload(self) -> None:
        """Take everything from the store again, as after a write that failed."""
        store = self.store
        try:
            cursor, rules = store.get("cursor"), store.get("rules")
            self.cursor = int.from_bytes(cursor or b"", "big")
            self.rules = None if rules is None else RoomPolicy.decode(rules)
            self.generations = cbor2.loads(store.get("generations") or b"\xa0")
            self.tally = Tally(cbor2.loads(store.get("tally") or b"\xa0"))
            self.policy.ring = _load_ring(store)
            names = cbor2.loads(store.get("names") or b"\xa0")
            self.policy.keep_names({leaf: (*known,) for leaf, known in names.items()}, names)
            snapshot = store.load_group()
            self.group = self.pending = None
            if snapshot is None:
                return
            self.group = Group.decode(snapshot, self.environment)
            stored = store.get("pending")
            if stored is not None:
                request, epoch, beside, keys, commit = cbor2.loads(stored)
                made = PendingCommit.decode(commit, self.environment, base=self.group)
                secrets = None if keys is None else RoomSecrets(*cbor2.loads(keys))
                self.pending = Pending(request, epoch, beside, secrets, made)
        except StateError:
            raise
        except _DAMAGE as error:
            raise StateCorrupt(store.path.name) from error

    @classmethod
    def load(cls, store: RoomStore) -> "RoomState":
        """Take a room from its store; raises StateCorrupt."""
        try:
            suite = cipher_suite(int.from_bytes(store.require("suite"), "big"))
            private_key = store.require("signing")
            identity = SigningIdentity(
                suite,
                private_key,
                suite.signature.public_key(private_key),
                Credential.basic(store.require("pseudonym")),
            )
            state = cls(
                store,
                relay=store.require("relay").decode(),
                code=store.require("code").decode(),
                room_id=store.require("room"),
                name=store.require("name").decode(),
                identity=identity,
                ring=_load_ring(store),
                peer=load_peer(store),
            )
        except StateError:
            raise
        except _DAMAGE as error:
            raise StateCorrupt(store.path.name) from error
        state.reload()
        return state


def _encode_secrets(secrets: RoomSecrets) -> bytes:
    keys = [secrets.key_id, secrets.admission, secrets.psk, secrets.names, secrets.history]
    return cbor2.dumps(keys)


def load_peer(store: RoomStore) -> Peer | None:
    """Tell who the other one is, if a stored room is a private conversation."""
    stored = store.get("peer")
    return None if stored is None else Peer(*cbor2.loads(stored))


def _load_ring(store: RoomStore) -> KeyRing:
    current = RoomSecrets(*cbor2.loads(store.require("secrets")))
    past = cbor2.loads(store.get("past") or b"\x80")
    return KeyRing(current, (PastKeys(*keys) for keys in past))


def new_identity(
    suite_id: int = HYBRID_SUITE, random: Callable[[int], bytes] = os.urandom
) -> SigningIdentity:
    """Make an identity for one room: a fresh key under a fresh pseudonym."""
    return SigningIdentity.generate(cipher_suite(suite_id), random(PSEUDONYM_BYTES), random)
