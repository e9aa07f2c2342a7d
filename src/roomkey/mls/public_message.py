"""Public messages: signed, and if by a member tagged, but not encrypted (RFC 9420 §6.2)."""

from collections.abc import Callable
from dataclasses import dataclass

from roomkey.crypto.suite import CipherSuite
from roomkey.errors import ValidationError

from .codec import Reader, opaque
from .commit import Commit
from .framing import (
    AuthenticatedContent,
    ContentType,
    FramedContent,
    SenderType,
    VerifiedContent,
    WireFormat,
)
from .group_context import GroupContext
from .proposal import Add
from .rules import enforcing, require


@dataclass(frozen=True, slots=True)
class PublicMessage:
    """Content as received: nothing in it is to be believed before `verify`."""

    authenticated: AuthenticatedContent
    membership_tag: bytes | None = None

    @property
    def framed(self) -> FramedContent:
        """The content, unverified."""
        return self.authenticated.framed

    def encode(self) -> bytes:
        """Write `struct PublicMessage`."""
        encoded = self.framed.encode() + self.authenticated.encode_auth()
        if self.framed.sender.type == SenderType.MEMBER:
            encoded += opaque(self.membership_tag or b"")
        return encoded

    @classmethod
    def decode(cls, reader: Reader) -> "PublicMessage":
        """Read `struct PublicMessage`."""
        authenticated = AuthenticatedContent.decode_after_format(WireFormat.PUBLIC_MESSAGE, reader)
        if authenticated.framed.sender.type == SenderType.MEMBER:
            return cls(authenticated, reader.opaque())
        return cls(authenticated)

    @classmethod
    def protect(
        cls,
        authenticated: AuthenticatedContent,
        suite: CipherSuite,
        context: GroupContext,
        membership_key: bytes,
    ) -> "PublicMessage":
        """Make a member's message from content that is signed and, if a commit, confirmed."""
        return cls(
            authenticated, suite.mac(membership_key, _tagged_content(authenticated, context))
        )

    def verify(
        self,
        suite: CipherSuite,
        context: GroupContext,
        membership_key: bytes,
        signature_key_of: Callable[[int], bytes | None],
    ) -> VerifiedContent:
        """Check sender, membership and signature; raises ValidationError."""
        authenticated, framed = self.authenticated, self.framed
        require(framed.group_id == context.group_id, "msg-01")
        require(framed.content_type != ContentType.APPLICATION, "msg-05")
        if framed.sender.type == SenderType.MEMBER:
            key = signature_key_of(framed.sender.index)
            require(key is not None, "msg-02", f"leaf {framed.sender.index}")
            tagged = _tagged_content(authenticated, context)
            with enforcing("msg-04"):
                suite.verify_mac(membership_key, tagged, self.membership_tag or b"")
        else:
            key = self._key_of_outsider(context)
        assert key is not None
        with enforcing("msg-03"):
            authenticated.verify_signature(suite, key, context)
        return VerifiedContent(authenticated)

    def _key_of_outsider(self, context: GroupContext) -> bytes:
        sender, content = self.framed.sender, self.framed.content
        if sender.type == SenderType.EXTERNAL:
            require(not isinstance(content, bytes | Commit), "msg-10")
            senders = context.external_senders
            require(sender.index < len(senders), "msg-07", f"sender {sender.index}")
            return senders[sender.index].signature_key
        if sender.type == SenderType.NEW_MEMBER_PROPOSAL:
            if not isinstance(content, Add):
                raise ValidationError("msg-08")
            return content.key_package.leaf_node.signature_key
        if not isinstance(content, Commit):
            raise ValidationError("msg-09")
        if content.path is None:
            raise ValidationError("extcommit-05")
        return content.path.leaf_node.signature_key


def _tagged_content(authenticated: AuthenticatedContent, context: GroupContext) -> bytes:
    return authenticated.signed_content(context) + authenticated.encode_auth()
