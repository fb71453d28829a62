"""The system-failure mode: see the tables `failure_mode` and `failure_answer` of `schema`, and how people are found by
their birthdate alone."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """The index is made over every look-up row: at a nation's size it takes minutes."""
    op.create_table(
        "failure_mode",
        sa.Column("facility", sa.Text, primary_key=True),
        sa.Column("opened_ms", WHOLE, nullable=False),
        sa.Column("until_ms", WHOLE, nullable=False),
        sa.Column("called_back_ms", WHOLE, nullable=False),
        sa.Column("staff", sa.Text, nullable=False),
        sa.Column("client", sa.Text, nullable=False),
        sa.Column("closed_ms", WHOLE),
        sqlite_strict=True,
        if_not_exists=True,
    )
    op.create_table(
        "failure_answer",
        sa.Column("facility", sa.Text, nullable=False),
        sa.Column("batch", WHOLE, nullable=False),
        sa.Column("answer_hash", sa.Text, nullable=False),
        sa.Column("answered_ms", WHOLE, nullable=False),
        sa.Column("reported_ms", WHOLE),
        sa.PrimaryKeyConstraint("facility", "batch", "answer_hash"),
        sqlite_strict=True,
        if_not_exists=True,
    )
    born = sa.text("birth > 0")
    op.create_index(
        "lookup_by_birth",
        "lookup",
        ["birth"],
        sqlite_where=born,
        postgresql_where=born,
        if_not_exists=True,
    )
