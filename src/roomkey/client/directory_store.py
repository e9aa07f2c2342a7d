"""One's handle, key packages and contacts on one relay, on disk; in one database."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from roomkey.errors import IdentityChanged
from roomkey.mls import KeyPackageBundle

from .database import Database

SCHEMA_VERSION: Final = 1
_SCHEMA: Final = """
CREATE TABLE fact (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE bundle (
    reference BLOB PRIMARY KEY, bundle BLOB NOT NULL, signing BLOB NOT NULL,
    expires INTEGER NOT NULL, last_resort INTEGER NOT NULL,
    published INTEGER NOT NULL DEFAULT 0);
CREATE TABLE contact (handle TEXT PRIMARY KEY, identity BLOB NOT NULL, offered BLOB) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True, repr=False)
class OwnPackage:
    """A key package of one's own with its private keys; `expires` counts seconds since 1970."""

    reference: bytes
    bundle: KeyPackageBundle
    signing: bytes
    expires: int
    is_last_resort: bool


class DirectoryStore:
    """The database of one relay's directory; raises StateCorrupt, StateFull or StateLocked."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._database = Database(path, key, _SCHEMA, SCHEMA_VERSION, create=True)

    def close(self) -> None:
        """Close the database; what was committed stays."""
        self._database.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Write all that follows, or nothing if it fails; may stand inside another."""
        with self._database.transaction():
            yield

    def set(self, name: str, value: bytes) -> None:
        """Store a fact under a name, in the place of the one before."""
        self._database.run("INSERT OR REPLACE INTO fact VALUES (?, ?)", name, value)

    def get(self, name: str) -> bytes | None:
        """Get a fact, or None."""
        rows = self._database.run("SELECT value FROM fact WHERE name = ?", name)
        value: bytes | None = rows[0][0] if rows else None
        return value

    # key packages

    def add_package(self, package: OwnPackage) -> None:
        """Keep a package's private keys, before anybody is given it."""
        self._database.run(
            "INSERT INTO bundle (reference, bundle, signing, expires, last_resort) "
            "VALUES (?, ?, ?, ?, ?)",
            package.reference,
            package.bundle.encode(),
            package.signing,
            package.expires,
            package.is_last_resort,
        )

    def find_package(self, reference: bytes) -> OwnPackage | None:
        """Get a package by its KeyPackageRef."""
        found = self._packages("reference = ?", reference)
        return found[0] if found else None

    def unpublished(self, *, last_resort: bool) -> list[OwnPackage]:
        """List the packages of which it is not known that the relay has them."""
        return self._packages("NOT published AND last_resort = ?", last_resort)

    def newest_last_resort(self) -> int:
        """Say when the newest package of last resort expires, in seconds since 1970; or 0."""
        found = "SELECT max(expires) FROM bundle WHERE last_resort AND published"
        return int(self._database.run(found)[0][0] or 0)

    def mark_published(self, references: list[bytes]) -> None:
        """Note that the relay has packages."""
        for reference in references:
            self._database.run("UPDATE bundle SET published = 1 WHERE reference = ?", reference)

    def drop_package(self, reference: bytes) -> None:
        """Forget the private keys of a package."""
        self._database.run("DELETE FROM bundle WHERE reference = ?", reference)

    def drop_packages_before(self, expires: int) -> None:
        """Forget the private keys of packages that had expired by then."""
        self._database.run("DELETE FROM bundle WHERE expires < ?", expires)

    def _packages(self, where: str, value: object) -> list[OwnPackage]:
        columns = "reference, bundle, signing, expires, last_resort"
        rows = self._database.run(f"SELECT {columns} FROM bundle WHERE {where}", value)  # noqa: S608
        return [
            OwnPackage(reference, KeyPackageBundle.decode(bundle), signing, expires, bool(last))
            for reference, bundle, signing, expires, last in rows
        ]

    # contacts

    def contacts(self) -> dict[str, bytes]:
        """List the identity keys that are known, by handle."""
        return dict(self._database.run("SELECT handle, identity FROM contact ORDER BY handle"))

    def offered(self, handle: str) -> bytes | None:
        """Get the identity key that was refused for a handle because another one is known."""
        rows = self._database.run("SELECT offered FROM contact WHERE handle = ?", handle)
        return rows[0][0] if rows else None

    def trust(self, handle: str, identity: bytes) -> None:
        """Take the identity key that is seen first; raises IdentityChanged for another later."""
        known = self.contacts().get(handle)
        if known is None:
            self._database.run("INSERT INTO contact VALUES (?, ?, NULL)", handle, identity)
        elif known != identity:
            self._database.run("UPDATE contact SET offered = ? WHERE handle = ?", identity, handle)
            raise IdentityChanged

    def accept(self, handle: str) -> None:
        """Trust the identity key that was refused: a person has said so."""
        self._database.run(
            "UPDATE contact SET identity = offered, offered = NULL "
            "WHERE handle = ? AND offered IS NOT NULL",
            handle,
        )
