"""People who talk, each in a process of their own."""

import json
from collections.abc import Callable

from .conftest import ROOM_KEY, Account, Pair, Relay

NewAccount = Callable[[str], Account]


def test_two_terminals_exchange_text_both_ways(pair: Pair) -> None:
    first, second = pair.first, pair.second
    first.send("hello Bob\r")
    first.expect(r"\[\d\d:\d\d #\d+\] Alice \(you\): hello Bob  ✓")
    second.expect(r"\[\d\d:\d\d #\d+\] Alice: hello Bob")
    second.send("hello Alice\r")
    first.expect(r"\[\d\d:\d\d #\d+\] Bob: hello Alice")
    second.expect(r"Bob \(you\): hello Alice  ✓")


def test_slash_commands(account: NewAccount) -> None:
    alice, bob = account("Alice"), account("Bob")
    code = alice.create()
    second = bob.joining(code)
    second.send("/members\r")
    second.expect(r"In the room: Alice \(host\), Bob \(you\)")
    second.send("/code\r")
    second.expect(f"roomkey join {code} --relay http://127.0.0.1")
    second.send("/safety\r")
    second.expect(r"Safety code: ((\d{5} ?){6})")
    assert second.match[1].strip() == " ".join(alice.records("safety-code", code)[0]["digits"])
    second.send("/nonsense\r")
    second.expect("/nonsense: There is no such command: /help lists them.")
    second.send("/help\r")
    second.expect("/leave")
    second.send("/lock\r")
    second.expect("/lock: .*only a host does this")
    second.send("/rules\r")
    second.expect("Messages are kept for 7 days")
    second.send("//slash\r")
    second.expect(r"Bob \(you\): /slash  ✓")
    second.send("/leave\r")
    second.expect("You left the room")
    second.wait()
    assert second.exitstatus == 0


def test_control_d_and_control_c_close_the_chat_and_keep_the_membership(
    account: NewAccount,
) -> None:
    alice = account("Alice")
    code = alice.create()
    for keys, status in (("\x04", 0), ("\x03", 130)):
        chat = alice.terminal("chat", code)
        chat.expect("> ")
        chat.send(keys)
        rest = chat.read()
        chat.wait()
        assert chat.exitstatus == status
        assert "Traceback" not in rest


def test_who_joins_alone_reads_what_was_said_in_a_shared_room(account: NewAccount) -> None:
    alice, bob = account("Alice"), account("Bob")
    code = alice.create()
    assert alice.run("send", code, stdin="the first thing\nin two lines\n").returncode == 0
    assert alice.run("send", code, stdin="the second thing").returncode == 0
    terminal = bob.terminal("join", code)
    terminal.expect("Room key: ")
    terminal.sendline(ROOM_KEY)
    terminal.expect(r"Alice: the first thing\r?\n +in two lines")
    terminal.expect("Alice: the second thing")


def test_who_joins_a_strict_room_later_reads_nothing_said_before(account: NewAccount) -> None:
    alice, bob = account("Alice"), account("Bob")
    code = alice.create("--strict")
    assert alice.run("send", code, stdin="before").returncode == 0
    bob.records("join", code, key=ROOM_KEY)
    assert alice.run("send", code, stdin="after").returncode == 0
    terminal = bob.terminal("chat", code)
    terminal.expect("Alice: after")
    assert "before" not in terminal.before
    terminal.send("/history\r")
    terminal.expect("earlier")
    terminal.send("marker\r")
    terminal.expect("marker  ✓")
    assert "before" not in terminal.before


def test_a_pipe_is_a_conversation_too(account: NewAccount) -> None:
    alice, bob = account("Alice"), account("Bob")
    code = alice.create()
    bob.records("join", code, key=ROOM_KEY)
    records = alice.records("chat", code, stdin="one\ntwo\n/members\nthree\n")
    assert [r["name"] for r in records if r["type"] == "member"] == ["Alice", "Bob"]
    heard = [r for r in bob.records("chat", code, stdin="ack\n") if r["type"] == "message"]
    assert [r["text"] for r in heard if r["name"] == "Alice"] == ["one", "two", "three"]


def test_hostile_text_does_not_reach_the_terminal(account: NewAccount) -> None:
    eve, bob = account("Eve"), account("Bob")
    code = eve.create("--name", "Eve\x1b[31m\u202e")
    bob.records("join", code, key=ROOM_KEY)
    assert (
        eve.run("send", code, stdin="a\x1b]0;owned\x07b\x1b[2Jc\u202ed\x9b5me END").returncode == 0
    )
    terminal = bob.terminal("chat", code)
    terminal.expect("END")
    screen = terminal.before
    assert not any(
        bad in screen for bad in ("\x1b[2J", "\x1b]0", "\x1b[31m", "\u202e", "\x9b", "\x07")
    )


def test_a_killed_relay_loses_and_doubles_nothing(
    account: NewAccount, pair: Pair, relay: Relay
) -> None:
    first, second = pair.first, pair.second
    code = pair.code
    for number in range(3):
        first.send(f"message {number}\r")
    first.expect(r"message 2  ✓")
    relay.kill()
    first.expect("Offline")
    first.send("message 3\r")
    first.expect("waits to be sent")
    first.send("message 4\r")
    relay.start()
    first.expect(r"message 4  ✓")
    second.expect("Alice: message 4")
    first.send("message 5\r")
    first.expect(r"message 5  ✓")
    second.send("\x04")
    second.expect(["Alice: message 5", "\x1b"])
    second.read()
    second.wait()
    carol = account("Carol")
    carol.records("join", code, key=ROOM_KEY)
    done = carol.run("chat", code, "--json", stdin="/history 100\nend\n")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    texts = {r["id"]: r["text"] for r in records if r["type"] == "message" and r["name"] == "Alice"}
    assert sorted(texts.values()) == [f"message {number}" for number in range(6)]
