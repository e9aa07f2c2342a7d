"""Where rooms are kept: the state folder, its key, and one lock for each room."""

import contextlib
import fcntl
import hashlib
import os
import secrets
import stat
from pathlib import Path
from typing import Final

import platformdirs

from roomkey.crypto.argon2 import argon2id
from roomkey.errors import StateCorrupt, StateFull, StateLocked
from roomkey.wire import room_code

KEY_BYTES: Final = 32
SALT_BYTES: Final = 16
ARGON2_MEMORY_KIB: Final = 64 * 1024
ARGON2_ITERATIONS: Final = 3


class Keystore:
    """A data folder; its key is drawn on first use, or derived from a passphrase."""

    def __init__(self, folder: Path | None = None, passphrase: str | None = None) -> None:
        self._folder = folder or Path(platformdirs.user_data_dir("roomkey", appauthor=False))
        self._passphrase = passphrase
        self._key: bytes | None = None

    def key(self) -> bytes:
        """Return the 32-byte key of the folder's databases; takes time with a passphrase."""
        if self._key is None:
            self._make_folder()
            if self._passphrase is None:
                self._key = _read_or_make(self._folder / "state.key", KEY_BYTES)
            else:
                salt = _read_or_make(self._folder / "state.salt", SALT_BYTES)
                self._key = argon2id(
                    self._passphrase.encode(),
                    salt,
                    memory_kib=ARGON2_MEMORY_KIB,
                    iterations=ARGON2_ITERATIONS,
                    lanes=1,
                    length=KEY_BYTES,
                )
        return self._key

    def path(self, relay: str, code: str) -> Path:
        """Name the database of a room; relays differ by a digest, for codes may meet."""
        digest = hashlib.sha256(relay.encode()).hexdigest()[:12]
        return self._folder / "rooms" / f"{room_code.parse(code)}-{digest}.room"

    def directory_path(self, relay: str) -> Path:
        """Name the database of one's handle and contacts on a relay."""
        digest = hashlib.sha256(relay.encode()).hexdigest()[:12]
        return self._folder / f"{digest}.directory"

    def paths(self) -> list[Path]:
        """List the databases of all rooms."""
        return sorted((self._folder / "rooms").glob("*.room"))

    def lock(self, path: Path) -> "RoomLock":
        """Take a room for this process alone; raises StateLocked."""
        self._make_folder()
        return RoomLock(path)

    def delete(self, path: Path) -> None:
        """Delete a room's files, its keys with them."""
        for name in (path.name, f"{path.name}-wal", f"{path.name}-shm", f"{path.name}-journal"):
            path.with_name(name).unlink(missing_ok=True)

    def _make_folder(self) -> None:
        try:
            (self._folder / "rooms").mkdir(mode=0o700, parents=True, exist_ok=True)
            self._folder.chmod(stat.S_IRWXU)
        except OSError as error:
            raise StateFull(f"cannot make the data folder: {error.strerror}") from error


class RoomLock:
    """An advisory lock that ends with the process at the latest."""

    def __init__(self, path: Path) -> None:
        self._room, self._path = path, path.with_name(f"{path.name}.lock")
        while True:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                os.close(self._file)
                raise StateLocked from error
            if self._is_named():
                return
            # who had it before took its file away, and somebody else may have made another
            os.close(self._file)

    def _is_named(self) -> bool:
        try:
            return os.path.samestat(os.fstat(self._file), self._path.stat())
        except FileNotFoundError:
            return False

    def release(self) -> None:
        """Let others have the room; of one that is gone not even the name stays."""
        if self._file >= 0:
            if not self._room.exists():
                self._path.unlink(missing_ok=True)
            os.close(self._file)
            self._file = -1


def _read_or_make(path: Path, length: int) -> bytes:
    try:
        value = path.read_bytes()
    except FileNotFoundError:
        value = _make(path, length)
    except OSError as error:
        raise StateCorrupt(f"cannot read {path.name}") from error
    if len(value) != length:
        raise StateCorrupt(f"{path.name} has another length")
    return value


def _make(path: Path, length: int) -> bytes:
    value = secrets.token_bytes(length)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(value)
            file.flush()
            os.fsync(file.fileno())
        # a link, unlike a rename, never replaces the key that another process made meanwhile
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    except OSError as error:
        raise StateFull(f"cannot write {path.name}") from error
    finally:
        draft.unlink(missing_ok=True)
    return path.read_bytes()
