"""Our groups and ts-mls's, in one group: whatever one side does, the other agrees with."""

import json
import os
import random
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from roomkey.crypto.suite import cipher_suite
from roomkey.errors import GenerationConsumed, RoomkeyError
from roomkey.mls import (
    Add,
    CommitProcessed,
    Environment,
    Group,
    KeyPackage,
    KeyPackageBundle,
    PendingCommit,
    PreSharedKey,
    PreSharedKeyId,
    Remove,
    SigningIdentity,
    create_key_package,
    decode_message,
    encode_message,
)

ORACLES = Path(__file__).parents[1] / "oracles"

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed"),
    pytest.mark.skipif(
        not (ORACLES / "node_modules/ts-mls").is_dir(),
        reason="ts-mls is not installed: run npm ci in tests/oracles",
    ),
]

PSK_ID, PSK = b"shared", b"\x11" * 32


class TsMls:
    """A ts-mls client in a process of its own."""

    def __init__(self, suite: int, name: str, psk: bytes = PSK) -> None:
        self._process = subprocess.Popen(
            ["node", str(ORACLES / "ts_mls_driver.mjs"), str(suite)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.name = name
        self.key_package = self.ask("keyPackage", name=name)["keyPackage"]
        self.ask("psk", id=PSK_ID.hex(), key=psk.hex())

    def try_to(self, command: str, **arguments: object) -> dict[str, Any]:
        """Send a command, and give the answer whether it worked or not."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": command, **arguments}) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def ask(self, command: str, **arguments: object) -> dict[str, Any]:
        """Send a command that must work."""
        answer = self.try_to(command, **arguments)
        assert answer["ok"], f"{command}: {answer.get('error')}"
        return answer

    def message(self, command: str, **arguments: object) -> bytes:
        """Send a command that must give a message."""
        return bytes.fromhex(self.ask(command, **arguments)["message"])

    def read(self, message: bytes) -> bytes:
        """Open application data."""
        return bytes.fromhex(self.ask("process", message=message.hex())["data"])

    def refuses(self, message: bytes) -> bool:
        """Say whether a message is refused."""
        return not self.try_to("process", message=message.hex())["ok"]

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)


class Ours:
    """A client of ours: an identity, and the group it is in now."""

    def __init__(self, suite: int, name: str, psk: bytes = PSK) -> None:
        self.environment = Environment(
            lambda: int(time.time()),
            psks=lambda psk_id: psk if psk_id.id == PSK_ID else None,
        )
        self.identity = SigningIdentity.generate(cipher_suite(suite), name.encode())
        self.group: Group

    def invite(self) -> KeyPackageBundle:
        """Make a key package."""
        return create_key_package(self.identity, self.environment, lifetime_seconds=86400)

    def enter(self, group: Group) -> None:
        """Go on with that group, which is stored."""
        self.group = group
        group.encode()

    def join(self, group_info: str, *, resync: int | None = None) -> bytes:
        """Join from outside with the shared key."""
        pending = Group.join_external(
            self.identity,
            bytes.fromhex(group_info),
            self.environment,
            psk_ids=[PSK_ID],
            resync=resync,
        )
        self.enter(pending.group)
        return pending.message

    def accept(self, welcome: str, bundle: KeyPackageBundle) -> None:
        """Join by a Welcome."""
        data = bytes.fromhex(welcome)
        self.enter(Group.join_welcome(self.identity, data, bundle, self.environment))

    def take(self, message: bytes) -> None:
        """Process somebody else's message; a commit leads on."""
        done = self.group.process(message)
        if isinstance(done, CommitProcessed):
            if done.group.is_active:
                self.enter(done.group)
            else:
                self.group = done.group

    def restart(self) -> None:
        """Store the group and restore it."""
        self.enter(Group.decode(self.group.encode(), self.environment))


class Meeting:
    """Clients of both sides in one group."""

    def __init__(self, suite: int) -> None:
        self.suite = suite
        self.theirs: list[TsMls] = []
        self.ours: list[Ours] = []
        self._processes: list[TsMls] = []

    def ts_mls(self, name: str, psk: bytes = PSK) -> TsMls:
        """Start a client of theirs."""
        client = TsMls(self.suite, name, psk)
        self._processes.append(client)
        return client

    def tell(self, message: bytes, by: object) -> None:
        """Deliver a message to all but who sent it, and see that all agree."""
        for client in self.theirs:
            if client is not by:
                client.ask("process", message=message.hex())
        for member in self.ours:
            if member is not by:
                member.take(message)
        self.agree()

    def commit(self, by: Ours, pending: PendingCommit) -> None:
        """Let one of ours go on with its commit, and the others follow."""
        by.enter(pending.group)
        self.tell(pending.message, by)

    def agree(self) -> None:
        """See that everybody has the same epoch, authenticator and exported secret."""
        seen = {
            (
                member.group.epoch,
                member.group.epoch_authenticator.hex(),
                member.group.export_secret(b"test", b"context", 32).hex(),
            )
            for member in self.ours
        }
        for client in self.theirs:
            at = client.ask("look")
            seen.add((at["epoch"], at["authenticator"], at["exported"]))
        assert len(seen) == 1

    def close(self) -> None:
        """End all processes."""
        for process in self._processes:
            process.close()


@pytest.fixture(params=[1, 2, 3, 7, 83], ids=lambda number: f"suite {number}")
def meeting(request: pytest.FixtureRequest) -> Iterator[Meeting]:
    """One of theirs founded a group; one of ours joined from outside, the key in hand."""
    here = Meeting(request.param)
    try:
        founder = here.ts_mls("founder")
        founder.ask("create", group=b"group".hex())
        here.theirs.append(founder)
        member = Ours(here.suite, "joiner")
        message = member.join(founder.ask("groupInfo")["groupInfo"])
        here.ours.append(member)
        here.tell(message, member)
        yield here
    finally:
        here.close()


def _grow(meeting: Meeting) -> None:
    """Make it two and two: each side adds one of the other by Welcome."""
    invited = Ours(meeting.suite, "invited")
    bundle = invited.invite()
    package = encode_message(bundle.key_package).hex()
    made = meeting.theirs[0].ask("commit", adds=[package])
    meeting.tell(bytes.fromhex(made["message"]), meeting.theirs[0])
    invited.accept(made["welcome"], bundle)
    meeting.ours.append(invited)
    meeting.agree()
    guest = meeting.ts_mls("guest")
    host = meeting.ours[0]
    pending = host.group.commit([Add(_key_package(guest.key_package))])
    meeting.commit(host, pending)
    assert pending.welcome is not None
    guest.ask("joinWelcome", welcome=pending.welcome.hex())
    meeting.theirs.append(guest)
    meeting.agree()


def _key_package(encoded: str) -> KeyPackage:
    package = decode_message(bytes.fromhex(encoded))
    assert isinstance(package, KeyPackage)
    return package


def _psk(meeting: Meeting) -> PreSharedKey:
    length = cipher_suite(meeting.suite).hash_length
    return PreSharedKey(PreSharedKeyId.external(PSK_ID, os.urandom(length)))


def test_messages_are_read_on_the_other_side_and_only_once(meeting: Meeting) -> None:
    theirs, ours = meeting.theirs[0], meeting.ours[0]
    message = ours.group.protect(b"from us", padding=50)
    assert theirs.read(message) == b"from us"
    assert theirs.refuses(message)
    message = theirs.message("protect", data=b"from them".hex())
    assert ours.group.process(message).data == b"from them"
    with pytest.raises(GenerationConsumed):
        ours.group.process(message)


def test_a_join_with_the_wrong_key_is_refused_by_either_side(meeting: Meeting) -> None:
    theirs, ours = meeting.theirs[0], meeting.ours[0]
    stranger = Ours(meeting.suite, "stranger", psk=b"\x22" * 32)
    assert theirs.refuses(stranger.join(theirs.ask("groupInfo")["groupInfo"]))
    impostor = meeting.ts_mls("impostor", psk=b"\x33" * 32)
    info = ours.group.group_info().hex()
    message = impostor.message("joinExternal", groupInfo=info, psks=[PSK_ID.hex()])
    with pytest.raises(RoomkeyError):
        ours.group.process(message)
    meeting.agree()


def test_theirs_join_from_outside_with_the_key(meeting: Meeting) -> None:
    newcomer = meeting.ts_mls("newcomer")
    info = meeting.ours[0].group.group_info().hex()
    message = newcomer.message("joinExternal", groupInfo=info, psks=[PSK_ID.hex()])
    meeting.theirs.append(newcomer)
    meeting.tell(message, newcomer)


def test_both_sides_add_by_welcome_update_propose_and_bring_keys_in(meeting: Meeting) -> None:
    _grow(meeting)
    for visible in (False, True):
        for member in meeting.ours:
            meeting.commit(member, member.group.commit(public=visible))
        for client in meeting.theirs:
            meeting.tell(client.message("commit", visible=visible), client)
    meeting.tell(meeting.ours[0].group.propose_update(), meeting.ours[0])
    meeting.tell(meeting.theirs[0].message("commit"), meeting.theirs[0])
    meeting.tell(meeting.theirs[0].message("commit", psks=[PSK_ID.hex()]), meeting.theirs[0])
    member = meeting.ours[1]
    meeting.commit(member, member.group.commit([_psk(meeting)]))


def test_both_sides_go_on_after_a_restart(meeting: Meeting) -> None:
    _grow(meeting)
    early = meeting.theirs[1].message("protect", data="aa")
    for client in meeting.theirs:
        client.ask("restart")
    for member in meeting.ours:
        member.restart()
    assert meeting.ours[0].group.process(early).data == b"\xaa"
    message = meeting.ours[0].group.protect(b"after")
    assert meeting.theirs[1].read(message) == b"after"
    meeting.commit(meeting.ours[1], meeting.ours[1].group.commit())
    meeting.tell(meeting.theirs[0].message("commit"), meeting.theirs[0])


def _changed(message: bytes, step: int) -> Iterator[bytes]:
    for position in range(4, len(message), step):
        changed = bytearray(message)
        changed[position] ^= 1
        yield bytes(changed)


def _we_refuse(member: Ours, message: bytes) -> bool:
    try:
        member.group.process(message)
    except RoomkeyError:
        return True
    return False


def test_a_message_changed_anywhere_is_refused_by_both_sides(meeting: Meeting) -> None:
    _grow(meeting)
    theirs, ours, other = meeting.theirs[0], *meeting.ours
    message = ours.group.protect(b"whole", authenticated_data=b"header")
    assert all(theirs.refuses(changed) for changed in _changed(message, 5))
    assert theirs.read(message) == b"whole"
    message = theirs.message("protect", data=b"whole".hex())
    assert all(_we_refuse(ours, changed) for changed in _changed(message, 5))
    assert ours.group.process(message).data == b"whole"
    pending = ours.group.commit(public=True)
    step = max(17, len(pending.message) // 60)
    for changed in _changed(pending.message, step):
        assert theirs.refuses(changed)
        assert _we_refuse(other, changed)
    meeting.commit(ours, pending)


def test_messages_out_of_order_and_from_the_last_epoch_are_read(meeting: Meeting) -> None:
    theirs, ours = meeting.theirs[0], meeting.ours[0]
    sent = [ours.group.protect(bytes([number])) for number in range(8)]
    for number in (5, 2, 7, 0):
        assert theirs.read(sent[number]) == bytes([number])
    sent = [theirs.message("protect", data=f"{number:02x}") for number in range(8)]
    for number in (5, 2, 7, 0, 1):
        assert ours.group.process(sent[number]).data == bytes([number])
    late = [theirs.message("protect", data="cc"), ours.group.protect(b"late")]
    meeting.tell(theirs.message("commit"), theirs)
    assert ours.group.process(late[0]).data == b"\xcc"
    assert theirs.read(late[1]) == b"late"


def test_both_sides_take_their_own_place_again(meeting: Meeting) -> None:
    _grow(meeting)
    member, client = meeting.ours[0], meeting.theirs[1]
    info = meeting.theirs[0].ask("groupInfo")["groupInfo"]
    meeting.tell(member.join(info, resync=member.group.own_index), member)
    client.ask("keyPackage", name=client.name, keepIdentity=True)
    info = meeting.ours[1].group.group_info().hex()
    message = client.message("joinExternal", groupInfo=info, psks=[PSK_ID.hex()], resync=True)
    meeting.tell(message, client)


def test_the_removed_are_out_on_both_sides(meeting: Meeting) -> None:
    _grow(meeting)
    gone = meeting.ours.pop()
    founder = meeting.theirs[0]
    message = founder.message("commit", removes=[gone.group.own_index])
    meeting.tell(message, founder)
    gone.take(message)
    assert not gone.group.is_active
    lost = meeting.theirs.pop()
    host = meeting.ours[0]
    pending = host.group.commit([Remove(lost.ask("look")["leaf"])])
    meeting.commit(host, pending)
    lost.ask("process", message=pending.message.hex())
    assert lost.ask("look")["status"] == "removedFromGroup"


def test_who_loses_a_race_drops_its_commit_and_follows(meeting: Meeting) -> None:
    theirs, ours = meeting.theirs[0], meeting.ours[0]
    pending = ours.group.commit()
    theirs.ask("commit")
    theirs.ask("undoCommit")
    meeting.commit(ours, pending)
    ours.group.commit()
    meeting.tell(theirs.message("commit"), theirs)


def test_one_commit_removes_and_adds(meeting: Meeting) -> None:
    _grow(meeting)
    host, gone = meeting.ours[0], meeting.ours.pop()
    heir = Ours(meeting.suite, "heir")
    bundle = heir.invite()
    pending = host.group.commit([Remove(gone.group.own_index), Add(bundle.key_package)])
    meeting.commit(host, pending)
    assert pending.welcome is not None
    heir.accept(pending.welcome.hex(), bundle)
    meeting.ours.append(heir)
    meeting.agree()


def test_a_long_random_course_of_changes_keeps_everybody_together(meeting: Meeting) -> None:
    _grow(meeting)
    chance = random.Random(meeting.suite)

    def packages() -> list[KeyPackage]:
        some = range(chance.randint(1, 3))
        return [Ours(meeting.suite, "extra").invite().key_package for _ in some]

    def we_update() -> None:
        member = chance.choice(meeting.ours)
        meeting.commit(member, member.group.commit(public=chance.random() < 0.5))

    def they_update() -> None:
        client = chance.choice(meeting.theirs)
        meeting.tell(client.message("commit"), client)

    def we_add() -> None:
        member = chance.choice(meeting.ours)
        adds = [Add(package) for package in packages()]
        meeting.commit(member, member.group.commit(adds, force_path=chance.random() < 0.5))

    def they_add() -> None:
        client = chance.choice(meeting.theirs)
        adds = [encode_message(package).hex() for package in packages()]
        meeting.tell(client.message("commit", adds=adds), client)

    def remove() -> None:
        kept = {member.group.own_index for member in meeting.ours}
        kept |= {client.ask("look")["leaf"] for client in meeting.theirs}
        member = chance.choice(meeting.ours)
        others = [index for index, _ in member.group.members() if index not in kept]
        if others and chance.random() < 0.5:
            meeting.commit(member, member.group.commit([Remove(chance.choice(others))]))
        elif others:
            client = chance.choice(meeting.theirs)
            meeting.tell(client.message("commit", removes=[chance.choice(others)]), client)

    def somebody_joins() -> None:
        info = meeting.ours[0].group.group_info().hex()
        meeting.tell(Ours(meeting.suite, "visitor").join(info), None)

    steps: list[Callable[[], None]] = [
        we_update,
        they_update,
        we_add,
        they_add,
        remove,
        somebody_joins,
    ]
    for _ in range(25):
        chance.choice(steps)()
