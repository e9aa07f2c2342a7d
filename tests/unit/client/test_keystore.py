"""The state folder's key is made once and never replaced, and a room is one process's at a time."""

import fcntl
import os
import secrets
import stat
from pathlib import Path

import pytest

from roomkey.client.keystore import Keystore
from roomkey.errors import StateCorrupt, StateFull, StateLocked

URL, CODE = "https://relay.example", "7GQ2M0XK4T"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_key_is_drawn_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    key = Keystore(folder).key()
    assert len(key) == 32
    assert Keystore(folder).key() == key
    assert (folder / "state.key").read_bytes() == key
    assert (mode(folder), mode(folder / "state.key")) == (0o700, 0o600)
    assert sorted(path.name for path in folder.iterdir()) == ["rooms", "state.key"]
    assert Keystore(tmp_path / "other").key() != key


@pytest.mark.parametrize("passphrase", [None, "open sesame"])
@pytest.mark.parametrize("length", [0, 15, 33])
def test_a_key_or_salt_that_is_cut_off_is_damage_and_is_not_replaced(
    tmp_path: Path, passphrase: str | None, length: int
) -> None:
    path = tmp_path / ("state.key" if passphrase is None else "state.salt")
    path.write_bytes(bytes(length))
    with pytest.raises(StateCorrupt, match="another length"):
        Keystore(tmp_path, passphrase).key()
    assert path.read_bytes() == bytes(length)


def test_a_key_that_cannot_be_read_is_damage(tmp_path: Path) -> None:
    (tmp_path / "state.key").mkdir()
    with pytest.raises(StateCorrupt, match="cannot read"):
        Keystore(tmp_path).key()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StateFull, match="cannot make"):
        Keystore(tmp_path / "file" / "state").key()


def test_a_key_that_cannot_be_written_is_said_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StateFull, match="cannot write"):
            Keystore(tmp_path).key()
    assert [path.name for path in tmp_path.iterdir()] == ["rooms"]
    assert len(Keystore(tmp_path).key()) == 32


def test_a_key_that_another_process_has_made_meanwhile_is_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(length: int) -> bytes:
        (tmp_path / "state.key").write_bytes(b"f" * 32)
        return b"s" * length

    monkeypatch.setattr(secrets, "token_bytes", late)
    assert Keystore(tmp_path).key() == b"f" * 32
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rooms", "state.key"]


def test_a_room_is_one_holders_until_it_is_released(tmp_path: Path) -> None:
    keystore = Keystore(tmp_path)
    path = keystore.path(URL, CODE)
    lock = keystore.lock(path)
    with pytest.raises(StateLocked):
        keystore.lock(path)
    # the same code on another relay is another room
    keystore.lock(keystore.path("https://other.example", CODE)).release()
    path.write_bytes(b"a room")
    lock.release()
    again = keystore.lock(path)
    # released once more, it takes nothing from who has the room now
    lock.release()
    with pytest.raises(StateLocked):
        keystore.lock(path)
    keystore.delete(path)
    again.release()
    assert list(path.parent.iterdir()) == []


def test_a_lock_whose_file_went_away_as_it_was_taken_is_taken_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keystore = Keystore(tmp_path)
    path, taken = keystore.path(URL, CODE), 0
    flock = fcntl.flock

    def gone_meanwhile(file: int, how: int) -> None:
        nonlocal taken
        flock(file, how)
        taken += 1
        named = path.with_name(f"{path.name}.lock")
        if taken == 1:
            named.unlink()
        if taken == 2:
            # and somebody else has made another
            named.unlink()
            named.touch()

    with monkeypatch.context() as patch:
        patch.setattr(fcntl, "flock", gone_meanwhile)
        lock = keystore.lock(path)
    assert taken == 3
    with pytest.raises(StateLocked):
        keystore.lock(path)
    lock.release()


def test_each_relay_has_a_directory_of_its_own_whose_file_does_not_name_it(tmp_path: Path) -> None:
    keystore = Keystore(tmp_path)
    path = keystore.directory_path(URL)
    assert path == Keystore(tmp_path).directory_path(URL)
    assert path != keystore.directory_path("https://other.example")
    assert path.parent == tmp_path
    assert "relay" not in path.name
    # it is no room
    path.touch()
    assert keystore.paths() == []
