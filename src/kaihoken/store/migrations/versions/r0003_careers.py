"""The sealed book of careers: see the table `career` of `schema`."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Some stores of revision 0002, made between two releases, have the table already."""
    op.create_table(
        "career",
        sa.Column("participant", sa.LargeBinary, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("key_version", sa.Integer, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("commit_seq", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("participant", "version"),
        sqlite_strict=True,
        if_not_exists=True,
    )
