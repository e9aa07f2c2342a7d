"""What the store raises in place of the database's own errors."""

from sqlalchemy.exc import DBAPIError

from roomkey.errors import RelayFault, RequestError, RoomkeyError, StorageFull


class DatabaseUnusable(RoomkeyError):
    """The database cannot be opened or brought up to date."""

    code = "database_unusable"
    sentence = "The relay's database cannot be used."
    next_step = "Check the database's address, and that the relay may write to it."


class DatabaseInUse(RoomkeyError):
    """Another relay runs on this database, and one of the two does not share it."""

    code = "database_in_use"
    sentence = "Another relay uses this database."
    next_step = "Stop that one first; several on one database need PostgreSQL and Redis."


class TransactionLost(RoomkeyError):
    """A whole transaction was rolled back; `refusal` is what each of its requests is told."""

    code = "transaction_lost"
    sentence = "The relay could not store what it was given."
    next_step = "Send it again."

    def __init__(self, cause: BaseException) -> None:
        super().__init__(type(cause).__name__)
        self.refusal: RequestError = StorageFull() if _says_full(cause) else RelayFault("storage")


def reason(error: Exception) -> str:
    """Give the database's own words for why it failed, in one line."""
    origin = error.orig if isinstance(error, DBAPIError) else None
    return " ".join(str(origin).split()) if origin else type(error).__name__


def _says_full(error: BaseException | None) -> bool:
    # Going on in a transaction that SQLite has rolled back fails for another reason.
    while error is not None:
        if isinstance(error, DBAPIError) and "full" in str(error.orig):
            return True
        error = error.__context__
    return False
