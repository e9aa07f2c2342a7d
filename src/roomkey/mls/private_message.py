"""Private messages: encrypted for the group, their sender too (RFC 9420 §6.3)."""

from collections.abc import Callable
from dataclasses import dataclass

from roomkey.crypto.randomness import Random
from roomkey.crypto.suite import CipherSuite
from roomkey.errors import OwnMessage, ValidationError

from .codec import Reader, decode_all, opaque, uint8, uint32, uint64
from .framing import (
    AuthenticatedContent,
    FramedContent,
    Sender,
    VerifiedContent,
    WireFormat,
    decode_auth,
    decode_content,
    encode_content,
)
from .group_context import GroupContext
from .labels import expand_with_label
from .rules import enforcing, require
from .secret_tree import MessageKey, SecretTree

REUSE_GUARD_LENGTH = 4


@dataclass(frozen=True, slots=True)
class SenderData:
    """Which key opens a message: the sender's leaf, the generation, and a guard for the nonce."""

    leaf_index: int
    generation: int
    reuse_guard: bytes

    def encode(self) -> bytes:
        """Write `struct SenderData`."""
        return uint32(self.leaf_index) + uint32(self.generation) + self.reuse_guard

    @classmethod
    def decode(cls, reader: Reader) -> "SenderData":
        """Read `struct SenderData`."""
        return cls(reader.uint32(), reader.uint32(), reader.take(REUSE_GUARD_LENGTH))


def sender_data_key(suite: CipherSuite, secret: bytes, ciphertext: bytes) -> MessageKey:
    """Derive the key and nonce of the sender data from a sample of the ciphertext (§6.3.2)."""
    sample = ciphertext[: suite.hash_length]
    return (
        expand_with_label(suite, secret, b"key", sample, suite.key_length),
        expand_with_label(suite, secret, b"nonce", sample, suite.nonce_length),
    )


def _guarded(nonce: bytes, guard: bytes) -> bytes:
    masked = bytes(one ^ other for one, other in zip(nonce, guard, strict=False))
    return masked + nonce[len(guard) :]


@dataclass(frozen=True, slots=True)
class PrivateMessage:
    """A ciphertext as received."""

    group_id: bytes
    epoch: int
    content_type: int
    authenticated_data: bytes
    encrypted_sender_data: bytes
    ciphertext: bytes

    def encode(self) -> bytes:
        """Write `struct PrivateMessage`."""
        return content_aad(self) + opaque(self.encrypted_sender_data) + opaque(self.ciphertext)

    @classmethod
    def decode(cls, reader: Reader) -> "PrivateMessage":
        """Read `struct PrivateMessage`."""
        return cls(
            reader.opaque(),
            reader.uint64(),
            reader.uint8(),
            reader.opaque(),
            reader.opaque(),
            reader.opaque(),
        )

    @classmethod
    def protect(
        cls,
        authenticated: AuthenticatedContent,
        suite: CipherSuite,
        sender_data_secret: bytes,
        secret_tree: SecretTree,
        random: Random,
        padding: int = 0,
    ) -> "PrivateMessage":
        """Encrypt own signed content with the next key, followed by `padding` zero bytes."""
        framed = authenticated.framed
        plaintext = encode_content(framed.content) + authenticated.encode_auth() + bytes(padding)
        guard = random(REUSE_GUARD_LENGTH)
        generation, (key, nonce) = secret_tree.send(framed.content_type)
        ciphertext = suite.seal(key, _guarded(nonce, guard), content_aad(framed), plaintext)
        key, nonce = sender_data_key(suite, sender_data_secret, ciphertext)
        sender = SenderData(framed.sender.index, generation, guard).encode()
        return cls(
            framed.group_id,
            framed.epoch,
            framed.content_type,
            framed.authenticated_data,
            suite.seal(key, nonce, sender_data_aad(framed), sender),
            ciphertext,
        )

    def open(
        self,
        suite: CipherSuite,
        context: GroupContext,
        sender_data_secret: bytes,
        secret_tree: SecretTree,
        signature_key_of: Callable[[int], bytes | None],
        own_leaf: int,
    ) -> tuple[VerifiedContent, Callable[[], None]]:
        """Decrypt and verify; gives the content, and what to call to delete the key that opened it.

        Raises ValidationError, DecryptionFailed, GenerationConsumed, or OwnMessage.
        """
        require(self.group_id == context.group_id, "msg-01")
        key, nonce = sender_data_key(suite, sender_data_secret, self.ciphertext)
        opened = suite.open(key, nonce, sender_data_aad(self), self.encrypted_sender_data)
        sender = decode_all(SenderData.decode, opened)
        signature_key = signature_key_of(sender.leaf_index)
        if signature_key is None:
            raise ValidationError("msg-02", f"leaf {sender.leaf_index}")
        if sender.leaf_index == own_leaf:
            raise OwnMessage
        staged = secret_tree.receive(sender.leaf_index, self.content_type, sender.generation)
        nonce = _guarded(staged.nonce, sender.reuse_guard)
        plaintext = suite.open(staged.key, nonce, content_aad(self), self.ciphertext)
        authenticated = self._read(plaintext, sender.leaf_index)
        with enforcing("msg-03"):
            authenticated.verify_signature(suite, signature_key, context)
        return VerifiedContent(authenticated, sender.generation), staged.consume

    def _read(self, plaintext: bytes, leaf_index: int) -> AuthenticatedContent:
        reader = Reader(plaintext)
        content = decode_content(self.content_type, reader)
        signature, confirmation_tag = decode_auth(content, reader)
        require(not any(plaintext[reader.position :]), "msg-06")
        framed = FramedContent(
            self.group_id,
            self.epoch,
            Sender.member(leaf_index),
            self.authenticated_data,
            content,
        )
        return AuthenticatedContent(WireFormat.PRIVATE_MESSAGE, framed, signature, confirmation_tag)


def sender_data_aad(head: PrivateMessage | FramedContent) -> bytes:
    """Write what is authenticated with the sender data (SenderDataAAD, §6.3.2)."""
    return opaque(head.group_id) + uint64(head.epoch) + uint8(head.content_type)


def content_aad(head: PrivateMessage | FramedContent) -> bytes:
    """Write what is authenticated with the content (PrivateContentAAD, §6.3.1)."""
    return sender_data_aad(head) + opaque(head.authenticated_data)
