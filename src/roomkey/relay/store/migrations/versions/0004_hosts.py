"""Hosts and locks; the sealed root that goes with a change of the room key"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, name in (("rooms", "locked"), ("members", "host")):
        no = sa.false()
        op.add_column(table, sa.Column(name, sa.Boolean(), nullable=False, server_default=no))
    op.add_column("envelopes", sa.Column("root", sa.LargeBinary(), nullable=True))
    op.execute(
        "UPDATE members SET host = (SELECT rooms.creator = members.leaf FROM rooms"
        " WHERE rooms.room = members.room)"
    )
