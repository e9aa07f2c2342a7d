"""What HPKE and MLS ask of a key encapsulation mechanism (RFC 9180, 4)."""

from typing import Protocol

from roomkey.crypto.randomness import Random


class Kem(Protocol):
    """Key pairs, and shared secrets sent to a public key.

    All methods raise `InvalidKey` for a key of the wrong length or form.
    """

    @property
    def id(self) -> int:
        """The HPKE number of this KEM (RFC 9180, 7.1)."""

    def generate(self, random: Random) -> tuple[bytes, bytes]:
        """Return a new (private, public) key pair."""

    def derive_key_pair(self, ikm: bytes) -> tuple[bytes, bytes]:
        """Return the (private, public) key pair that follows from the secret `ikm`."""

    def public_key(self, private: bytes) -> bytes:
        """Return the public half of `private`."""

    def check_public_key(self, public: bytes) -> None:
        """Raise `InvalidKey` unless `public` can be encapsulated to."""

    def encapsulate(self, public: bytes, random: Random) -> tuple[bytes, bytes]:
        """Return (shared secret, KEM output) for `public`."""

    def decapsulate(self, private: bytes, kem_output: bytes) -> bytes:
        """Return the shared secret in `kem_output`, or raise `DecryptionFailed`."""
