"""Argon2id (RFC 9106): makes each guess at a secret cost memory and time."""

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from roomkey.errors import CryptoError


def argon2id(
    password: bytes, salt: bytes, *, memory_kib: int, iterations: int, lanes: int, length: int
) -> bytes:
    """Stretch `password` to `length` bytes.

    `salt` has at least 8 bytes, `memory_kib` counts 1,024 bytes and is at least 8 for each lane.
    Raises `CryptoError` for parameters out of range (RFC 9106, 3.1).
    """
    try:
        return Argon2id(
            salt=salt,
            length=length,
            iterations=iterations,
            lanes=lanes,
            memory_cost=memory_kib,
        ).derive(password)
    except ValueError as error:
        raise CryptoError("Argon2id parameters") from error
