"""Groups of our clients and clients of ts-mls, each of theirs in a process of its own."""

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from roomkey.crypto.suite import cipher_suite
from roomkey.errors import SendingExhausted
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
    SigningIdentity,
    create_key_package,
    decode_message,
    encode_message,
)

ORACLES = Path(__file__).parents[1] / "oracles"
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
        restored = Group.decode(self.group.encode(), self.environment)
        for send in (lambda: restored.protect(b"not stored"), restored.commit):
            with pytest.raises(SendingExhausted):
                send()
        self.enter(restored)


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


def grow(meeting: Meeting) -> None:
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


def psk_proposal(meeting: Meeting) -> PreSharedKey:
    length = cipher_suite(meeting.suite).hash_length
    return PreSharedKey(PreSharedKeyId.external(PSK_ID, os.urandom(length)))
