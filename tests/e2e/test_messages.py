"""What is done to messages from terminals and pipes: answers, edits, signs, deletion, expiry."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .conftest import ROOM_KEY, Account, Pair

NewAccount = Callable[[str], Account]


def number_of(terminal: Any, name: str, text: str) -> str:
    terminal.expect(rf"\[\d\d:\d\d #(\d+)\] {re.escape(name)}: {re.escape(text)}")
    return str(terminal.match[1])


def test_messages_are_answered_changed_marked_and_taken_back(pair: Pair) -> None:
    first, second = pair.first, pair.second
    first.send("tea at fuor\r")
    tea = number_of(first, "Alice (you)", "tea at fuor")
    assert number_of(second, "Alice", "tea at fuor") == tea
    first.send("and cake\r")
    number_of(second, "Alice", "and cake")
    first.send(f"/edit #{tea} tea at four\r")
    second.expect(rf"\[\d\d:\d\d #{tea}\] Alice: tea at four  \(edited\)")
    second.send(f"/reply #{tea} with milk\r")
    first.expect(rf"Bob \(to #{tea}\): with milk")
    second.send(f"/react #{tea} 👍\r")
    first.expect(f"Bob: 👍 to #{tea}: tea at four")
    second.send("/unreact\r")
    first.expect(f"Bob: 👍 taken back from #{tea}")
    second.send(f"/edit #{tea} no tea\r")
    second.expect("/edit: .*only who wrote it changes it")
    first.send("/delete\r")
    second.expect(r"Alice deleted #\d+")
    second.send("/history\r")
    second.expect(r"Alice: tea at four  \(edited\)")
    second.expect(r"Alice: \(deleted\)")
    assert "and cake" not in second.before


def test_messages_expire(pair: Pair) -> None:
    first, second = pair.first, pair.second
    first.send("/expire 2s\r")
    first.expect("expires 2 seconds after it was read")
    first.send("gone soon\r")
    gone = number_of(first, "Alice (you)", "gone soon")
    second.expect(r"gone soon  \(until \d\d:\d\d\)")
    second.expect(f"#{gone} has expired")
    first.expect(f"#{gone} has expired")
    first.send("/expire off\r")
    first.expect("does not expire")
    first.send("here to stay\r")
    second.expect("Alice: here to stay\r")
    second.send("/history\r")
    second.expect("end of earlier")
    assert "gone soon" not in second.before


def test_others_see_that_somebody_writes_and_is_here(pair: Pair) -> None:
    first, second = pair.first, pair.second
    second.send("half a sen")
    first.expect(r"\(Bob is writing\) > ")
    second.send("tence\r")
    first.expect("Bob: half a sentence")
    first.send("/members\r")
    first.expect(r"In the room: Alice \(you, host\), Bob \(here\)")


def test_who_wishes_is_not_seen(account: NewAccount) -> None:
    alice, bob = account("Alice"), account("Bob")
    code = alice.create()
    bob.records("join", code, key=ROOM_KEY)
    watching = alice.terminal("chat", code, "--json")
    watching.expect("online")
    hidden = bob.terminal("chat", code, "--no-presence")
    hidden.expect("Connected")
    hidden.send("unseen")
    hidden.expect("unseen")
    hidden.send(" until now\r")
    watching.expect("unseen until now")
    assert "typing" not in watching.before
    assert "presence" not in watching.before


def test_programs_get_a_record_of_each_change(account: NewAccount) -> None:
    alice, bob = account("Alice"), account("Bob")
    code = alice.create()
    bob.records("join", code, key=ROOM_KEY)
    lines = ["one", "two", "/edit second", "/delete"]
    assert alice.run("chat", code, stdin="\n".join(lines)).returncode == 0
    assert bob.run("chat", code, stdin="three\n/react 👍\n/unreact\n").returncode == 0
    records = alice.records("chat", code, stdin="")
    kinds = [record["type"] for record in records]
    assert (kinds.count("reaction_added"), kinds.count("reaction_removed")) == (1, 1)
    [message] = [record for record in records if record["type"] == "message"]
    assert message["text"] == "three"
    earlier = bob.records("chat", code, stdin="/history 10\n")
    texts = {r["seq"]: (r["text"], r["is_deleted"]) for r in earlier if r["type"] == "message"}
    assert sorted(texts.values()) == [("", True), ("one", False), ("three", False)]
    assert not any(json.dumps(record).count("second") for record in earlier)


def test_a_transcript_is_exported(account: NewAccount, tmp_path: Path) -> None:
    alice, bob = account("Alice"), account("Bob")
    code = alice.create()
    assert alice.run("chat", code, stdin="one\n/edit first\ntwo\x1b[2J lines\n").returncode == 0
    bob.records("join", code, key=ROOM_KEY)
    text = bob.run("export", code).stdout
    assert "Alice: first (edited)\n" in text
    assert "Alice: two lines\n" in text
    file = tmp_path / "room.json"
    assert bob.run("export", code, "--json", "--output", str(file)).returncode == 0
    assert file.stat().st_mode & 0o077 == 0
    exported = json.loads(file.read_text())
    assert [message["text"] for message in exported["messages"]] == ["first", "two lines"]
    again = bob.run("export", code, "--output", str(file))
    assert again.returncode == 2
    assert json.loads(file.read_text()) == exported


def test_a_closed_room_is_exported_from_what_is_here(account: NewAccount) -> None:
    alice, bob = account("Alice"), account("Bob")
    code = alice.create()
    bob.records("join", code, key=ROOM_KEY)
    assert alice.run("send", code, stdin="last words").returncode == 0
    bob.records("chat", code, stdin="")
    alice.records("close", code, "--yes")
    done = bob.run("export", code)
    assert done.returncode == 0
    assert "Alice: last words" in done.stdout
    assert "This room was closed." in done.stderr
