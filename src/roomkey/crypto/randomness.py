"""Where random bytes come from: a function handed in, so that tests can repeat what they saw."""

import os
from collections.abc import Callable

Random = Callable[[int], bytes]
"""Returns as many unpredictable bytes as asked for."""


def system_random(length: int) -> bytes:
    """Return `length` bytes from the operating system's generator, the source for all real use."""
    return os.urandom(length)
