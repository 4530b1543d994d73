"""The sixth version: what has become of agents' drafts, and which signed entries to the panel have been used."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "drafts",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("site", sa.String(100), nullable=False),
        sa.Column("agent", sa.String(200), nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("host", sa.String(20), nullable=False),
        sa.Column("style", sa.String(20), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("mode", sa.String(20), nullable=False),
        sa.Column("degraded", sa.String(100), nullable=False),
        sa.Column("documents", sa.JSON, nullable=False),
        sa.Column("internal", sa.Integer, nullable=False),
        sa.Column("cost", sa.Float, nullable=False),
        sa.Column("first_token_ms", sa.Integer),
        sa.Column("total_ms", sa.Integer, nullable=False),
        sa.Column("words", sa.JSON),
        sa.Column("fate", sa.String(20)),
        sa.Column("decided", sa.Float),
        sa.Column("edited", sa.Float),
        sa.Column("rating", sa.String(10)),
    )
    op.create_index("drafts_made", "drafts", ["site", "created"])
    op.create_table(
        "used_entries",
        sa.Column("site", sa.String(100), primary_key=True),
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("ends", sa.Float, nullable=False),
    )
