"""The safety code: what members compare aloud to know that all see the same group."""

from dataclasses import dataclass

from roomkey.crypto.hkdf import HKDF_SHA256
from roomkey.errors import InvalidKey
from roomkey.keys import labels
from roomkey.keys.words import WORD_COUNT, words

_GROUPS = 6
_GROUP_LIMIT = 100_000
_WORDS = 6
_NUMBER_BYTES = 8
_MIN_AUTHENTICATOR_LENGTH = 32


@dataclass(frozen=True, slots=True)
class SafetyCode:
    """One code in two forms: six groups of five digits (100 bits), or six words (77 bits)."""

    digits: tuple[str, ...]
    words: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join(self.digits)


def safety_code(epoch_authenticator: bytes) -> SafetyCode:
    """Return the code of an epoch (RFC 9420, 8.7), equal for all who share its state.

    Raises `InvalidKey` for an authenticator of fewer than 32 bytes.
    """
    if len(epoch_authenticator) < _MIN_AUTHENTICATOR_LENGTH:
        raise InvalidKey("length of epoch authenticator")
    return SafetyCode(
        digits=tuple(
            f"{number % _GROUP_LIMIT:05d}"
            for number in _numbers(epoch_authenticator, b" digits", _GROUPS)
        ),
        words=tuple(
            words()[number % WORD_COUNT]
            for number in _numbers(epoch_authenticator, b" words", _WORDS)
        ),
    )


def _numbers(epoch_authenticator: bytes, suffix: bytes, count: int) -> list[int]:
    # Eight bytes for each number: what `%` favours is then below one part in 2**47.
    prk = HKDF_SHA256.extract(b"", epoch_authenticator)
    material = HKDF_SHA256.expand(prk, labels.SAFETY_CODE + suffix, count * _NUMBER_BYTES)
    return [
        int.from_bytes(material[start : start + _NUMBER_BYTES], "big")
        for start in range(0, len(material), _NUMBER_BYTES)
    ]
