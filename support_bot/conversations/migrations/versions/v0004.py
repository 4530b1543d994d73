"""The fourth version: what visitors have handed over to a person, until that person has it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "handoffs",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("conversation", sa.Integer, sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("idempotency_key", sa.String(300)),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("content", sa.JSON),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due", sa.Float, nullable=False),
        sa.Column("error", sa.String(200)),
        sa.Column("delivered", sa.Float),
        sa.Column("ticket", sa.String(100)),
    )
    op.create_index("handoffs_of_conversation", "handoffs", ["conversation"])
    op.create_index("handoffs_waiting", "handoffs", ["delivered", "due"])
    op.create_index("handoffs_once", "handoffs", ["idempotency_key"], unique=True)
