import pytest

from roomkey.cli import options
from roomkey.cli.output import UsageError


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("7d", 604800), ("12h", 43200), ("90m", 5400), ("2w", 1209600), ("3", 259200), (" 1H ", 3600)],
)
def test_retention_is_read_with_its_unit(text: str, seconds: int) -> None:
    assert options.retention_seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "7x", "-1d", "1s", "91d", "d", "1.5d", "٧d", "9" * 50])
def test_a_bad_retention_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        options.retention_seconds(text)


@pytest.mark.parametrize(
    "address", ["ftp://x", "http://", "https://x:99999", "https://x:0", "http://[", ""]
)
def test_a_bad_relay_address_is_refused(address: str) -> None:
    with pytest.raises(UsageError):
        options.relay_address(address)


@pytest.mark.parametrize("address", ["http://chat.example.org", "http://192.168.1.4:8000", "pi:80"])
def test_an_open_way_to_another_machine_is_warned_of(
    address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    options.relay_address(address)
    assert "NOT encrypted" in capsys.readouterr().err


@pytest.mark.parametrize(
    "address",
    ["https://chat.example.org", "http://localhost:8000", "http://127.0.0.2", "http://[::1]:8000"],
)
def test_a_safe_way_is_not_warned_of(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert options.relay_address(address + "/") == address
    assert capsys.readouterr().err == ""
