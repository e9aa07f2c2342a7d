"""The identity a client signs with, and the leaves it makes of it (RFC 9420 §5.3, §7.2)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from roomkey.crypto.randomness import Random, system_random
from roomkey.crypto.suite import CipherSuite

from .capabilities import Capabilities
from .credential import Credential
from .extension import DEFAULT_EXTENSIONS, Extension
from .leaf_node import LeafNode, Lifetime


@dataclass(frozen=True, slots=True, repr=False)
class SigningIdentity:
    """A signature key pair and the credential that says whose it is."""

    suite: CipherSuite
    private_key: bytes
    public_key: bytes
    credential: Credential

    @classmethod
    def generate(
        cls, suite: CipherSuite, identity: bytes, random: Random = system_random
    ) -> "SigningIdentity":
        """Make a new key pair with a basic credential."""
        private_key, public_key = suite.signature.generate(random)
        return cls(suite, private_key, public_key, Credential.basic(identity))

    def unsigned_leaf(
        self,
        encryption_key: bytes,
        source: int,
        capabilities: Capabilities,
        extensions: Sequence[Extension],
        lifetime: Lifetime | None = None,
    ) -> LeafNode:
        """Make a leaf of this identity; what it carries is listed in its capabilities."""
        return LeafNode(
            encryption_key,
            self.public_key,
            self.credential,
            listing(capabilities, extensions),
            source,
            lifetime=lifetime,
            extensions=tuple(extensions),
        )


def listing(capabilities: Capabilities, extensions: Sequence[Extension]) -> Capabilities:
    """Add to capabilities the extension types of a leaf that has them."""
    missing = [
        extension.type
        for extension in extensions
        if extension.type not in DEFAULT_EXTENSIONS
        and extension.type not in capabilities.extensions
    ]
    return replace(capabilities, extensions=(*capabilities.extensions, *missing))
