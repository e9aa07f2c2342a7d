"""What a relay is told at its start is read, or named and refused."""

import sys
from pathlib import Path

import pytest

from roomkey.relay import app
from roomkey.relay.config import from_arguments
from roomkey.relay.faults import RedisUnusable
from roomkey.relay.seed import Seed
from roomkey.relay.store import DatabaseUnusable, Store
from roomkey.relay.store.engine import is_sqlite


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("MAX_ROOMS", "none", "no whole number above 0"),
        ("MAX_ROOMS", "0", "no whole number above 0"),
        ("QUEUE_BYTES", "٣", "no whole number above 0"),
        ("REDIS", "127.0.0.1:6379", "redis://127.0.0.1:6379/0"),
        ("ORIGINS", "not an origin", "not an origin"),
        ("TRUSTED_PROXIES", "everybody", "everybody"),
        ("RATE_CREATE_ADDRESS", "often", "often"),
        ("RATE_NOBODY", "5/minute", "there is no such rate"),
    ],
)
def test_what_cannot_be_read_is_named_and_ends_it(
    name: str, text: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        from_arguments([], {f"ROOMKEY_{name}": text})
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert name in said
    assert reason in said


@pytest.mark.parametrize(
    ("name", "text", "read"),
    [
        ("MAX_ROOMS", "7", 7),
        ("REDIS", "rediss://10.0.0.7:6379/0", "rediss://10.0.0.7:6379/0"),
        (
            "ORIGINS",
            " https://a.example, ,https://b.example",
            ("https://a.example", "https://b.example"),
        ),
        ("TRUSTED_PROXIES", "10.0.0.7, fd00::/8", ("10.0.0.7", "fd00::/8")),
    ],
)
def test_what_can_be_read_is_taken(name: str, text: str, read: object) -> None:
    config = from_arguments([], {f"ROOMKEY_{name}": text})
    assert getattr(config, name.lower()) == read
    # what is empty was not given
    assert from_arguments([], {f"ROOMKEY_{name}": ""}) == from_arguments([], {})


def test_a_relay_that_is_to_have_peers_says_that_their_client_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    monkeypatch.delitem(sys.modules, "roomkey.relay.peers", raising=False)
    with pytest.raises(RedisUnusable, match=r"pip install 'roomkey\[cluster\]'"):
        app._open_peers("redis://127.0.0.1", Seed(bytes(32)))


def test_the_command_line_goes_before_the_environment(tmp_path: Path) -> None:
    environment = {"ROOMKEY_DATA": "/elsewhere", "ROOMKEY_PORT": "1", "OTHER_PORT": "2"}
    config = from_arguments(["--data", str(tmp_path)], environment)
    assert (config.data, config.port) == (tmp_path, 1)
    assert is_sqlite(config.database_url)


@pytest.mark.parametrize("url", ["mysql://somewhere/relay", "oracle://somewhere", "no url at all"])
def test_a_database_that_is_neither_sqlite_nor_postgresql_is_refused(url: str) -> None:
    with pytest.raises(DatabaseUnusable):
        Store(url)
