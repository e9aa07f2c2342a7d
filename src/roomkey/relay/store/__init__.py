"""What the relay keeps on disk; the only place of it that speaks SQL.

Store opens the database, a Transaction is one unit of work, records.py is what goes in and out.
"""

from .faults import DatabaseInUse, DatabaseUnusable, TransactionLost
from .records import (
    ChainLink,
    Departure,
    Envelope,
    EpochSecret,
    InboxItem,
    Room,
    StockedPackage,
)
from .sqlite import Durability
from .store import Store
from .transaction import Transaction

__all__ = [
    "ChainLink",
    "DatabaseInUse",
    "DatabaseUnusable",
    "Departure",
    "Durability",
    "Envelope",
    "EpochSecret",
    "InboxItem",
    "Room",
    "StockedPackage",
    "Store",
    "Transaction",
    "TransactionLost",
]
