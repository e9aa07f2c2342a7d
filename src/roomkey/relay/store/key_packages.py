"""Each handle's stock of key packages: one-time ones, and one of last resort."""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from .records import StockedPackage
from .schema import key_packages

_OF = key_packages.c.handle == bindparam("of_handle")
_IS = key_packages.c.digest == bindparam("of_digest")
_VALID = key_packages.c.expires > bindparam("now")
_IN_STOCK = key_packages.c.given.is_(None) & ~key_packages.c.last_resort & _VALID
_KNOWN = select(key_packages.c.digest).where(_OF, _IS)
_STOCK = select(func.count()).select_from(key_packages).where(_OF, _IN_STOCK)
_LAST_RESORT_EXPIRES = select(func.max(key_packages.c.expires)).where(
    _OF, key_packages.c.last_resort, _VALID
)
_GIVEN_TO = select(key_packages.c.package).where(
    _OF, key_packages.c.request == bindparam("of_request")
)
_OLDEST = (
    select(key_packages.c.digest, key_packages.c.package)
    .where(_OF, _IN_STOCK)
    .order_by(key_packages.c.published, key_packages.c.digest)
    .limit(1)
)
_LAST_RESORT = select(key_packages.c.package).where(_OF, key_packages.c.last_resort, _VALID)
_ADD = insert(key_packages).inline()
_GIVE = (
    update(key_packages)
    .where(_OF, _IS, key_packages.c.given.is_(None))
    .values(given=bindparam("now"), request=bindparam("to_request"))
)
_DROP_LAST_RESORT = delete(key_packages).where(_OF, key_packages.c.last_resort)
_EMPTY = (
    update(key_packages)
    .where(key_packages.c.given < bindparam("before"))
    .values(package=None, request=None)
)
_DELETE_EXPIRED = delete(key_packages).where(key_packages.c.expires <= bindparam("now"))


class KeyPackageStore:
    """The key packages of one transaction; times are in milliseconds since 1970-01-01 UTC."""

    def __init__(self, connection: Connection) -> None:
        self._execute = connection.execute

    def stock(self, handle: str, now: int) -> int:
        """Count the one-time packages that can still be given."""
        return int(self._execute(_STOCK, {"of_handle": handle, "now": now}).scalar_one())

    def last_resort_expires(self, handle: str, now: int) -> int:
        """Say when the package of last resort expires; 0 if there is none."""
        found = self._execute(_LAST_RESORT_EXPIRES, {"of_handle": handle, "now": now})
        return int(found.scalar_one() or 0)

    def add(self, handle: str, packages: Iterable[StockedPackage], now: int) -> None:
        """Keep packages that are not known; one of last resort takes the place of the one before.

        Who is known stays as it is: a package that was given is not given again.
        """
        for package in packages:
            of = {"of_handle": handle, "of_digest": package.digest}
            if self._execute(_KNOWN, of).first() is not None:
                continue
            if package.last_resort:
                self._execute(_DROP_LAST_RESORT, {"of_handle": handle})
            row = {
                "handle": handle,
                "digest": package.digest,
                "published": now,
                "expires": package.expires,
                "last_resort": package.last_resort,
                "package": package.package,
            }
            self._execute(_ADD, row)

    def given_to(self, handle: str, request: bytes) -> bytes | None:
        """Give what a request was given before, if it was and that is still kept."""
        of = {"of_handle": handle, "of_request": request}
        found: bytes | None = self._execute(_GIVEN_TO, of).scalar_one_or_none()
        return found

    def give(self, handle: str, request: bytes, now: int) -> bytes | None:
        """Take the oldest one-time package out of the stock; None if there is none."""
        while True:
            oldest = self._execute(_OLDEST, {"of_handle": handle, "now": now}).first()
            if oldest is None:
                return None
            of = {"of_handle": handle, "of_digest": oldest.digest}
            # another writer of the same database may have been quicker
            if self._execute(_GIVE, {**of, "now": now, "to_request": request}).rowcount:
                package: bytes = oldest.package
                return package

    def last_resort(self, handle: str, now: int) -> bytes | None:
        """Give the package of last resort, if there is one."""
        of = {"of_handle": handle, "now": now}
        found: bytes | None = self._execute(_LAST_RESORT, of).scalar_one_or_none()
        return found

    def sweep(self, now: int, kept: int) -> None:
        """Delete what has expired, and what packages given more than `kept` ms ago held."""
        self._execute(_DELETE_EXPIRED, {"now": now})
        self._execute(_EMPTY, {"before": now - kept})
