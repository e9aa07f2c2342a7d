"""The secret tree: a message key for each sender, kind and generation (RFC 9420 §9)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from roomkey.crypto.suite import CipherSuite
from roomkey.errors import GenerationConsumed, SendingExhausted

from .codec import Reader, opaque, uint8, uint32
from .framing import ContentType
from .labels import derive_tree_secret, expand_with_label
from .rules import require
from .tree_math import direct_path, left, right, root

MAX_FORWARD: Final = 1024
"""How many generations one message may be ahead of the last one received."""

MAX_SKIPPED: Final = 256
"""How many keys of messages that did not arrive are kept in each ratchet."""

RESERVED: Final = 32
"""How many messages may be sent before the state has to be stored again."""

HANDSHAKE: Final = 0
APPLICATION: Final = 1
KINDS: Final = (HANDSHAKE, APPLICATION)

MessageKey = tuple[bytes, bytes]
"""An AEAD key and nonce, for one message."""


def _ratchet_kind(content_type: int) -> int:
    """Say which of a sender's two ratchets a content type uses (§9.1)."""
    return APPLICATION if content_type == ContentType.APPLICATION else HANDSHAKE


@dataclass(frozen=True, slots=True, repr=False)
class Ratchet:
    """A sender's next secret, and the keys that were passed over."""

    secret: bytes
    generation: int = 0
    skipped: dict[int, MessageKey] = field(default_factory=dict)

    def step(self, suite: CipherSuite) -> tuple[MessageKey, "Ratchet"]:
        """Give this generation's key, and the ratchet without it."""
        number = self.generation
        key = derive_tree_secret(suite, self.secret, b"key", number, suite.key_length)
        nonce = derive_tree_secret(suite, self.secret, b"nonce", number, suite.nonce_length)
        return (key, nonce), self.pass_over(suite)

    def pass_over(self, suite: CipherSuite) -> "Ratchet":
        """Give the ratchet of the next generation; this one's key is lost."""
        secret = derive_tree_secret(
            suite, self.secret, b"secret", self.generation, suite.hash_length
        )
        return Ratchet(secret, self.generation + 1, self.skipped)

    def encode(self) -> bytes:
        """Write the ratchet for the member's own storage."""
        keys = b"".join(
            uint32(number) + opaque(key) + opaque(nonce)
            for number, (key, nonce) in self.skipped.items()
        )
        return opaque(self.secret) + uint32(self.generation) + opaque(keys)

    @classmethod
    def decode(cls, reader: Reader) -> "Ratchet":
        """Read a ratchet from the member's own storage."""

        def skipped_key(keys: Reader) -> tuple[int, MessageKey]:
            return keys.uint32(), (keys.opaque(), keys.opaque())

        return cls(reader.opaque(), reader.uint32(), dict(reader.vector(skipped_key)))


@dataclass(frozen=True, slots=True, repr=False)
class StagedKey:
    """A key to open a message with; `consume` deletes it, once the message is proven."""

    key: bytes
    nonce: bytes
    consume: Callable[[], None]


class SecretTree:
    """An epoch's message keys: grown from the root as senders appear, each used once.

    What is derived replaces what it was derived from (§9.2). Sending keeps to the generations
    reserved by the last `encode`: a copy restored from it sends beyond them, so that no key and
    nonce ever serve two messages. A restored tree reserves for what it is asked to send: who
    only listens, however often restored, leaves no gap that others would refuse.
    """

    __slots__ = ("_asked", "_limits", "_nodes", "_own_leaf", "_ratchets", "_suite", "leaves")

    def __init__(
        self,
        suite: CipherSuite,
        leaves: int,
        nodes: dict[int, bytes],
        own_leaf: int,
        allowance: int,
    ) -> None:
        self.leaves = leaves
        self._suite = suite
        self._nodes = nodes
        self._ratchets: dict[tuple[int, int], Ratchet] = {}
        self._own_leaf = own_leaf
        self._limits = [allowance, allowance]
        self._asked = set(KINDS)

    @classmethod
    def create(
        cls,
        suite: CipherSuite,
        leaves: int,
        encryption_secret: bytes,
        own_leaf: int,
        *,
        allowance: int = RESERVED,
    ) -> "SecretTree":
        """Start an epoch's tree; `allowance` messages may be sent before it is stored."""
        return cls(suite, leaves, {root(leaves): encryption_secret}, own_leaf, allowance)

    def copy(self) -> "SecretTree":
        """Give a tree that changes apart from this one."""
        twin = SecretTree(self._suite, self.leaves, dict(self._nodes), self._own_leaf, 0)
        twin._ratchets = dict(self._ratchets)
        twin._limits = list(self._limits)
        twin._asked = set(self._asked)
        return twin

    def without_handshake(self) -> "SecretTree":
        """Give a copy that opens application messages only, for when the epoch has passed."""
        twin = self.copy()
        for leaf, kind in self._ratchets:
            if kind == HANDSHAKE:
                del twin._ratchets[leaf, kind]
        return twin

    def send(self, content_type: int) -> tuple[int, MessageKey]:
        """Take the next key for an own message; raises SendingExhausted until state is stored."""
        kind = _ratchet_kind(content_type)
        self._asked.add(kind)
        ratchet, grow = self._ratchet(self._own_leaf, kind)
        if ratchet.generation >= self._limits[kind]:
            raise SendingExhausted
        key, following = ratchet.step(self._suite)
        grow()
        self._ratchets[self._own_leaf, kind] = following
        return ratchet.generation, key

    def receive(self, leaf: int, content_type: int, generation: int) -> StagedKey:
        """Find the key of a received message; nothing changes until it is consumed.

        Raises GenerationConsumed if the key was used or is no longer kept.
        """
        slot = (leaf, _ratchet_kind(content_type))
        ratchet, grow = self._ratchet(*slot)
        (key, nonce), following = (
            _take_skipped(ratchet, generation)
            if generation < ratchet.generation
            else self._advance(ratchet, generation)
        )

        def consume() -> None:
            grow()
            self._ratchets[slot] = following

        return StagedKey(key, nonce, consume)

    def _advance(self, ratchet: Ratchet, generation: int) -> tuple[MessageKey, Ratchet]:
        ahead = generation - ratchet.generation
        require(ahead <= MAX_FORWARD, "msg-11", f"{ahead} generations")
        skipped = dict(ratchet.skipped)
        while ratchet.generation < generation:
            if generation - ratchet.generation > MAX_SKIPPED:
                ratchet = ratchet.pass_over(self._suite)
            else:
                number = ratchet.generation
                skipped[number], ratchet = ratchet.step(self._suite)
        for number in sorted(skipped)[:-MAX_SKIPPED]:
            del skipped[number]
        key, following = ratchet.step(self._suite)
        return key, Ratchet(following.secret, following.generation, skipped)

    def _ratchet(self, leaf: int, kind: int) -> tuple[Ratchet, Callable[[], None]]:
        """Get a ratchet, and what to call to keep it if it had to be derived."""
        known = self._ratchets.get((leaf, kind))
        if known is not None:
            return known, lambda: None
        if not 0 <= leaf < self.leaves:
            raise GenerationConsumed
        suite = self._suite
        path = [2 * leaf, *direct_path(2 * leaf, self.leaves)]
        start = next((step for step, node in enumerate(path) if node in self._nodes), None)
        if start is None:
            raise GenerationConsumed
        secret = self._nodes[path[start]]
        grown: dict[int, bytes] = {}
        for step in range(start, 0, -1):
            above, below = path[step], path[step - 1]
            halves = {
                left(above): expand_with_label(suite, secret, b"tree", b"left", suite.hash_length),
                right(above): expand_with_label(
                    suite, secret, b"tree", b"right", suite.hash_length
                ),
            }
            secret = halves.pop(below)
            grown.update(halves)
        ratchets = {
            (leaf, number): Ratchet(expand_with_label(suite, secret, label, b"", suite.hash_length))
            for number, label in ((HANDSHAKE, b"handshake"), (APPLICATION, b"application"))
        }

        def grow() -> None:
            if self._nodes.pop(path[start], None) is not None:
                self._nodes.update(grown)
                self._ratchets.update(ratchets)

        return ratchets[leaf, kind], grow

    def encode(self) -> bytes:
        """Write the tree for the member's own storage, and reserve generations for sending.

        Own ratchets are written as they will be when the reservation is used up.
        """
        for kind in self._asked:
            ratchet, grow = self._ratchet(self._own_leaf, kind)
            grow()
            self._limits[kind] = ratchet.generation + RESERVED
        return self._encode(reserve=True)

    def encode_past(self) -> bytes:
        """Write the tree of an epoch that nothing more is sent in."""
        return self._encode(reserve=False)

    def _encode(self, *, reserve: bool) -> bytes:
        nodes = b"".join(uint32(node) + opaque(secret) for node, secret in self._nodes.items())
        ratchets = bytearray()
        for (leaf, kind), ratchet in self._ratchets.items():
            stored = ratchet
            if leaf == self._own_leaf:
                if not reserve:
                    continue
                while stored.generation < self._limits[kind]:
                    stored = stored.pass_over(self._suite)
            elif kind == HANDSHAKE and not reserve:
                continue
            ratchets += uint32(leaf) + uint8(kind) + stored.encode()
        return uint32(self.leaves) + opaque(nodes) + opaque(bytes(ratchets))

    @classmethod
    def decode(cls, suite: CipherSuite, own_leaf: int, reader: Reader) -> "SecretTree":
        """Read a tree from the member's own storage; what it is asked to send is stored first."""

        def node(items: Reader) -> tuple[int, bytes]:
            return items.uint32(), items.opaque()

        def ratchet(items: Reader) -> tuple[tuple[int, int], Ratchet]:
            return (items.uint32(), items.uint8()), Ratchet.decode(items)

        tree = cls(suite, reader.uint32(), dict(reader.vector(node)), own_leaf, 0)
        tree._ratchets = dict(reader.vector(ratchet))
        tree._asked.clear()
        return tree


def _take_skipped(ratchet: Ratchet, generation: int) -> tuple[MessageKey, Ratchet]:
    skipped = dict(ratchet.skipped)
    key = skipped.pop(generation, None)
    if key is None:
        raise GenerationConsumed
    return key, Ratchet(ratchet.secret, ratchet.generation, skipped)
