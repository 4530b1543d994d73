"""The first version: conversations, their messages, what these cite, and what askers say of them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "conversations",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("site", sa.String(100), nullable=False),
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("started", sa.Float, nullable=False),
        sa.Column("changed", sa.Float, nullable=False),
    )
    op.create_index("conversations_named", "conversations", ["site", "owner", "name"], unique=True)
    op.create_index("conversations_changed", "conversations", ["site", "changed"])
    op.create_table(
        "messages",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("conversation", sa.Integer, sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
        sa.Column("asked", sa.Float, nullable=False),
        sa.Column("typed", sa.Text, nullable=False),
        sa.Column("idempotency_key", sa.String(300)),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("outcome", sa.String(20)),
        sa.Column("mode", sa.String(20)),
        sa.Column("degraded", sa.String(100)),
        sa.Column("question", sa.Text),
        sa.Column("text", sa.Text),
        sa.Column("confidence", sa.Float),
        sa.Column("model", sa.String(200)),
        sa.Column("input_tokens", sa.Integer, nullable=False),
        sa.Column("cached_tokens", sa.Integer, nullable=False),
        sa.Column("output_tokens", sa.Integer, nullable=False),
        sa.Column("cost", sa.Float, nullable=False),
        sa.Column("first_token_ms", sa.Integer),
        sa.Column("total_ms", sa.Integer),
        sa.Column("documents", sa.JSON, nullable=False),
        sa.Column("answer", sa.JSON),
        sa.Column("frames", sa.JSON, nullable=False),
    )
    op.create_index("messages_of_conversation", "messages", ["conversation", "asked"])
    op.create_index("messages_once", "messages", ["idempotency_key"], unique=True)
    op.create_table(
        "citations",
        sa.Column("message", sa.String(64), sa.ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("quote", sa.Text, nullable=False),
        sa.Column("answer_start", sa.Integer, nullable=False),
        sa.Column("answer_end", sa.Integer, nullable=False),
        sa.Column("source_start", sa.Integer, nullable=False),
        sa.Column("source_end", sa.Integer, nullable=False),
        sa.Column("verified", sa.Boolean, nullable=False),
    )
    op.create_index("citations_of_source", "citations", ["source"])
    op.create_table(
        "feedback",
        sa.Column("message", sa.String(64), sa.ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("rating", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(40)),
        sa.Column("comment", sa.Text, nullable=False),
    )
