"""The first store: meta, truth, projection, look-up, idempotency, clients, log."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "store_meta",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "assertion",
        sa.Column("person_no", WHOLE, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("subject", sa.Integer, nullable=False),
        sa.Column("commit_seq", WHOLE, nullable=False),
        sa.Column("recorded_at", WHOLE, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("supersedes", sa.Integer),
        sa.Column("valid_from", sa.Integer, nullable=False),
        sa.Column("valid_to", sa.Integer),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("person_no", "ordinal"),
        sqlite_strict=True,
    )
    op.create_table(
        "person",
        sa.Column("person_no", WHOLE, primary_key=True, autoincrement=False),
        sa.Column("person_id", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("packed", sa.LargeBinary, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "lookup",
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("birth", sa.Integer, nullable=False),
        sa.Column("person_no", WHOLE, nullable=False),
        sa.Column("key_version", sa.Integer, nullable=False),
        sa.Column("normalisation_version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("key", "birth", "person_no"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "idempotency",
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("key_hash", sa.LargeBinary, nullable=False),
        sa.Column("request_hash", sa.LargeBinary, nullable=False),
        sa.Column("answer", sa.LargeBinary, nullable=False),
        sa.Column("created_at", WHOLE, nullable=False, index=True),
        sa.PrimaryKeyConstraint("actor", "key_hash"),
        sqlite_strict=True,
    )
    op.create_table(
        "client",
        sa.Column("client_id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("keys", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "log_batch",
        sa.Column("seq", WHOLE, primary_key=True, autoincrement=False),
        sa.Column("at_ms", WHOLE, nullable=False, index=True),
        sa.Column("batch_root", sa.LargeBinary, nullable=False),
        sa.Column("tree_root", sa.LargeBinary, nullable=False),
        sa.Column("leaves", sa.LargeBinary, nullable=False),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "log_body",
        sa.Column("seq", WHOLE, primary_key=True, autoincrement=False),
        sa.Column("bodies", sa.LargeBinary, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "log_tile",
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.Column("hashes", sa.LargeBinary, nullable=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("level", "position"),
        sqlite_strict=True,
    )
