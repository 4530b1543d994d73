"""The fifth version: how an answer came about."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column."""
    op.add_column("messages", sa.Column("trace", sa.JSON))
