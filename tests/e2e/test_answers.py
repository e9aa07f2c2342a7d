"""What commands answer to people who read them, rather than to programs."""

from collections.abc import Callable
from importlib.metadata import version

import pexpect

from .conftest import Account, Relay

NewAccount = Callable[[str], Account]


def test_a_created_room_is_introduced_and_listed(account: NewAccount, relay: Relay) -> None:
    alice = account("Alice")
    before = alice.run("rooms")
    assert (before.stdout, before.stderr) == (
        "",
        "No rooms yet: roomkey create, or roomkey join CODE.\n",
    )
    lines = alice.run("create").stdout.splitlines()
    code, key = (line.split(maxsplit=2)[2] for line in lines[:2])
    assert len(key.split()) == 6
    assert f"  roomkey join {code} --relay {relay.address}" in lines
    assert lines[-1] == f"You come back with  roomkey chat {code}"
    # whoever does as they are told is in
    assert account("Bob").run("join", code, "--no-chat", key=key).returncode == 0
    assert alice.run("rooms").stdout == f"{code}  as Alice  at {relay.address}\n"
    members = alice.run("members", code).stdout.splitlines()
    assert [line.split()[0] for line in sorted(members)] == ["Alice", "Bob"]


def test_a_private_conversation_is_listed_with_whom_it_is(account: NewAccount) -> None:
    alice, bob = account("Alice"), account("Bob")
    for one in (alice, bob):
        assert one.run("directory", "claim", one.name).returncode == 0
    [sent] = alice.records("write", "bob", stdin="hello\n")
    [line] = alice.run("rooms").stdout.splitlines()
    assert line.startswith(f"{sent['code']}  as alice  with @bob  at ")


def test_without_the_relay_what_was_last_seen_is_shown_and_said_to_be_so(
    account: NewAccount, relay: Relay
) -> None:
    alice = account("Alice")
    code = alice.create()
    relay.stop()
    members = alice.run("members", code)
    assert members.returncode == 0
    assert members.stdout.split()[0] == "Alice"
    assert "The relay does not answer; this is how the room was last seen." in members.stderr


def test_an_export_at_a_terminal_cannot_steer_it(account: NewAccount) -> None:
    alice = account("Alice")
    code = alice.create()
    alice.records("send", code, stdin="red \x1b[31m text\n")
    terminal = alice.terminal("export", code)
    terminal.expect(pexpect.EOF)
    [line] = [line for line in terminal.before.splitlines() if "red" in line]
    assert "\x1b[31m" not in line


def test_the_version_is_told() -> None:
    from typer.testing import CliRunner

    from roomkey.cli.app import app

    assert CliRunner().invoke(app, ["--version"]).stdout == f"roomkey {version('roomkey')}\n"
