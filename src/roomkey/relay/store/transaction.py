"""One unit of work: everything in it is stored together, or nothing is."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from .departures import DepartureStore
from .envelopes import EnvelopeStore
from .faults import TransactionLost
from .handles import HandleStore
from .history import HistoryStore
from .hosts import HostStore
from .inbox import InboxStore
from .key_packages import KeyPackageStore
from .members import MemberStore
from .probes import ProbeStore
from .reservations import ReservationStore
from .rooms import RoomStore
from .seed_mark import SeedMarkStore


class Transaction:
    """What is kept of rooms, their members and logs, of handles and inboxes, as of one moment."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.rooms = RoomStore(connection)
        self.members = MemberStore(connection)
        self.hosts = HostStore(connection)
        self.envelopes = EnvelopeStore(connection)
        self.history = HistoryStore(connection)
        self.departures = DepartureStore(connection)
        self.handles = HandleStore(connection)
        self.key_packages = KeyPackageStore(connection)
        self.inbox = InboxStore(connection)
        self.probes = ProbeStore(connection)
        self.seed_mark = SeedMarkStore(connection)
        self.reservations = ReservationStore(connection)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo the block alone if it raises.

        Raises TransactionLost instead where the database failed: nobody's work is certain then.
        """
        run = self._connection.exec_driver_sql
        run("SAVEPOINT request")
        try:
            yield
        except OperationalError as error:
            raise TransactionLost(error) from error
        except Exception:
            run("ROLLBACK TO SAVEPOINT request")
            run("RELEASE SAVEPOINT request")
            raise
        run("RELEASE SAVEPOINT request")
