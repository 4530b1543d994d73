"""The third version: what a site spends on its models, and what is held back for calls that are being made."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables, and count what has been spent until now."""
    op.create_table(
        "spending",
        sa.Column("site", sa.String(100), primary_key=True),
        sa.Column("period", sa.String(10), primary_key=True),
        sa.Column("calls", sa.Integer, nullable=False),
        sa.Column("cost", sa.Float, nullable=False),
    )
    op.create_table(
        "reservations",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("site", sa.String(100), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("ends", sa.Float, nullable=False),
        sa.Column("cost", sa.Float, nullable=False),
    )
    op.create_index("reservations_of_site", "reservations", ["site"])
    _count_earlier()


def _count_earlier() -> None:
    """Take what the answers cost that are there already: a cap that is set today knows of the whole month."""
    day = "to_char(to_timestamp(asked) AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
    if op.get_bind().dialect.name == "sqlite":
        day = "date(asked, 'unixepoch')"
    for period in ("''", f"substr({day}, 1, 7)", day):
        op.execute(
            f"INSERT INTO spending (site, period, calls, cost) "  # noqa: S608 - of the words above alone
            f"SELECT site, {period}, count(*), sum(cost) FROM messages JOIN conversations "
            f"ON conversations.id = messages.conversation WHERE cost > 0 GROUP BY 1, 2"
        )
