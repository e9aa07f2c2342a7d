"""The key schedule: an epoch's secrets from the last one's (RFC 9420 §8)."""

from dataclasses import dataclass
from typing import Final

from roomkey.crypto.suite import CipherSuite

from .codec import Reader, opaque
from .group_context import GroupContext
from .labels import derive_secret, expand_with_label

EXTERNAL_INIT_LABEL: Final = b"MLS 1.0 external init secret"
"""What a joiner from outside and the group export their init secret by (§8.3)."""

_LABELS: Final = (
    b"sender data",
    b"exporter",
    b"external",
    b"confirm",
    b"membership",
    b"resumption",
    b"authentication",
    b"init",
)


@dataclass(frozen=True, slots=True, repr=False)
class EpochSecrets:
    """What is kept of an epoch; epoch, joiner and encryption secret are not (§9.2)."""

    sender_data_secret: bytes
    exporter_secret: bytes
    external_secret: bytes
    confirmation_key: bytes
    membership_key: bytes
    resumption_psk: bytes
    epoch_authenticator: bytes
    init_secret: bytes

    def encode(self) -> bytes:
        """Write the secrets for the member's own storage."""
        return b"".join(
            opaque(secret)
            for secret in (
                self.sender_data_secret,
                self.exporter_secret,
                self.external_secret,
                self.confirmation_key,
                self.membership_key,
                self.resumption_psk,
                self.epoch_authenticator,
                self.init_secret,
            )
        )

    @classmethod
    def decode(cls, reader: Reader) -> "EpochSecrets":
        """Read the secrets from the member's own storage."""
        return cls(*[reader.opaque() for _ in _LABELS])

    @classmethod
    def none(cls) -> "EpochSecrets":
        """Stand for the secrets of an epoch that one is not a member of."""
        return cls(*[b"" for _ in _LABELS])

    def export(self, suite: CipherSuite, label: bytes, context: bytes, length: int) -> bytes:
        """Derive a secret for the application (MLS-Exporter, §8.5)."""
        secret = derive_secret(suite, self.exporter_secret, label)
        return expand_with_label(suite, secret, b"exported", suite.hash(context), length)

    def external_key_pair(self, suite: CipherSuite) -> tuple[bytes, bytes]:
        """Derive the key pair that external commits encrypt to (§8.3)."""
        return suite.kem.derive_key_pair(self.external_secret)


def derive_epoch(suite: CipherSuite, epoch_secret: bytes) -> tuple[EpochSecrets, bytes]:
    """Derive an epoch's secrets and, apart, the encryption secret, which is used up at once."""
    secrets = EpochSecrets(*[derive_secret(suite, epoch_secret, label) for label in _LABELS])
    return secrets, derive_secret(suite, epoch_secret, b"encryption")


def derive_joiner_secret(
    suite: CipherSuite, init_secret: bytes, commit_secret: bytes, context: GroupContext
) -> bytes:
    """Combine the last epoch's init secret with the commit's secret, for the next context."""
    extracted = suite.extract(init_secret, commit_secret)
    return expand_with_label(suite, extracted, b"joiner", context.encode(), suite.hash_length)


def derive_epoch_from_joiner(
    suite: CipherSuite, joiner_secret: bytes, psk_secret: bytes, context: GroupContext
) -> tuple[EpochSecrets, bytes]:
    """Derive an epoch's secrets from what its members, new ones too, know."""
    extracted = suite.extract(joiner_secret, psk_secret)
    epoch = expand_with_label(suite, extracted, b"epoch", context.encode(), suite.hash_length)
    return derive_epoch(suite, epoch)


def derive_welcome_secret(suite: CipherSuite, joiner_secret: bytes, psk_secret: bytes) -> bytes:
    """Derive the secret that a Welcome's group info is encrypted under."""
    return derive_secret(suite, suite.extract(joiner_secret, psk_secret), b"welcome")


def derive_welcome_key(
    suite: CipherSuite, joiner_secret: bytes, psk_secret: bytes
) -> tuple[bytes, bytes]:
    """Derive the key and nonce of a Welcome's group info (§12.4.3.1)."""
    secret = derive_welcome_secret(suite, joiner_secret, psk_secret)
    return (
        expand_with_label(suite, secret, b"key", b"", suite.key_length),
        expand_with_label(suite, secret, b"nonce", b"", suite.nonce_length),
    )
