"""Where the official vectors are: ROOMKEY_VECTORS names a folder of mls, wycheproof, rfc9497."""

import os
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# asserts of modules that tests share explain themselves too
pytest.register_assert_rewrite(
    "mls_talk",
    "mls_twins",
    "mls_world",
    "tests.unit.mls.room",
    "tests.vectors.mls_categories",
    "ts_mls_toolkit",
)

# started in the background we may have had Ctrl-C ignored, and so all programs of the tests
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# how long something takes is no test: machines are busy
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

_FOLDERS = {
    "ROOMKEY_MLS_VECTORS": "mls",
    "ROOMKEY_WYCHEPROOF_VECTORS": "wycheproof",
    "ROOMKEY_OPRF_VECTORS": "rfc9497/allVectors.json",
}

if "ROOMKEY_VECTORS" in os.environ:
    for variable, folder in _FOLDERS.items():
        os.environ.setdefault(variable, str(Path(os.environ["ROOMKEY_VECTORS"]) / folder))
