"""Hosts and locks; the sealed root that goes with a change of the room key"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hosts",
        sa.Column("room", sa.LargeBinary(length=16), nullable=False),
        sa.Column("leaf", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["room"], ["rooms.room"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("room", "leaf"),
    )
    op.execute("INSERT INTO hosts (room, leaf) SELECT room, creator FROM rooms")
    no = sa.false()
    op.add_column("rooms", sa.Column("locked", sa.Boolean(), nullable=False, server_default=no))
    op.add_column("envelopes", sa.Column("root", sa.LargeBinary(), nullable=True))
