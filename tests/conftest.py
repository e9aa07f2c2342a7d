"""Where the official vectors are: ROOMKEY_VECTORS names a folder of mls, wycheproof, rfc9497."""

import os
from pathlib import Path

import pytest

# asserts of modules that tests share explain themselves too
pytest.register_assert_rewrite(
    "mls_talk",
    "mls_twins",
    "mls_world",
    "tests.unit.mls.room",
    "tests.vectors.mls_categories",
    "ts_mls_toolkit",
)

_FOLDERS = {
    "ROOMKEY_MLS_VECTORS": "mls",
    "ROOMKEY_WYCHEPROOF_VECTORS": "wycheproof",
    "ROOMKEY_OPRF_VECTORS": "rfc9497/allVectors.json",
}

if "ROOMKEY_VECTORS" in os.environ:
    for variable, folder in _FOLDERS.items():
        os.environ.setdefault(variable, str(Path(os.environ["ROOMKEY_VECTORS"]) / folder))
