"""What the whole hub keeps beside the answers of the first: see the tables of `schema` that are named here."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Each room that keeps something adds its tables here, as `schema` has them."""
    _bulk()


def _bulk() -> None:
    op.create_table(
        "bulk_job",
        sa.Column("number", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("carrier", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False, index=True),
        sa.Column("facility", sa.Text, nullable=False, index=True),
        sa.Column("client", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("about", sa.LargeBinary, nullable=False),
        sa.Column("same", sa.LargeBinary, nullable=False, index=True),
        sa.Column("list_hash", sa.LargeBinary, nullable=False),
        sa.Column("arrived_at", WHOLE, nullable=False),
        sa.Column("parts", sa.Integer, nullable=False),
        sa.Column("items", sa.Integer, nullable=False),
        sa.Column("parts_answered", sa.Integer, nullable=False),
        sa.Column("normal", sa.Integer, nullable=False),
        sa.Column("errors", sa.Integer, nullable=False),
        sa.Column("nobody", sa.Integer, nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
        sa.Column("ended_at", WHOLE),
        sqlite_strict=True,
    )
    op.create_table(
        "bulk_list",
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("first_line", sa.Integer, nullable=False),
        sa.Column("items", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("number", "part"),
        sqlite_strict=True,
    )
    op.create_table(
        "bulk_result",
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("items", sa.Integer, nullable=False),
        sa.Column("commit_seq", WHOLE, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("number", "part"),
        sqlite_strict=True,
    )
