"""Handles, their key packages, and the inboxes of private conversations"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handles",
        sa.Column("handle", sa.String(length=32), nullable=False),
        sa.Column("identity", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("handle"),
    )
    op.create_table(
        "key_packages",
        sa.Column("handle", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("published", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("last_resort", sa.Boolean(), nullable=False),
        sa.Column("package", sa.LargeBinary(), nullable=True),
        sa.Column("given", sa.BigInteger(), nullable=True),
        sa.Column("request", sa.LargeBinary(length=16), nullable=True),
        sa.ForeignKeyConstraint(["handle"], ["handles.handle"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("handle", "digest"),
    )
    op.create_table(
        "inbox",
        sa.Column("room", sa.LargeBinary(length=16), nullable=False),
        sa.Column("handle", sa.String(length=32), nullable=False),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.Column("welcome", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["handle"], ["handles.handle"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["room"], ["rooms.room"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("room"),
    )
    op.create_index("inbox_handle", "inbox", ["handle", "time"])
