"""Roomkey in scripts: pipes and --json."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

from roomkey.crypto.suite import X25519_SUITE, XWING_SUITE

from .conftest import ROOM_KEY, Account, Relay

NewAccount = Callable[[str], Account]


def test_text_goes_from_one_shell_to_another(account: NewAccount) -> None:
    alice, bot = account("Alice"), account("Bot")
    code = alice.create()
    [sent] = bot.records("send", code, stdin="disk is full: ünïcödé\n", key=ROOM_KEY)
    assert sent == {"type": "sent", "code": code, "messages": 1}
    messages = [
        r for r in alice.records("chat", code, stdin="/history\n") if r["type"] == "message"
    ]
    assert {(m["name"], m["text"]) for m in messages} == {("Bot", "disk is full: ünïcödé")}


def test_a_long_text_is_sent_in_parts(account: NewAccount) -> None:
    alice, bob = account("Alice"), account("Bob")
    code = alice.create()
    bob.records("join", code, key=ROOM_KEY)
    text = "".join(f"line {number}\n" for number in range(20000))
    done = alice.run("send", code, stdin=text)
    assert done.returncode == 0
    assert "is sent as 4 messages" in done.stderr
    messages = [r for r in bob.records("chat", code, stdin="/history\n") if r["type"] == "message"]
    texts = {m["id"]: m["text"] for m in sorted(messages, key=lambda m: m["time"])}
    assert len(texts) == 4
    assert "".join(texts.values()) == text.removesuffix("\n")


def test_a_pipe_joins_and_reads_what_was_said_when_it_asks(account: NewAccount) -> None:
    alice, bob, bot = account("Alice"), account("Bob"), account("Bot")
    code = alice.create()
    for number in range(3):
        assert alice.run("send", code, stdin=f"said {number}").returncode == 0
    quiet = bob.run("join", code, key=ROOM_KEY)
    assert quiet.returncode == 0
    assert "said" not in quiet.stdout
    asked = account("Carol").run("join", code, "--history", "2", stdin="me\n", key=ROOM_KEY)
    assert asked.returncode == 0
    assert "said 0" not in asked.stdout
    order = [asked.stdout.index(text) for text in ("said 1", "said 2", "me  ✓")]
    assert order == sorted(order)
    joined, *messages = bot.records("join", code, "--history", "2", key=ROOM_KEY)
    assert joined["type"] == "room_joined"
    assert [message["text"] for message in messages] == ["said 2", "me"]


def test_what_was_missed_follows_the_history_once(account: NewAccount) -> None:
    alice, bob = account("Alice"), account("Bob")
    code = alice.create()
    assert alice.run("send", code, stdin="before").returncode == 0
    bob.records("join", code, key=ROOM_KEY)
    assert alice.run("send", code, stdin="missed").returncode == 0
    records = bob.records("chat", code, "--history", "10", stdin="")
    texts = [record["text"] for record in records if record["type"] == "message"]
    assert texts == ["before", "missed"]


def test_what_is_not_text_is_not_sent(account: NewAccount) -> None:
    alice = account("Alice")
    code = alice.create()
    assert alice.run("send", code, stdin=b"\xff\xfe\x00").returncode == 2
    assert alice.run("send", code, stdin="\n").returncode == 2


def test_every_answer_for_scripts(account: NewAccount) -> None:
    alice, bob = account("Alice"), account("Bob")
    code = alice.create("--retention", "2d", "--size", "large")
    assert bob.records("join", code, key=ROOM_KEY) == [{"type": "room_joined", "code": code}]
    [room] = bob.records("rooms")
    assert (room["type"], room["code"], room["name"]) == ("room", code, "Bob")
    people = bob.records("members", code)
    assert [(p["name"], p["is_self"], p["is_host"]) for p in people] == [
        ("Alice", False, True),
        ("Bob", True, False),
    ]
    assert bob.records("safety-code", code) == alice.records("safety-code", code)
    assert bob.records("leave", code) == [{"type": "room_left", "code": code}]
    assert alice.records("forget", code) == [{"type": "forgotten", "code": code}]
    assert alice.records("rooms") == []


def test_the_relay_keeps_nothing_readable(account: NewAccount, relay: Relay) -> None:
    alice, bob = account("Alicexyzzy"), account("Bobxyzzy")
    code = alice.create()
    bob.records("join", code, key=ROOM_KEY)
    assert alice.run("send", code, stdin="plughplover").returncode == 0
    assert bob.run("send", code, stdin="plughplover too").returncode == 0
    assert alice.run("join", code, "--no-chat", key="another wrong key").returncode == 0
    relay.stop()
    files = [file for file in relay.data.rglob("*") if file.is_file()]
    assert files
    for file in [*files, relay.log]:
        content = file.read_bytes()
        for secret in ("plughplover", "xyzzy", ROOM_KEY, *ROOM_KEY.split(), "another wrong key"):
            assert secret.encode() not in content, file


def test_a_room_is_post_quantum_unless_it_is_made_for_many(
    account: NewAccount, relay: Relay
) -> None:
    alice = account("Alice")
    for size in ([], ["--size", "large"]):
        alice.create(*size)
    with closing(sqlite3.connect(relay.data / "relay.sqlite3")) as database:
        made = database.execute("SELECT suite FROM rooms ORDER BY created").fetchall()
    assert made == [(XWING_SUITE,), (X25519_SUITE,)]
