"""The relay's tables (delivery.md, directory.md); only handles and key packages are public."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    false,
)

metadata = MetaData()


def _room() -> Column[bytes]:
    to_room = ForeignKey("rooms.room", ondelete="CASCADE")
    return Column("room", LargeBinary(16), to_room, primary_key=True)


rooms = Table(
    "rooms",
    metadata,
    Column("room", LargeBinary(16), primary_key=True),
    Column("request", LargeBinary(16), nullable=False),
    Column("creator", LargeBinary(32), nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("touched", BigInteger, nullable=False),
    Column("admission", LargeBinary(32), nullable=False),
    Column("key_id", Integer, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("head", BigInteger, nullable=False),
    Column("floor", BigInteger, nullable=False),
    Column("suite", Integer, nullable=False),
    Column("retention", Integer, nullable=False),
    Column("max_members", Integer, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("locked", Boolean, nullable=False, server_default=false()),
)

group_infos = Table(
    "group_infos",
    metadata,
    _room(),
    Column("group_info", LargeBinary, nullable=False),
)

members = Table(
    "members",
    metadata,
    _room(),
    Column("leaf", LargeBinary(32), primary_key=True),
)

hosts = Table(
    "hosts",
    metadata,
    _room(),
    Column("leaf", LargeBinary(32), primary_key=True),
)

envelopes = Table(
    "envelopes",
    metadata,
    _room(),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("time", BigInteger, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("leaf", LargeBinary(32), nullable=False),
    Column("request", LargeBinary(16), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("archive", LargeBinary),
    Column("welcome", LargeBinary),
    Column("root", LargeBinary),
    Index("envelopes_request", "room", "leaf", "request", unique=True),
    Index("envelopes_time", "room", "time"),
)

epochs = Table(
    "epochs",
    metadata,
    _room(),
    Column("epoch", BigInteger, primary_key=True, autoincrement=False),
    Column("key_id", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

chains = Table(
    "chains",
    metadata,
    _room(),
    Column("key_id", Integer, primary_key=True, autoincrement=False),
    Column("chain", LargeBinary, nullable=False),
)

departures = Table(
    "departures",
    metadata,
    _room(),
    Column("leaf", LargeBinary(32), primary_key=True),
    Column("signature", LargeBinary(64), nullable=False),
)

handles = Table(
    "handles",
    metadata,
    Column("handle", String(32), primary_key=True),
    Column("identity", LargeBinary(32), nullable=False),
    Column("created", BigInteger, nullable=False),
)


def _handle(*, is_key: bool) -> Column[str]:
    to_handle = ForeignKey("handles.handle", ondelete="CASCADE")
    return Column("handle", String(32), to_handle, primary_key=is_key, nullable=False)


key_packages = Table(
    "key_packages",
    metadata,
    _handle(is_key=True),
    Column("digest", LargeBinary(32), primary_key=True),
    Column("published", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("last_resort", Boolean, nullable=False),
    Column("package", LargeBinary),
    Column("given", BigInteger),
    Column("request", LargeBinary(16)),
)

inbox = Table(
    "inbox",
    metadata,
    _room(),
    _handle(is_key=False),
    Column("time", BigInteger, nullable=False),
    Column("welcome", LargeBinary, nullable=False),
    Index("inbox_handle", "handle", "time"),
)

reservations = Table(
    "reservations",
    metadata,
    Column("room", LargeBinary(16), primary_key=True),
    Column("time", BigInteger, nullable=False),
    Index("reservations_time", "time"),
)

seed_marks = Table(
    "seed_marks",
    metadata,
    Column("mark", LargeBinary(16), primary_key=True),
)

probes = Table(
    "probes",
    metadata,
    Column("probe", BigInteger, primary_key=True, autoincrement=False),
    Column("page", LargeBinary, nullable=False),
)
