"""Our group and one of mls-rs, in one group: each side adds, updates, removes and talks."""

import time
from collections.abc import Callable

import pytest

from roomkey.crypto.suite import cipher_suite
from roomkey.mls import (
    Add,
    ApplicationMessage,
    CommitProcessed,
    Environment,
    Group,
    KeyPackage,
    PendingCommit,
    Remove,
    SigningIdentity,
    create_key_package,
    decode_message,
    encode_message,
)

mls_rs = pytest.importorskip("mls_rs_uniffi", reason="mls-rs is not installed")

SUITE = cipher_suite(0x0001)


class Meeting:
    """A founder from mls-rs, who added one of ours by Welcome."""

    def __init__(self) -> None:
        self.environment = Environment(lambda: int(time.time()))
        self.theirs = self.client(b"founder").create_group(b"group")
        identity = SigningIdentity.generate(SUITE, b"ours")
        bundle = create_key_package(identity, self.environment, lifetime_seconds=3600)
        made = self.theirs.add_members([self.message(encode_message(bundle.key_package))])
        self.theirs.process_incoming_message(made.commit_message)
        welcome = made.welcome_message.to_bytes()
        self.ours = Group.join_welcome(identity, welcome, bundle, self.environment)
        self.ours.encode()

    @staticmethod
    def client(name: bytes):
        """Start a client of theirs."""
        keys = mls_rs.generate_signature_keypair(mls_rs.CipherSuite.CURVE25519_AES128)
        return mls_rs.Client(name, keys, mls_rs.client_config_default())

    @staticmethod
    def message(data: bytes):
        """Give bytes the type that they take."""
        return mls_rs.Message.from_bytes(data)

    def we_commit(self, pending: PendingCommit) -> None:
        """Let theirs follow our commit."""
        self.theirs.process_incoming_message(self.message(pending.message))
        self.ours = pending.group
        self.ours.encode()

    def they_commit(self) -> None:
        """Let us follow theirs."""
        made = self.theirs.commit()
        done = self.ours.process(made.commit_message.to_bytes())
        assert isinstance(done, CommitProcessed)
        self.theirs.process_incoming_message(made.commit_message)
        self.ours = done.group
        self.ours.encode()

    def agrees(self, other: object = None) -> bool:
        """Say whether both export the same secret."""
        export: Callable[[bytes, bytes, int], bytes] = (other or self.theirs).export_secret
        return export(b"test", b"context", 32) == self.ours.export_secret(b"test", b"context", 32)


@pytest.fixture
def meeting() -> Meeting:
    return Meeting()


def test_a_welcome_of_theirs_is_joined_by_ours(meeting: Meeting) -> None:
    assert meeting.agrees()


def test_a_welcome_of_ours_is_joined_by_theirs(meeting: Meeting) -> None:
    guest = meeting.client(b"guest")
    package = decode_message(guest.generate_key_package_message().to_bytes())
    assert isinstance(package, KeyPackage)
    pending = meeting.ours.commit([Add(package)])
    assert pending.welcome is not None
    meeting.we_commit(pending)
    joined = guest.join_group(None, meeting.message(pending.welcome)).group
    assert meeting.agrees()
    assert meeting.agrees(joined)


def test_each_side_reads_what_the_other_says(meeting: Meeting) -> None:
    sent = meeting.message(meeting.ours.protect(b"from ours"))
    assert meeting.theirs.process_incoming_message(sent).data == b"from ours"
    sent = meeting.theirs.encrypt_application_message(b"from theirs").to_bytes()
    received = meeting.ours.process(sent)
    assert isinstance(received, ApplicationMessage)
    assert received.data == b"from theirs"


@pytest.mark.parametrize("public", [False, True])
def test_updates_of_either_side_are_followed(meeting: Meeting, public: bool) -> None:
    meeting.we_commit(meeting.ours.commit(public=public))
    assert meeting.agrees()
    meeting.they_commit()
    assert meeting.agrees()


def test_a_removal_by_ours_is_followed(meeting: Meeting) -> None:
    guest = SigningIdentity.generate(SUITE, b"guest")
    bundle = create_key_package(guest, meeting.environment, lifetime_seconds=3600)
    meeting.we_commit(meeting.ours.commit([Add(bundle.key_package)]))
    assert meeting.agrees()
    meeting.we_commit(meeting.ours.commit([Remove(2)]))
    assert meeting.agrees()
    assert [index for index, _ in meeting.ours.members()] == [0, 1]
