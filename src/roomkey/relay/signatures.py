"""What a connection claims is proved by a signature, or refused."""

from roomkey.crypto.signature import ED25519
from roomkey.errors import CryptoError, MalformedRequest, RequestError


def require_signature(
    key: bytes,
    transcript: bytes,
    signature: bytes,
    refusal: type[RequestError] = MalformedRequest,
) -> None:
    """Raise `refusal` unless the holder of a 32-byte Ed25519 key has signed the transcript."""
    try:
        ED25519.verify(key, transcript, signature)
    except CryptoError as error:
        raise refusal("signature") from error
