"""People who write to a handle, each in a process of their own."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing

from .conftest import Account, Relay

NewAccount = Callable[[str], Account]


def test_somebody_who_is_offline_is_written_to_reads_it_and_answers(account: NewAccount) -> None:
    alice, bob = account("Alice"), account("Bob")
    assert "roomkey write bob" in bob.run("directory", "claim", "@Bob").stdout
    assert alice.records("directory", "claim", "alice") == [{"type": "handle", "handle": "alice"}]
    [sent] = alice.records("write", "bob", stdin="are you there?\n")
    assert (sent["type"], sent["messages"]) == ("sent", 1)
    # bob comes later
    watching = bob.terminal("inbox", "--watch")
    watching.expect(r"@alice has written: roomkey write alice  \(room " + sent["code"])
    watching.send("\x03")
    watching.wait()
    heard = bob.records("chat", sent["code"], "--history", "9")
    assert [(r["name"], r["text"]) for r in heard if r["type"] == "message"] == [
        ("alice", "are you there?")
    ]
    [answered] = bob.records("write", "alice", stdin="now I am\n")
    assert answered["code"] == sent["code"]
    terminal = alice.terminal("write", "bob")
    terminal.expect(r"bob: now I am")
    terminal.send("good\r")
    terminal.expect(r"alice \(you\): good  ✓")
    terminal.send("/title ours\r")
    terminal.expect("a private conversation stays as it began")
    [rooms] = alice.records("rooms")
    assert rooms["peer"] == "bob"
    numbers = [one.records("directory", "safety-number", other)[0]["digits"]
               for one, other in ((alice, "bob"), (bob, "alice"))]  # fmt: skip
    assert numbers[0] == numbers[1]
    shown = alice.run("directory", "show").stdout.splitlines()
    assert shown == ["You are @alice.", "You know @bob."]
    [listed] = bob.records("directory", "show")
    assert listed == {"type": "directory", "handle": "bob", "contacts": ["alice"]}
    assert bob.run("inbox").stderr.splitlines()[-1] == "Nothing new."
    assert [len(group) for group in numbers[0]] == [5] * 12


def test_a_key_that_the_relay_swapped_is_refused_loudly(account: NewAccount, relay: Relay) -> None:
    alice, bob, mallory = account("Alice"), account("Bob"), account("Mallory")
    for one in (alice, bob):
        assert one.run("directory", "claim", one.name).returncode == 0
    [sent] = alice.records("write", "bob", stdin="hello\n")
    assert alice.run("forget", sent["code"]).returncode == 0
    with closing(sqlite3.connect(relay.data / "relay.sqlite3")) as database:
        database.execute("PRAGMA foreign_keys = ON")
        database.execute("DELETE FROM handles WHERE handle = 'bob'")
        database.commit()
    assert mallory.run("directory", "claim", "bob").returncode == 0
    assert mallory.run("write", "alice", stdin="it is me\n").returncode == 0
    looked = alice.run("inbox")
    assert looked.returncode == 84
    assert "ANOTHER KEY now goes by @bob" in looked.stderr
    assert looked.stdout == ""
    # it stays there, as a person may come to accept the key
    told = alice.run("inbox", "--json")
    assert told.returncode == 84
    [record] = [json.loads(line) for line in told.stdout.splitlines()]
    assert record["type"] == "conversation_refused"
    assert (record["handle"], record["error"]) == ("bob", "identity_changed")
    refused = alice.run("write", "bob", stdin="a secret\n")
    assert refused.returncode == 84
    assert "ANOTHER KEY now goes by @bob" in refused.stderr
    assert "TAKE CARE" in refused.stderr.splitlines()[-1]
    assert mallory.records("inbox") == []
    unsure = alice.run("directory", "accept", "bob")
    assert unsure.returncode == 2
    assert "Safety number with @bob" in unsure.stdout
    assert alice.run("write", "bob", stdin="a secret\n").returncode == 84
    # only a person's word changes that
    assert alice.run("directory", "accept", "bob", "--yes").returncode == 0
    assert alice.run("write", "bob", stdin="hello, whoever you are\n").returncode == 0


def test_who_has_no_handle_is_told_what_to_do(account: NewAccount) -> None:
    alice = account("Alice")
    assert alice.run("directory", "show").stdout == "You have no handle on this relay.\n"
    for command in (("inbox",), ("write", "bob")):
        done = alice.run(*command, stdin="hello")
        assert done.returncode == 85
        assert "Claim one first." in done.stderr
    assert alice.run("directory", "claim", "no handle").returncode == 11
    assert alice.run("directory", "claim", "alice").returncode == 0
    assert alice.run("write", "nobody", stdin="hello").returncode == 81
    assert account("Eve").run("directory", "claim", "alice").returncode == 80
