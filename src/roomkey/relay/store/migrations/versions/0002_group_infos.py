"""GroupInfo in a table of its own: it is large, and a room's row changes with every message"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "group_infos",
        sa.Column("room", sa.LargeBinary(length=16), nullable=False),
        sa.Column("group_info", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["room"], ["rooms.room"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("room"),
    )
    op.execute("INSERT INTO group_infos (room, group_info) SELECT room, group_info FROM rooms")
    # Not by a batch: that copies the table and drops it, and what refers to it goes with it.
    op.drop_column("rooms", "group_info")
