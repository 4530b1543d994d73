"""The second version: which visitors have become customers."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "left_visitors",
        sa.Column("site", sa.String(100), primary_key=True),
        sa.Column("owner", sa.String(200), primary_key=True),
        sa.Column("at", sa.Float, nullable=False),
    )
