"""Rooms, members, envelopes, epochs, departures"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rooms",
        sa.Column("room", sa.LargeBinary(length=16), nullable=False),
        sa.Column("request", sa.LargeBinary(length=16), nullable=False),
        sa.Column("creator", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("touched", sa.BigInteger(), nullable=False),
        sa.Column("admission", sa.LargeBinary(length=32), nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.BigInteger(), nullable=False),
        sa.Column("floor", sa.BigInteger(), nullable=False),
        sa.Column("group_info", sa.LargeBinary(), nullable=False),
        sa.Column("suite", sa.Integer(), nullable=False),
        sa.Column("retention", sa.Integer(), nullable=False),
        sa.Column("max_members", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("room"),
    )
    op.create_table(
        "chains",
        sa.Column("room", sa.LargeBinary(length=16), nullable=False),
        sa.Column("key_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["room"], ["rooms.room"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("room", "key_id"),
    )
    op.create_table(
        "departures",
        sa.Column("room", sa.LargeBinary(length=16), nullable=False),
        sa.Column("leaf", sa.LargeBinary(length=32), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=False),
        sa.ForeignKeyConstraint(["room"], ["rooms.room"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("room", "leaf"),
    )
    op.create_table(
        "envelopes",
        sa.Column("room", sa.LargeBinary(length=16), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(length=32), nullable=False),
        sa.Column("request", sa.LargeBinary(length=16), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("archive", sa.LargeBinary(), nullable=True),
        sa.Column("welcome", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["room"], ["rooms.room"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("room", "seq"),
    )
    with op.batch_alter_table("envelopes", schema=None) as batch_op:
        batch_op.create_index("envelopes_request", ["room", "leaf", "request"], unique=True)
        batch_op.create_index("envelopes_time", ["room", "time"], unique=False)

    op.create_table(
        "epochs",
        sa.Column("room", sa.LargeBinary(length=16), nullable=False),
        sa.Column("epoch", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["room"], ["rooms.room"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("room", "epoch"),
    )
    op.create_table(
        "members",
        sa.Column("room", sa.LargeBinary(length=16), nullable=False),
        sa.Column("leaf", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["room"], ["rooms.room"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("room", "leaf"),
    )
