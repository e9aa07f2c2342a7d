"""Welcomes: how added members learn the epoch they start in (RFC 9420 §12.4.3.1)."""

from dataclasses import dataclass

from .codec import Reader, opaque, optional, uint16, vector
from .pre_shared_key import PreSharedKeyId
from .update_path import HpkeCiphertext


@dataclass(frozen=True, slots=True, repr=False)
class GroupSecrets:
    """What one new member gets: the joiner secret, its share of the path, the keys to bring."""

    joiner_secret: bytes
    path_secret: bytes | None
    psk_ids: tuple[PreSharedKeyId, ...]

    def encode(self) -> bytes:
        """Write `struct GroupSecrets`."""
        path_secret = None if self.path_secret is None else opaque(self.path_secret)
        return opaque(self.joiner_secret) + optional(path_secret) + vector(self.psk_ids)

    @classmethod
    def decode(cls, reader: Reader) -> "GroupSecrets":
        """Read `struct GroupSecrets`."""
        return cls(
            reader.opaque(),
            reader.optional(Reader.opaque),
            reader.vector(PreSharedKeyId.decode),
        )


@dataclass(frozen=True, slots=True)
class EncryptedGroupSecrets:
    """Group secrets encrypted to the init key of the key package named."""

    new_member: bytes
    ciphertext: HpkeCiphertext

    def encode(self) -> bytes:
        """Write `struct EncryptedGroupSecrets`."""
        return opaque(self.new_member) + self.ciphertext.encode()

    @classmethod
    def decode(cls, reader: Reader) -> "EncryptedGroupSecrets":
        """Read `struct EncryptedGroupSecrets`."""
        return cls(reader.opaque(), HpkeCiphertext.decode(reader))


@dataclass(frozen=True, slots=True)
class Welcome:
    """One group info, encrypted once, and its key for each new member."""

    cipher_suite: int
    secrets: tuple[EncryptedGroupSecrets, ...]
    encrypted_group_info: bytes

    def encode(self) -> bytes:
        """Write `struct Welcome`."""
        return uint16(self.cipher_suite) + vector(self.secrets) + opaque(self.encrypted_group_info)

    @classmethod
    def decode(cls, reader: Reader) -> "Welcome":
        """Read `struct Welcome`."""
        return cls(reader.uint16(), reader.vector(EncryptedGroupSecrets.decode), reader.opaque())
