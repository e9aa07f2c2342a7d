"""Every test of live groups runs with a classic and a hybrid suite."""

import pytest

from roomkey.crypto.suite import CipherSuite, cipher_suite


@pytest.fixture(params=[3, 0xF00E], ids=["x25519", "xwing"])
def suite(request: pytest.FixtureRequest) -> CipherSuite:
    return cipher_suite(request.param)
