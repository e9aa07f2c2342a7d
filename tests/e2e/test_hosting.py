"""What hosts do to a room, from their terminals, and what the others see of it."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pexpect

from .conftest import ROOM_KEY, Account, Pair

NewAccount = Callable[[str], Account]
NEW_KEY = r"New room key: ((?:[a-z-]+ ){5}[a-z-]+)"


def test_the_room_key_is_changed_and_shown_once(account: NewAccount) -> None:
    alice, bob, carol = account("Alice"), account("Bob"), account("Carol")
    code = alice.create()
    bob.records("join", code, key=ROOM_KEY)
    host = alice.terminal("chat", code)
    host.expect("Connected")
    host.send("/key\r")
    host.expect(NEW_KEY)
    new_key = host.match[1]
    host.send("after the change\r")
    host.expect("after the change  ✓")
    assert new_key not in host.before
    assert carol.run("join", code, "--no-chat", key=ROOM_KEY).returncode == 44
    carol.records("join", code, key=new_key)
    host.expect("Carol joined")
    member = bob.terminal("chat", code)
    member.expect("A host changed the room key")
    member.expect("after the change")
    member.send("still here\r")
    member.expect("still here  ✓")
    host.expect("Bob: still here")


def test_somebody_is_removed_and_comes_back_with_the_new_room_key_only(pair: Pair) -> None:
    host, member = pair.first, pair.second
    bob = pair.bob
    code = pair.code
    host.send("/remove Nobody\r")
    host.expect("Nobody else here is called Nobody")
    host.send("/remove bob\r")
    # the one or the other comes first
    if host.expect([NEW_KEY, "Bob was removed"]) == 0:
        new_key = host.match[1]
        host.expect("Bob was removed")
    else:
        host.expect(NEW_KEY)
        new_key = host.match[1]
    member.expect("roomkey: You are no longer in this room.")
    member.wait()
    assert member.exitstatus == 36
    assert bob.run("join", code, "--no-chat", key=ROOM_KEY).returncode == 44
    bob.records("join", code, key=new_key)
    host.expect("Bob joined")


def test_of_two_people_with_one_name_the_pseudonym_says_which(account: NewAccount) -> None:
    alice, one, other = account("Alice"), account("Bob"), account("bob")
    code = alice.create()
    one.records("join", code, key=ROOM_KEY)
    [_, mine] = one.records("members", code)
    other.records("join", code, key=ROOM_KEY)
    host = alice.terminal("chat", code)
    host.expect("Connected")
    host.send("/remove BOB\r")
    host.expect(r"2 people are called BOB; say which: @([0-9a-f]{8}) or @([0-9a-f]{8})\.")
    signs = [host.match[1], host.match[2]]
    assert mine["pseudonym"][:8] in signs
    host.send(f"/remove @{mine['pseudonym'][:8]}\r")
    host.expect(NEW_KEY)
    host.send("/members\r")
    host.expect(r"In the room: Alice \(you, host\), bob\r")


def test_a_locked_room_lets_nobody_in(account: NewAccount) -> None:
    alice, bob = account("Alice"), account("Bob")
    code = alice.create()
    lines = "/lock\n/lock\n/title Tea at four\n/keep 2d\n/rules\n"
    done = alice.run("chat", code, stdin=lines)
    assert done.returncode == 0
    for line in (
        "The room is locked",
        "That is so already",
        "Title: Tea at four",
        "Messages are kept for 2 days",
    ):
        assert line in done.stdout
    assert bob.run("join", code, "--no-chat", key=ROOM_KEY).returncode == 55
    records = alice.records("chat", code, stdin="/unlock\n")
    assert [r["is_locked"] for r in records if r["type"] == "rules"] == [False]
    bob.records("join", code, key=ROOM_KEY)


def test_a_member_is_made_a_host(account: NewAccount) -> None:
    alice, bob = account("Alice"), account("Bob")
    code = alice.create()
    bob.records("join", code, key=ROOM_KEY)
    assert alice.run("chat", code, stdin="/host Bob\n").returncode == 0
    assert "Bob is a host now" in bob.run("chat", code, "--history", "1", stdin="/rules\n").stdout
    assert [m["is_host"] for m in bob.records("members", code)] == [True, True]


def test_a_room_is_closed_for_everybody(account: NewAccount) -> None:
    alice, bob, carol = account("Alice"), account("Bob"), account("Carol")
    code = alice.create()
    member = bob.joining(code)
    carol.records("join", code, key=ROOM_KEY)
    host = alice.terminal("chat", code)
    host.expect("Connected")
    host.send("/close\r")
    host.expect(f"/close {code} does it")
    host.send(f"/close {code}\r")
    host.expect(f"You closed the room {code} for everybody")
    host.expect(pexpect.EOF)
    host.wait()
    assert host.exitstatus == 0
    member.expect("roomkey: This room was closed.")
    member.wait()
    assert member.exitstatus == 52
    assert carol.run("chat", code).returncode == 52


def test_a_member_is_told_that_only_hosts_may(account: NewAccount) -> None:
    alice, bob = account("Alice"), account("Bob")
    code = alice.create()
    bob.records("join", code, key=ROOM_KEY)
    lines = ["/lock", "/key", "/remove Alice", "/title x", "/keep 1d", "/host Alice", "/close"]
    done = bob.run("chat", code, "--json", stdin="\n".join(lines))
    assert done.returncode == 0
    records = [json.loads(line) for line in done.stdout.splitlines()]
    refused = [r for r in records if r["type"] == "refused"]
    assert [r["command"] for r in refused] == [re.split("[/ ]", line)[1] for line in lines]
    assert all("host" in r["sentence"] for r in refused)


def test_a_script_closes_a_room_when_it_says_that_it_means_it(account: NewAccount) -> None:
    alice, bob = account("Alice"), account("Bob")
    code = alice.create()
    bob.records("join", code, key=ROOM_KEY)
    assert bob.run("close", code, "--yes").returncode == 62
    assert alice.run("close", code).returncode == 2
    asked = alice.terminal("close", code)
    asked.expect(r"for everybody.* \[y/N\] ")
    asked.sendline("n")
    asked.expect("Nothing was done")
    asked.wait()
    assert alice.records("close", code, "--yes") == [{"type": "room_closed", "code": code}]
    assert bob.run("members", code).returncode == 52
    assert account("Carol").run("join", code, "--no-chat", key=ROOM_KEY).returncode in (44, 52)


def test_who_has_to_come_in_again_after_a_change_gives_the_new_room_key(
    account: NewAccount, tmp_path: Path
) -> None:
    alice, bob = account("Alice"), account("Bob")
    code = alice.create()
    bob.records("join", code, key=ROOM_KEY)
    shutil.copytree(bob.state, tmp_path / "backup")
    assert bob.run("send", code, stdin="sent after the backup").returncode == 0
    records = alice.records("chat", code, stdin="/key\n")
    [new_key] = [record["room_key"] for record in records if record["type"] == "room_key"]
    shutil.rmtree(bob.state)
    shutil.copytree(tmp_path / "backup", bob.state)
    assert bob.run("send", code, stdin="it waits").returncode == 64
    terminal = bob.terminal("join", code)
    terminal.expect("The room key was changed")
    terminal.expect("New room key: ")
    terminal.sendline(new_key)
    terminal.expect("You are in the room")
    terminal.send("back again\r")
    terminal.expect("back again  ✓")
    texts = [m["text"] for m in alice.records("chat", code, stdin="") if m["type"] == "message"]
    assert texts == ["it waits", "back again"]
